"""The section `escalation`: ladders of steps, and when each of them is due."""

from __future__ import annotations

from collections.abc import Iterator

from svcrules.diagnostics import Span
from svcrules.language.conditions import parse_condition, parse_optional
from svcrules.language.context import Context, Item, scalar, scalars, text, title_of
from svcrules.language.document import Mapping, Node, Path, Scalar
from svcrules.language.durations import read_duration
from svcrules.language.keys import check_beside, check_not_both, check_one_of
from svcrules.language.moments import parse_moment, parse_repeat
from svcrules.language.routing import read_person
from svcrules.language.timed import Hinge, Ladder, Moment, Step
from svcrules.time.duration import Duration, parse_duration
from svcrules.time.text import Unreadable


def read_escalation(section: Node | None, context: Context) -> tuple[Ladder, ...]:
    items = context.list_items(section, ("escalation",), apart_from="steps")
    return tuple(ladder for item in items if (ladder := _ladder(item, context)) is not None)


def _ladder(item: Item, context: Context) -> Ladder | None:
    context.claim_id(item.name, item.key)
    node = item.value
    when = parse_optional(node.get("when"), context)
    steps = tuple(_steps(node.get("steps"), item.path, context))
    cites = context.cites(node)
    if when is None:
        return None
    return Ladder(item.name, when, steps, title_of(node), text(node, "note"), cites, item.key)


def _steps(node: Node | None, path: Path, context: Context) -> Iterator[Step]:
    first: dict[str, Span] = {}
    for item in context.list_items(node, (*path, "steps")):
        if item.name in first:
            message = f"step id `{item.name}` is used twice in this ladder, first at {first[item.name].place}"
            context.report("SR306", message, item.key, "give each step of a ladder its own id: decisions name it")
        first.setdefault(item.name, item.key)
        yield _step(item, context)


def _step(item: Item, context: Context) -> Step:
    node = item.value
    check_one_of(item, ("at", "upon"), "step", context)
    check_not_both(item, "at", "upon", context)
    check_one_of(item, ("to", "notify", "do"), "step", context)
    check_beside(item, {"kind": ("to",), "repeat": ("up_to",), "up_to": ("repeat",)}, context)
    when, to = node.get("when"), node.get("to")
    moment, repeat = _moment(scalar(node, "at"), context), _repeat(scalar(node, "repeat"), context)
    _check_calendar(item, moment, repeat, context)
    times = scalar(node, "up_to")
    return Step(
        item.name,
        moment,
        context.events(node, "upon"),
        parse_condition(when, context) if when is not None else None,
        read_person(to, "who is to act", context) if to is not None else None,
        text(node, "kind"),
        tuple(context.team(team) for team in scalars(node, "notify")),
        tuple(name.text for name in scalars(node, "do")),
        repeat,
        int(times.value) if times is not None and isinstance(times.value, int | float) else 1,
        text(node, "calendar"),
        title_of(node),
        text(node, "note"),
        context.cites(node),
        item.key,
    )


def _moment(node: Scalar | None, context: Context) -> Moment | None:
    if node is None:
        return None
    phrase = parse_moment(node.text)
    if isinstance(phrase, Unreadable):
        context.report("SR325", phrase.message, node.span, phrase.help)
        return None
    clock = context.clock(node, phrase.clock) if phrase.clock is not None else None
    offset = read_duration(phrase.offset, node.span, context) if phrase.offset is not None else Duration()
    return Moment(phrase.hinge, clock, phrase.percent, offset, phrase.before) if offset is not None else None


def _repeat(node: Scalar | None, context: Context) -> Duration | None:
    if node is None:
        return None
    amount = parse_repeat(node.text)
    if isinstance(amount, Unreadable):
        context.report("SR325", amount.message, node.span, amount.help)
        return None
    if parse_duration(amount) == Duration():
        context.report("SR326", f"`{node.text}` leaves no time between", node.span, "write a longer duration")
        return None
    return read_duration(amount, node.span, context)


def _check_calendar(item: Item, moment: Moment | None, repeat: Duration | None, context: Context) -> None:
    """Report a step that counts working days of no calendar, and a calendar by which nothing is counted."""
    counted = {"at": moment.offset if moment is not None else None, "repeat": repeat}
    named = scalar(item.value, "calendar")
    if named is not None:
        context.calendar(named)
        _check_effect(item, counted, context)
    elif moment is None or moment.hinge is Hinge.START:  # otherwise the clock's own calendar counts
        _check_working_days(item.value, counted, context)


def _check_effect(item: Item, counted: dict[str, Duration | None], context: Context) -> None:
    unread = any(duration is None and item.value.key(key) is not None for key, duration in counted.items())
    written = item.value.key("calendar")
    if written is not None and not unread and all(duration in (None, Duration()) for duration in counted.values()):
        message = f"step `{item.name}` counts no time, so its calendar has no effect"
        context.report("SR409", message, written.span, "delete it; the limit of a clock has its own calendar")


def _check_working_days(node: Mapping, counted: dict[str, Duration | None], context: Context) -> None:
    """Report working days under the first of the keys that counts some."""
    for key, duration in counted.items():
        value = scalar(node, key)
        if value is not None and duration is not None and duration.working_days:
            message = f"`{value.text}` counts working days, and the step names no calendar"
            context.report("SR326", message, value.span, "write `calendar: ...` in the step")
            return
