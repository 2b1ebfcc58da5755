"""The section `time_limits`, and the limits of duties: how long a clock may run."""

from __future__ import annotations

from svcrules.language.conditions import parse_optional
from svcrules.language.context import Context, Item, scalar, scalars, span_of, text, title_of
from svcrules.language.document import Mapping, Node
from svcrules.language.durations import duration_of
from svcrules.language.model import Otherwise, Rule, Table
from svcrules.language.tables import make_table
from svcrules.language.timed import Limit
from svcrules.time.calendar import DayEnd
from svcrules.time.duration import Duration


def read_time_limits(section: Node | None, context: Context) -> dict[str, Table[Limit | None]]:
    """Return a table for each clock that has rules, whose default is None."""
    rules: dict[str, list[Rule[Limit | None]]] = {}
    for item in context.list_items(section, ("time_limits",)):
        context.claim_id(item.name, item.key)
        clock = scalar(item.value, "clock")
        assert clock is not None
        of_clock = rules.setdefault(context.clock(clock, clock.text), [])
        if (rule := _rule(item, context)) is not None:
            of_clock.append(rule)
    otherwise: Otherwise[Limit | None] = Otherwise(None)
    return {
        clock: make_table(f"time_limits.{clock}", tuple(listed), otherwise, None, context)
        for clock, listed in rules.items()
    }


def _rule(item: Item, context: Context) -> Rule[Limit | None] | None:
    node = item.value
    when, limit, cites = parse_optional(node.get("when"), context), read_limit(node, context), context.cites(node)
    if when is None or limit is None:
        return None
    return Rule(item.name, when, limit, title_of(node), text(node, "note"), cites, item.key)


def read_limit(node: Mapping, context: Context) -> Limit | None:
    """Return the limit that `within`, `calendar` and the keys beside them say; None where one of them is wrong."""
    within, not_before = duration_of(node, "within", context), duration_of(node, "not_before", context)
    calendar = scalar(node, "calendar")
    if calendar is not None:
        context.calendar(calendar)
    if within is None or calendar is None:
        return None
    day_end = node.key("day_end")
    if day_end is not None and not within.working_days:
        message = f"`day_end` is for working days, and `within: {text(node, 'within')}` counts none"
        context.report("SR409", message, day_end.span, "delete it, or count working days")
    if not_before is not None:
        _check_not_before(node, not_before, within, context)
    warn_at = sorted(int(share.text.removesuffix("%")) for share in scalars(node, "warn_at"))
    return Limit(within, calendar.text, DayEnd(text(node, "day_end") or DayEnd.CLOSING), tuple(warn_at), not_before)


def _check_not_before(node: Mapping, not_before: Duration, within: Duration, context: Context) -> None:
    same_unit = bool(not_before.working_days) == bool(within.working_days)
    if same_unit and (not_before.working_days, not_before.time) >= (within.working_days, within.time):
        message = f"stops count from `{text(node, 'not_before')}` on, not before the limit of `{text(node, 'within')}`"
        context.report("SR311", message, span_of(node, "not_before"), "make `not_before` the shorter of the two")
