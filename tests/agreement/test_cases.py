"""
The evaluators agree on the cases in `cases/`: shrunk counterexamples, each with the policy that it was found with.

A case is YAML: `about` says what it showed, `policy` holds the sections of the policy, `moves` are those of
`svcrules verify --format json`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from svcrules.agreement.compare import compare
from svcrules.agreement.session import ready
from svcrules.engines import ENGINES
from tests.agreement.policies import loaded
from tests.agreement.saved import history_of

CASES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    read = loaded(case["policy"])
    assert read.policy is not None, read.findings
    compared = compare(history_of(case["about"], case["moves"]), ready(read.policy, ENGINES).engines)
    assert [(each.engine, each.step, each.places) for each in compared.differences] == []
    assert [outcome.refused for outcome in compared.outcomes if outcome.refused] == []
