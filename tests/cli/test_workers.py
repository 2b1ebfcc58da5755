"""`svcrules decide --workers`: what one process prints, however many decide, and no process left behind."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from pathlib import Path
from random import Random
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from svcrules.cli.inputs import Line
from svcrules.cli.main import cli
from svcrules.cli.policy import BrokenPolicy
from svcrules.cli.worker import _sendable
from svcrules.cli.workers import WorkerLost, ticket_in
from svcrules.diagnostics import Finding
from svcrules.events import MAX_EVENT_BYTES, parse_json
from tests.samples import event

HERE = Path(__file__).parent
POLICY, TICKETS = str(HERE / "desk.yaml"), str(HERE / "tickets.ndjson")
COMMAND = [sys.executable, "-c", "from svcrules.cli.main import main; main()", "decide", "--workers", "2"]
UNREADABLE = Path("/proc/self/mem")
# Against hanging only: no test comes near it.
PATIENCE = 60

TYPES = [
    "responded",
    "handling_started",
    "waiting_for_customer",
    "customer_replied",
    "resolved",
    "closed",
    "unheard_of",
]
KINDS = {"gas": ["complaint", "repair", "nonsense"], "telecom": ["complaint", "fault", "inquiry"]}


def told(random: Random, number: int) -> dict[str, Any]:
    """Return an event of some ticket; tickets of two policies have the same ids, and share customers."""
    policy, ticket = random.choice(list(KINDS)), random.randrange(12)
    hours, minutes = divmod(number * 40 - random.choice([0, 0, 0, 300]), 60)
    return {
        "specversion": "1.0",
        "id": f"e-{number - random.choice([0] * 9 + [1])}",
        "type": "created" if random.random() < 0.4 else random.choice(TYPES),
        "source": "/desk",
        "subject": f"单{ticket}",
        "time": f"2026-03-{2 + hours // 24:02}T{hours % 24:02}:{minutes:02}:00+08:00",
        "policy": policy,
        "data": {
            "kind": random.choice(KINDS[policy]),
            "channel": "phone",
            "text": random.choice(["no signal", 'the "subject": "T-1" of my letter', "漏气"]),
            "customer": {"id": f"C-{ticket % 3}"},
        },
    }


def stream() -> bytes:
    """Return events of many kinds, and what is none."""
    random = Random(7)
    lines = [json.dumps(told(random, number), ensure_ascii=number % 2 == 0).encode() for number in range(10, 160)]
    plain = event({"kind": "complaint"}, policy="gas")
    bad = [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'"subject": "T-9"',
        json.dumps(event({})).encode(),
        json.dumps(event({"subject": "T-8"}, policy="gas", id="e-2")).encode(),
        json.dumps(event({}, policy="gsa")).encode(),
        json.dumps(plain).replace('"subject"', '"\\u0073ubject"').replace("T-1", "T-\\u0031").encode(),
        json.dumps({**plain, "subject": 1, "id": "e-3"}).encode(),
        json.dumps({**plain, "data": {"text": "x" * MAX_EVENT_BYTES}}).encode(),
    ]
    for place, line in enumerate(bad):
        lines.insert(place * 13, line)
    return b"\n".join(lines) + b"\n"


def printed(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["decide", *arguments], input=given)
    assert not active_children()
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--due"],
        ["--until", "2026-04-20T00:00:00+08:00"],
        ["--policy", "gas", "--format", "json"],
        ["--policy", "gas", "--due", "--format", "table"],
        ["--explain"],
    ],
    ids=" ".join,
)
def test_what_is_printed_is_the_same(options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(stream())
    one, three = (printed(*options, "--workers", count, str(path), TICKETS) for count in ("1", "3"))
    assert one == three
    assert one[0] == 3
    assert len(one[1].splitlines()) > 20
    assert one[2].count("error SR") > 10


def test_events_of_a_list_and_rejects_in_a_file(tmp_path: Path) -> None:
    path, rejects = tmp_path / "events.json", tmp_path / "rejects.ndjson"
    events = [parse_json(line)[0] for line in stream().splitlines()]
    path.write_text(json.dumps(events), encoding="utf-8")
    outcomes = []
    for count in ("1", "2"):
        outcome = printed("--workers", count, "--rejects", str(rejects), str(path), "-", given=stream())
        outcomes.append((*outcome, rejects.read_bytes()))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][3].count(b"\n") > 20


@pytest.mark.parametrize("format_", ["json", "ndjson"])
def test_what_ends_all_ends_it_at_the_same_event(format_: str) -> None:
    given = b"".join(
        json.dumps(event({}, policy=policy, subject=f"T-{number}")).encode() + b"\n"
        for number, policy in enumerate(["gas", "gas", "telecom", "gas"])
    )
    options = ("--why-not", "smell-of-gas", "--format", format_)
    one, two = (printed(*options, "--workers", count, given=given) for count in ("1", "2"))
    assert one == two
    assert (one[0], one[1].count("\n")) == (2, 0 if format_ == "json" else 2)


@pytest.mark.skipif(not UNREADABLE.exists(), reason="no file here that can be opened but not read")
def test_file_that_fails_midway() -> None:
    one, two = (printed("--policy", POLICY, "--workers", count, TICKETS, str(UNREADABLE)) for count in ("1", "2"))
    assert one == two
    assert one[1] == (HERE / "golden" / "decisions.ndjson").read_text(encoding="utf-8")


def test_worker_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is killed while no event comes in; of two tickets, it has to do with one."""

    def lines(names: object, read: object, before_waiting: Callable[[], None]) -> Iterator[Line]:
        yield Line("events", 1, json.dumps(event({})).encode())
        before_waiting()
        for process in active_children():
            process.kill()
            process.join()
        yield Line("events", 2, json.dumps(event({}, id="e-2")).encode())

    monkeypatch.setattr("svcrules.cli.decide.read_lines", lines)
    code, out, err = printed("--policy", POLICY, "--workers", "2")
    assert (code, json.loads(out)["event"]) == (70, "e-1")
    assert err == (
        "svcrules: error: a worker process was killed by signal 9\n"
        "  help: what is printed is complete up to there; if memory was short, use fewer workers\n"
    )


def start(*arguments: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command = [*COMMAND, "--policy", POLICY, *arguments]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)


def answered(process: subprocess.Popen[bytes], id_: str) -> None:
    """Send an event and wait for the answer to it."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(event({}, id=id_)).encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["event"] == id_


def test_each_line_is_answered_while_no_more_comes_in() -> None:
    with start() as process:
        answered(process, "e-1")
        answered(process, "e-2")
        assert process.communicate(timeout=PATIENCE) == (b"", b"")
    assert process.returncode == 0


def test_interrupted() -> None:
    with start() as process:
        answered(process, "e-1")
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all processes
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err.strip()) == (130, b"", b"svcrules: interrupted")


def test_killed() -> None:
    """The workers have standard output open, too: it ends when all of them have."""
    with start() as process:
        answered(process, "e-1")
        process.kill()
        assert process.communicate(timeout=PATIENCE) == (b"", b"")


def test_reader_that_has_had_enough(tmp_path: Path) -> None:
    path = tmp_path / "many.ndjson"
    line = json.dumps(event({"text": "leak " * 200}))
    path.write_text(f"{line}\n" * 1000, encoding="utf-8")
    with start(str(path)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["ticket"] == "T-1"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


class OddError(Exception):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


@pytest.mark.parametrize(
    ("error", "same"),
    [
        (BrokenPolicy("gas", (Finding("SR101", "no file"),)), True),
        (WorkerLost("it is gone", "start it again"), True),
        (click.UsageError("no rule"), True),
        (KeyError("rule"), True),
        (OddError("a", "b"), False),
    ],
    ids=["findings", "advice", "usage", "bug", "odd"],
)
def test_errors_pass_from_process_to_process(error: Exception, same: bool) -> None:
    sent = pickle.loads(pickle.dumps(_sendable(error)))
    wanted = (type(error), str(error)) if same else (RuntimeError, f"OddError: {error}")
    assert (type(sent), str(sent)) == wanted
    if isinstance(error, click.ClickException) and isinstance(sent, click.ClickException):
        assert vars(sent).items() <= vars(error).items()
        assert sent.exit_code == error.exit_code


VALUES = st.recursive(st.text(max_size=8) | st.sampled_from(["subject", '"subject":"x"', "\\"]), st.lists, max_leaves=4)
NAMES = st.sampled_from(["subject", "data", "type", "x\\", '"subject"'])


@given(
    st.text(min_size=1, max_size=8),
    st.dictionaries(NAMES, VALUES, max_size=3),
    st.permutations(["specversion", "id", "type", "source", "subject", "time", "data"]),
    st.booleans(),
    st.sampled_from([None, (" , ", " : "), (",", ":")]),
)
def test_ticket_found_without_reading(
    ticket: str, data: dict[str, Any], order: list[str], ascii_: bool, separators: tuple[str, str] | None
) -> None:
    whole = {**event(data), "subject": ticket}
    text = json.dumps({name: whole[name] for name in order}, ensure_ascii=ascii_, separators=separators).encode(
        "utf-8", "surrogatepass"
    )
    found = ticket_in(text)
    assert found is None or found == ticket.encode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{"subject": "T-1"}', b"T-1"),
        (b'{"subject":"T-1","data":{"subject":"T-2"}}', None),
        (b'{"subject":"T\\n1"}', None),
        (b'{"subject":1}', None),
        (b'{"\\u0073ubject":"T-1","data":{"subject":"T-2"}}', None),
        (b'{"subject":"T-1","data":{"text":"\\u5355 \\"subject\\": \\"T-2\\""}}', b"T-1"),
    ],
)
def test_ticket_in(text: bytes, found: bytes | None) -> None:
    assert ticket_in(text) == found
