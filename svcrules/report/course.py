"""A simulation for reading: instant by instant what happens to a ticket, and its clocks at the end; and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from svcrules.decision import Decision
from svcrules.evaluators.program import Program
from svcrules.outlook.simulation import MOST_DAYS, MOST_ENTRIES, Simulation
from svcrules.report.characters import columns
from svcrules.report.language import Language, long_day, moment, time_of_day, weekday
from svcrules.report.speaker import Said, Speaker
from svcrules.report.titles import Titles
from svcrules.report.wrapping import padded, wrapped

_WIDTH = 109


def as_json(simulation: Simulation, program: Program) -> dict[str, Any]:
    """Return the simulation as JSON values; instants are in the zone of the policy."""
    policy, zone = program.policy, program.zone
    later = simulation.later
    return {
        "policy": {"name": policy.name, "version": policy.version, "digest": policy.digest},
        "ticket": simulation.ticket,
        "from": simulation.start.astimezone(zone).isoformat(),
        "until": simulation.end.astimezone(zone).isoformat(),
        "next_due": later.astimezone(zone).isoformat() if later is not None else None,
        "cut": simulation.cut,
        "entries": [decision.to_dict() for decision in simulation.decisions],
        "clocks": [clock.to_dict() for clock in simulation.clocks],
    }


def as_text(simulation: Simulation, program: Program, language: Language) -> str:
    return "\n".join(line.rstrip() for line in _Course(simulation, program, language).lines()) + "\n"


class _Course:
    def __init__(self, simulation: Simulation, program: Program, language: Language) -> None:
        self._simulation = simulation
        self._program = program
        self._zone: ZoneInfo = program.zone
        self._language = language
        self._titles = Titles(program.policy, language)

    def lines(self) -> Iterator[str]:
        yield from self._heading()
        yield ""
        yield from self._timeline()
        yield ""
        yield from wrapped(self._end(), _WIDTH)
        if self._simulation.clocks:
            yield ""
            yield from self._final()

    def _heading(self) -> Iterator[str]:
        policy, pick = self._program.policy, self._language.pick
        ticket = self._simulation.ticket
        yield from wrapped(
            pick(
                f"Ticket {ticket} by policy {policy.name} {policy.version} ({self._titles.policy()})",
                f"工单 {ticket}，策略 {policy.name} {policy.version}（{self._titles.policy()}）",
            ),
            _WIDTH,
        )
        yield pick(
            f"What happens if nobody does more than what stands here; times of {policy.timezone}",
            f"除下列事件外无人再作处理时将发生的事；时间按 {policy.timezone}",
        )

    def _timeline(self) -> Iterator[str]:
        speaker = Speaker(self._titles, self._language, self._zone)
        decisions = self._simulation.decisions
        locals_ = [datetime.fromisoformat(decision.as_of).astimezone(self._zone) for decision in decisions]
        room = max(len(time_of_day(local)) for local in locals_)
        width = 16 + room + 2
        before: Decision | None = None
        event_before: Decision | None = None
        shown: datetime | None = None
        for decision, local in zip(decisions, locals_, strict=True):
            day = self._day(local.date()) if shown is None or shown.date() != local.date() else ""
            clock = time_of_day(local) if shown != local else ""
            margin = f"{padded(day, 16)}{clock:<{room}}  "
            for line in self._instant(speaker.says(decision, before, event_before), _WIDTH - width):
                yield margin + line
                margin = " " * width
            before, shown = decision, local
            event_before = decision if decision.event is not None else event_before

    def _instant(self, said: Iterator[Said], width: int) -> Iterator[str]:
        room = self._language.pick(8, 6)
        for label, text in said:
            for line in wrapped(text, width - room - 1):
                yield f"{padded(label, room)} {line}"
                label = ""

    def _day(self, day: date) -> str:
        return f"{day} {weekday(day, self._language)}"

    def _end(self) -> str:
        pick, later = self._language.pick, self._simulation.later
        if later is None:
            return pick("Nothing more falls due.", "此后不再有到期事项。")
        at = moment(later.astimezone(self._zone), self._language)
        if self._simulation.cut:
            return pick(
                f"Cut off after {MOST_ENTRIES:,} instants or {MOST_DAYS} days; the next thing falls due {at}.",
                f"已达上限（{MOST_ENTRIES:,}个时刻或{MOST_DAYS}天），其后从略；下一到期时间：{at}。",
            )
        return pick(f"The next thing falls due {at}.", f"下一到期时间：{at}。")

    def _final(self) -> Iterator[str]:
        pick, end = self._language.pick, self._simulation.end.astimezone(self._zone)
        yield pick("Clocks", "时钟") + f"  {long_day(end.date(), self._language)} {time_of_day(end)}"
        speaker = Speaker(self._titles, self._language, self._zone)
        rows = [
            (
                self._titles.clock(clock.clock),
                pick(", ", "，").join((speaker.limit(clock), self._titles.calendar(clock.calendar))),
                speaker.state(clock, end),
            )
            for clock in self._simulation.clocks
        ]
        first, second = (min(44, max(columns(row[each]) for row in rows)) for each in (0, 1))
        for row in rows:
            yield from _cells(row, (first, second, _WIDTH - first - second - 6))


def _cells(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [list(wrapped(text, width)) for text, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, cells))):
        parts = (cell[number] if number < len(cell) else "" for cell in cells)
        yield "  " + "  ".join(padded(part, width) for part, width in zip(parts, widths, strict=True))
