"""The sections about time for drawn policies: calendars, clocks, limits, ladders, duties, closing."""

from __future__ import annotations

from tests.agreement.conditions import condition, maybe_when
from tests.agreement.draft import Draft, Json
from tests.agreement.tables import person

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Kathmandu")
_WEEKS: tuple[Json | str, ...] = (
    "always",
    {"mon-fri": ["08:30-12:00", "13:30-17:30"]},
    {"mon-fri": ["09:00-18:00"], "sat": "10:00-12:00", "sun": "closed"},
    {"mon-sun": ["22:00-06:00"]},
    {"mon,wed": ["00:00-24:00"], "fri-sat": ["01:30-03:30"]},
)
_LISTS: tuple[Json, ...] = (
    {"from": "2026-01-01", "to": "2026-12-31", "off": ["2026-03-03", "2026-10-01", "2026-10-02"]},
    {"from": "2026-02-01", "to": "2026-04-30", "off": {"2026-03-05": {"en": "Day off", "zh": "假日"}}}
    | {"working": {"2026-03-07": "wed", "2026-03-08": "mon"}},
)
_SHORT = ("30m", "45s", "1h30m", "4h", "PT90M")
_LONG = ("1d", "2d", "10h")
_DAYS = ("1 working day", "2 working days", "5 working days")


def calendars(draft: Draft) -> Json:
    """Draw the sections `holidays` and `calendars`."""
    sections: Json = {"calendars": {}}
    lists = {f"list_{index}": each for index, each in enumerate(_LISTS)} if draft.maybe() else {}
    for name in draft.some(("office", "always", "shifts"), 3):
        calendar: Json = {"hours": draft.one(_WEEKS)}
        if lists and draft.maybe(60):
            named = draft.some(list(lists), 2)
            calendar["holidays"] = named[0] if len(named) == 1 and draft.maybe() else named
        if draft.maybe(20):
            calendar["dates"] = {"2026-03-04": draft.one(("closed", ["10:00-11:00"], "23:00-01:00"))}
        if draft.maybe(20):
            calendar["timezone"] = draft.one(ZONES)
        if draft.maybe(30):
            calendar["boundary"] = draft.one(("opening", "closing"))
        sections["calendars"][name] = calendar
        draft.calendars.append(name)
    if lists:
        sections["holidays"] = lists
    return sections


def clocks(draft: Draft) -> Json:
    section: Json = {}
    for name in draft.some(("first_response", "resolution", "visit"), 3):
        starts, stops = _apart(draft, ("created", "created", "updated"), ("resolved", "closed", "responded"))
        clock: Json = {"starts": starts, "stops": stops}
        if draft.maybe():
            pairs = [_pause(draft) for _ in range(draft.number(1, 2))]
            clock["pauses"] = pairs[0] if len(pairs) == 1 else pairs
        if draft.maybe(30):
            clock["restarts"] = draft.some([type_ for type_ in draft.types if type_ not in stops], 2)
        if draft.maybe():
            clock["on_reopen"] = draft.one(("stay", "resume", "restart"))
        if draft.maybe():
            clock["on_limit_change"] = draft.one(("recompute", "keep", "restart"))
        section[name] = clock
        draft.clocks.append(name)
    return section


def _apart(draft: Draft, one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Draw two lists of event types that have none in common: mostly the usual ones."""
    first = [draft.one(one)] if draft.maybe(75) else draft.some(draft.types, 2)
    left = [type_ for type_ in (other if draft.maybe(75) else draft.types) if type_ not in first]
    return first, draft.some(left or ["cancelled" if "cancelled" not in first else "assigned"], 2)


def _pause(draft: Draft) -> Json:
    begins, ends = _apart(draft, ("waiting_for_customer", "assigned"), ("customer_replied", "handling_started"))
    return {"from": begins[0] if len(begins) == 1 else begins, "to": ends}


def time_limits(draft: Draft) -> list[Json]:
    return [
        draft.named("limit", title=False) | {"clock": draft.one(draft.clocks)} | maybe_when(draft, 70) | _limit(draft)
        for _ in range(draft.number(1, 5))
    ]


def _limit(draft: Draft) -> Json:
    in_days = draft.maybe(40)
    limit: Json = {"within": draft.one(_DAYS if in_days else (*_SHORT, *_LONG)), "calendar": draft.one(draft.calendars)}
    if in_days and draft.maybe():
        limit["day_end"] = draft.one(("same_time", "closing"))
    if draft.maybe():
        limit["warn_at"] = draft.some(("1%", "50%", "80%", "99%"))
    if draft.maybe(20):
        # The shorter of the two, or in the other unit.
        limit["not_before"] = draft.one(("10m", "3h")) if in_days else draft.one(("1s", "30s"))
    return limit


def duties(draft: Draft) -> list[Json]:
    return [_duty(draft) for _ in range(draft.number(1, 3))]


def _duty(draft: Draft) -> Json:
    upon, done_by = _apart(draft, ("closed", "resolved", "created"), ("called_back", "verified", "updated", "closed"))
    done_by = [type_ for type_ in done_by if type_ in draft.types] or [
        next(type_ for type_ in draft.types if type_ not in upon)
    ]
    duty = draft.named("duty") | {"upon": upon[0] if len(upon) == 1 else upon} | maybe_when(draft, 40)
    if draft.maybe():
        duty["by"] = draft.one(draft.teams)
    kind = draft.number(0, 3)
    if kind < 2 and draft.calendars:
        duty |= _limit(draft) | {"done_by": done_by}
        draft.clocks.append(duty["id"])
    elif kind == 2:
        duty["keep"] = draft.one(("730d", "36h"))
        if draft.maybe():
            duty["at_most"] = True
    return duty


def escalation(draft: Draft) -> list[Json]:
    return [
        draft.named("ladder")
        | maybe_when(draft, 70)
        | {"steps": [_step(draft, f"step-{index}") for index in range(draft.number(1, 4))]}
        for _ in range(draft.number(1, 2))
    ]


def _step(draft: Draft, id_: str) -> Json:
    step: Json = {"id": id_} | _moment(draft) | maybe_when(draft, 30)
    asked = draft.some(("to", "notify", "do"))
    if "to" in asked:
        step["to"] = person(draft)
        if draft.maybe():
            step["kind"] = draft.one(("hierarchical", "functional"))
    if "notify" in asked:
        step["notify"] = draft.some(draft.teams, 2)
    if "do" in asked:
        step["do"] = draft.some(("start_plan", "publish"), 2)
    return step


def _moment(draft: Draft) -> Json:
    """Draw when a step is due; what counts working days from the start, or again and again, has a calendar."""
    if draft.maybe(20):
        return {"upon": draft.some(draft.types, 2)}
    days = bool(draft.calendars)
    offset = draft.one((*_SHORT, *_LONG, *(_DAYS if days else ())))
    hinges = ["start", f"{offset} after start"]
    if draft.clocks:
        clock = draft.one(draft.clocks)
        share = draft.one((1, 50, 80, 99))
        hinges += [f"{share}% of {clock}", f"breach of {clock}"]
        hinges += [f"{offset} {side} breach of {clock}" for side in ("before", "after")]
    step: Json = {"at": draft.one(hinges)}
    counted = [offset] if offset in step["at"] else []
    if draft.maybe(30):
        every = draft.one((*_SHORT[:3], *(_DAYS[:1] if days else ())))
        step |= {"repeat": f"every {every}", "up_to": draft.number(2, 4)}
        counted.append(every)
    must = "start" in step["at"] and any(amount in _DAYS for amount in counted)
    if draft.calendars and counted and (must or draft.maybe(40)):
        step["calendar"] = draft.one(draft.calendars)
    return step


def closing(draft: Draft) -> list[Json]:
    return [_closing_rule(draft) for _ in range(draft.number(1, 3))]


def _closing_rule(draft: Draft) -> Json:
    rule = draft.named("closing") | maybe_when(draft, 50)
    for key in draft.some(("needs", "after"), 2):
        rule[key] = condition(draft) if key == "needs" else draft.some(draft.types, 2)
    if draft.maybe():
        rule["then"] = draft.one(("refuse", "report"))
    return rule
