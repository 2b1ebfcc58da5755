"""A bug of ours: a message and an exit code of its own, and the traceback only for those who ask."""

from __future__ import annotations

import sys

import pytest

from svcrules.cli import main
from svcrules.cli.policies import policies

BUG_HELP = (
    "  help: this is a bug in svcrules; report it with the input that led to it; SVCRULES_TRACEBACK=1 shows where\n"
)


@pytest.fixture(autouse=True)
def command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["svcrules", "policies"])
    monkeypatch.delenv("SVCRULES_TRACEBACK", raising=False)


def failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `svcrules policies` print a line and then fail with the error."""

    def fail() -> None:
        print("first")
        raise error

    monkeypatch.setattr(policies, "callback", fail)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KeyError("rule"), "svcrules: internal error: KeyError: 'rule'\n" + BUG_HELP),
        (AssertionError(), "svcrules: internal error: AssertionError\n" + BUG_HELP),
        (
            ValueError("\x1b[2J\n" + "x" * 300),
            f"svcrules: internal error: ValueError: \ufffd[2J\ufffd{'x' * 195}...\n{BUG_HELP}",
        ),
        (ValueError("\ud83d"), "svcrules: internal error: ValueError: \ufffd\n" + BUG_HELP),
        (
            RecursionError("maximum recursion depth exceeded"),
            "svcrules: internal error: RecursionError: maximum recursion depth exceeded\n" + BUG_HELP,
        ),
        (
            MemoryError(),
            "svcrules: error: out of memory\n"
            "  help: give less input at a time; with --format ndjson only one event is held at once\n",
        ),
    ],
    ids=["message", "no message", "hostile", "half a character", "recursion", "memory"],
)
def test_message(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(error, monkeypatch)
    assert main._exit_code() == 70
    # What was printed before is not lost.
    assert capsys.readouterr() == ("first\n", message)


def test_traceback_on_request(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    failing(KeyError("rule"), monkeypatch)
    monkeypatch.setenv("SVCRULES_TRACEBACK", "1")
    assert main._exit_code() == 70
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback (most recent call last):\n")
    assert "in fail\n    raise error\nKeyError: 'rule'\nsvcrules: internal error: KeyError: 'rule'\n" in shown
    assert shown.endswith(BUG_HELP)


def test_real_recursion(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def endless() -> None:
        endless()

    monkeypatch.setattr(policies, "callback", endless)
    assert main._exit_code() == 70
    assert capsys.readouterr().err.startswith("svcrules: internal error: RecursionError: maximum recursion depth")
