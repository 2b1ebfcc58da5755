"""Texts and expressions made to be slow: deciding ends, in a process of its own that can be given up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from svcrules.events import MAX_EVENT_BYTES
from tests.samples import event, policy_text, unmeasured

COMMAND = [
    sys.executable,
    "-c",
    "from svcrules.cli.main import main; main()",
    "decide",
    "--explain",
    "--format",
    "ndjson",
]
# Against hanging only.
PATIENCE = 60

ROOM = MAX_EVENT_BYTES - 1000
NESTED = ["a" * length + "*" for length in range(1, 6)]
CASES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "repetition within repetition": ({"matches": "(a+)+$"}, "a" * 100_000 + "b", []),
    "repetition within repetition, found": ({"matches": "(a+)+$"}, "a" * 100_000, ["a" * 200]),
    "many ways to match": ({"matches": "(x+x+)+y"}, "x" * ROOM, []),
    "counted repetition": ({"matches": "(a?){100}a{100}"}, "a" * ROOM, ["a" * 200]),
    "one word again and again": ({"mentions": ["gas", "leak"]}, "gas " * (ROOM // 4), ["gas"]),
    "one Chinese word again and again": ({"mentions": ["漏气"]}, "漏气" * (ROOM // 6), ["漏气"]),
    "words within words": ({"mentions": NESTED}, "a" * (ROOM // 4), NESTED),
    "each word inside a phrase": ({"mentions": ["gas"], "apart_from": ["no gas"]}, "no gas " * (ROOM // 28), []),
    "only the last word outside": (
        {"mentions": ["gas"], "apart_from": ["no gas", "gas no gas"]},
        "no gas " * (ROOM // 28) + "gas",
        ["gas"],
    ),
    "phrases within phrases": (
        {"mentions": ["气"], "apart_from": ["气气", "气气气", "气气气气"]},
        "气" * (ROOM // 12),
        [],
    ),
    "marks upon marks": ({"mentions": ["a", "b"]}, "a" + "\u0301\u0331" * (ROOM // 5) + " b", ["b"]),
}


@pytest.mark.parametrize("case", CASES)
def test_ends(case: str, tmp_path: Path) -> None:
    test, text, found = CASES[case]
    rule = {"id": "the-rule", "when": {"text": test}, "is": "met"}
    scheme = {"values": ["met", "not_met"], "rules": [rule], "otherwise": "not_met"}
    policy = tmp_path / "policy.yaml"
    policy.write_bytes(policy_text(fields={"text": {"type": "text"}}, classification={"result": scheme}))
    given = json.dumps(event({"text": text}), ensure_ascii=False).encode()
    assert len(given) <= MAX_EVENT_BYTES
    process = subprocess.run(
        [*COMMAND, "--policy", str(policy)],
        input=given,
        env=unmeasured(),
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    (reason,) = json.loads(process.stdout)["reasons"]
    assert reason["answer"] == ("met" if found else "not_met")
    assert reason["facts"] == ([{"field": "text", "found": found}] if found else [])
