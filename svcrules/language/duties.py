"""The section `duties`: what is owed after an event, and the clocks of those duties that have a limit."""

from __future__ import annotations

from svcrules.language.clocks import check_apart
from svcrules.language.conditions import parse_optional
from svcrules.language.context import Context, Item, scalar, text, title_of
from svcrules.language.document import Mapping, Node, Sequence
from svcrules.language.durations import wall_time_of
from svcrules.language.keys import check_beside, check_not_both
from svcrules.language.limits import read_limit
from svcrules.language.model import Title
from svcrules.language.timed import Clock, Duty

_NEEDED = {
    "within": ("calendar", "done_by"),
    "calendar": ("within",),
    "done_by": ("within",),
    "day_end": ("within",),
    "warn_at": ("within",),
    "not_before": ("within",),
    "at_most": ("keep",),
}


def timed_duties(section: Node | None) -> frozenset[str]:
    """Return the ids of the duties that have a limit, also of those that are wrong."""
    items = section.items if isinstance(section, Sequence) else ()
    return frozenset(text(item, "id") or "" for item in items if isinstance(item, Mapping) and item.key("within"))


def read_duties(section: Node | None, context: Context) -> tuple[Duty, ...]:
    items = context.list_items(section, ("duties",))
    return tuple(duty for item in items if (duty := _duty(item, context)) is not None)


def _duty(item: Item, context: Context) -> Duty | None:
    context.claim_id(item.name, item.key)
    node = item.value
    check_beside(item, _NEEDED, context)
    check_not_both(item, "within", "keep", context)
    check_apart(node, "upon", "done_by", "both brings the duty and fulfils it", context)
    when, by = parse_optional(node.get("when"), context), scalar(node, "by")
    at_most = scalar(node, "at_most")
    team = context.team(by) if by is not None else None
    limit, keep = read_limit(node, context), wall_time_of(node, "keep", context)
    upon, done_by, cites = context.events(node, "upon"), context.events(node, "done_by"), context.cites(node)
    if when is None:
        return None
    return Duty(
        item.name,
        title_of(node) or Title("", ""),
        upon,
        when,
        team,
        limit,
        done_by,
        keep,
        at_most is not None and at_most.value is True,
        text(node, "note"),
        cites,
        item.key,
    )


def clock_of(duty: Duty) -> Clock:
    """Return the clock of a duty that has a limit."""
    return Clock(
        duty.id,
        duty.upon,
        duty.done_by,
        title=duty.title,
        note=duty.note,
        cites=duty.cites,
        duty=True,
        span=duty.span,
    )
