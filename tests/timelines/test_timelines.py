"""Every policy in this folder passes its tests: stories of tickets with times worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcrules import Evaluator, State, load_policy
from svcrules.casefile.read import files_of, read_cases
from svcrules.casefile.session import run_files
from tests.samples import event

_HERE = Path(__file__).parent


@pytest.mark.parametrize("name", sorted(path.parent.name for path in _HERE.glob("*/policy.yaml")))
def test_timelines(name: str) -> None:
    evaluator = Evaluator(load_policy(_HERE / name))
    files, unreadable = files_of(_HERE / name)
    cases, findings = read_cases(files, evaluator.policy)
    session = run_files(name, evaluator, cases, (*unreadable, *findings), lambda case: True)
    assert not session.findings, [str(finding) for finding in session.findings]
    assert [(result.case.id, result.failures) for result in session.results if not result.passed] == []
    assert session.results


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2), (3, 2, 1, 0)])
def test_late_events(order: tuple[int, ...]) -> None:
    """Timelines stand in the order of time; events that come in late count at their own time."""
    evaluator = Evaluator(load_policy(_HERE / "clocks"))
    # 3 of the 4 hours are used: 1 before the pause of 2 hours, 2 after it.
    types = {8: "created", 9: "waiting_for_customer", 11: "customer_replied", 13: "resolved"}
    told = [event({}, id=f"e-{hour}", type=type_, time=f"2026-03-02T{hour:02}:00:00Z") for hour, type_ in types.items()]
    state: State | None = None
    for index in order:
        state, decision = evaluator.apply(state, told[index])
    clock = next(clock for clock in decision.clocks if clock.clock == "paused")
    assert (clock.state, clock.verdict, clock.used, clock.left) == ("stopped", "met", 3 * 3600, 3600)
    assert (clock.started[:16], clock.due and clock.due[:16]) == ("2026-03-02T08:00", "2026-03-02T14:00")
