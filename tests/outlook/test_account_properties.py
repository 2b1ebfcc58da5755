"""What must hold for the account of any deadline, after any history of a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given

from svcrules import Event
from svcrules.outlook.account import Account, Missing, Part, account
from svcrules.report.due.as_json import as_json
from svcrules.report.due.as_text import as_text
from svcrules.report.language import Language
from svcrules.ticket.chronicle import Chronicle
from tests.ticket.test_ticket_properties import EVALUATOR, histories

PROGRAM = EVALUATOR.program


def accounts(events: list[Event]) -> dict[str, Account | Missing]:
    """Return the account of each clock after the events."""
    *_, (state, _) = EVALUATOR.replay(events)
    snapshots = Chronicle.of(PROGRAM, state.log).snapshots
    return {name: account(PROGRAM, snapshots, name) for name in PROGRAM.policy.timing.clocks}


@given(histories())
def test_account_agrees_with_the_decision(events: list[Event]) -> None:
    *_, (_, decision) = EVALUATOR.replay(events)
    shown = {clock.clock: clock for clock in decision.clocks}
    for name, found in accounts(events).items():
        if isinstance(found, Missing):
            assert name not in shown
            continue
        due = shown[name].due
        assert found.due == (datetime.fromisoformat(due) if due is not None else None)
        assert found.run.started == datetime.fromisoformat(shown[name].started)


@given(histories())
def test_steps_have_no_gaps_and_end_at_the_deadline(events: list[Event]) -> None:
    for found in accounts(events).values():
        if isinstance(found, Missing):
            continue
        ends = [stage.end for stage in found.stages]
        assert [stage.start for stage in found.stages] == [found.run.started, *ends][: len(ends)]
        assert all(stage.start < stage.end for stage in found.stages)
        last = ends[-1] if ends else found.run.started
        assert last == (found.due if found.due is not None else found.run.stretches[-1].end)


@given(histories())
def test_working_time_of_the_steps_adds_up_to_the_limit(events: list[Event]) -> None:
    for found in accounts(events).values():
        if isinstance(found, Missing):
            continue
        used = sum((stage.worked for stage in found.stages if stage.part is Part.OPEN), timedelta())
        assert used == found.used
        assert used == found.total if found.due is not None else used <= found.total
        assert all(not stage.worked for stage in found.stages if stage.part in (Part.BREAK, Part.CLOSED, Part.DAY_OFF))


@given(histories())
def test_working_days_are_as_many_as_the_limit_says(events: list[Event]) -> None:
    for found in accounts(events).values():
        if isinstance(found, Missing):
            continue
        calendar = found.allowance.calendar
        assert len(found.days) == found.choice.limit.within.working_days
        assert list(found.days) == sorted({day for day in found.days if calendar.is_working_day(day)})
        if found.days and found.due is not None and found.end_of_days is not None:
            assert found.end_of_days <= found.due


@given(histories())
def test_texts_are_written_for_any_account(events: list[Event]) -> None:
    for found in accounts(events).values():
        if isinstance(found, Missing):
            continue
        assert as_json(found, PROGRAM, "T-1")["clock"] == found.clock
        for language in Language:
            lines = as_text(found, PROGRAM, "T-1", language).splitlines()
            assert all(line == line.rstrip() for line in lines)
