"""Agreement for people at a terminal: a paragraph for each policy, differences with what leads to them, a summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from svcrules.agreement.compare import Difference, Place
from svcrules.agreement.model import Passed
from svcrules.agreement.written import event_lines
from svcrules.decision import to_json
from svcrules.diagnostics import listing, shorten
from svcrules.report.agreement.outcome import OfPolicy, Outcome
from svcrules.report.characters import visible

_MOST_PLACES = 5
_MOST_OF_VALUE = 200


class _Counted(NamedTuple):
    number: int
    one: str
    many: str

    def __str__(self) -> str:
        return f"{self.number:,} {self.one if self.number == 1 else self.many}"


def render(outcome: Outcome) -> str:
    parts = [part for policy in outcome.policies for part in _policy(policy)]
    return "\n".join([*parts, _summary(outcome)]) + "\n"


def _policy(policy: OfPolicy) -> Iterator[str]:
    verified = policy.verified
    tally = verified.tally
    differences = _Counted(tally.differing, "difference", "differences")
    yield f"{visible(policy.path)}: {listing(verified.engines)}: {differences}"
    counts = (
        _Counted(verified.tests, "policy test", "policy tests"),
        _Counted(verified.tickets, "ticket", "tickets"),
        _Counted(tally.events, "event", "events"),
        f"{_Counted(tally.decisions, 'decision', 'decisions')} ({policy.rate:,.0f} a second)",
        f"{verified.reached:,} of {_Counted(verified.rules, 'rule', 'rules')} reached",
    )
    yield f"  {', '.join(map(str, counts))}"
    for engine, why in verified.refused.items():
        yield f"  `{engine}` does not take part: {visible(why)}"
    for difference in tally.differences:
        yield ""
        yield from _difference(difference, policy.path)
    if tally.differing:
        yield ""
    more = tally.differing - len(tally.differences)
    if more:
        yield f"and {_Counted(more, 'more difference', 'more differences')}\n"


def _difference(difference: Difference, path: str) -> Iterator[str]:
    history, step = difference.history, difference.step
    move = history.moves[step]
    at = f"as time passes until {_instant(move)}" if isinstance(move, Passed) else f"at event {visible(move.event.id)}"
    differs = f"differs from `{difference.than}`" if difference.engine != difference.than else "fails"
    yield f"{visible(history.name)}: `{difference.engine}` {differs} {at}"
    for place in difference.places[:_MOST_PLACES]:
        yield from _place(place, difference)
    if len(difference.places) > _MOST_PLACES:
        yield f"    and {_Counted(len(difference.places) - _MOST_PLACES, 'more place', 'more places')}"
    yield "  the events, one a line:"
    yield from event_lines(history)
    for told in history.told:
        if told.counts:
            counted = to_json(dict(told.counts))
            yield f"  counted with {visible(told.event.id)}: {counted}; `svcrules decide` counts for itself"
    last = next((move for move in reversed(history.moves) if isinstance(move, Passed)), None)
    until = f" --until {_instant(last)}" if last is not None else ""
    command = f"svcrules decide FILE --policy {visible(path)} --engine {difference.engine} --due{until}"
    yield f"  help: save them as FILE and run `{command}`"


def _place(place: Place, difference: Difference) -> Iterator[str]:
    yield f"    {visible(place.path)}"
    if difference.engine != difference.than:
        yield f"      {difference.than}: {_value(place.expected)}"
    yield f"      {difference.engine}: {_value(place.got)}"


def _value(value: object) -> str:
    return visible(shorten(to_json(value), _MOST_OF_VALUE))


def _instant(passed: Passed) -> str:
    return passed.until.isoformat().replace("+00:00", "Z")


def _summary(outcome: Outcome) -> str:
    counts = (
        _Counted(len(outcome.policies), "policy", "policies"),
        _Counted(sum(policy.verified.tests for policy in outcome.policies), "policy test", "policy tests"),
        _Counted(sum(policy.verified.tickets for policy in outcome.policies), "ticket", "tickets"),
        _Counted(outcome.differing, "difference", "differences"),
    )
    return ", ".join(map(str, counts))
