"""
Which points of a policy a ticket has reached, found out from its history.

Nothing is recorded while deciding: conditions are asked again of the tickets after each event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from svcrules.casefile.coverage.points import Key, guarded_of, outcome_key
from svcrules.decision import OTHERWISE
from svcrules.evaluators.matching import Matcher, compiled
from svcrules.evaluators.program import Program
from svcrules.evaluators.ticket import Ticket
from svcrules.language.model import All, Check, Table
from svcrules.state import State
from svcrules.ticket.chronicle import Chronicle
from svcrules.ticket.history import Snapshot


class Watch:
    """The tests in the conditions of a policy, ready to be asked one by one."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._tests: dict[Key, list[tuple[Matcher, Key, Key]]] = {
            guarded.key: [
                (
                    compiled(test, program.texts),
                    outcome_key(guarded.key, index, True),
                    outcome_key(guarded.key, index, False),
                )
                for index, test in enumerate(guarded.tests)
            ]
            for guarded in guarded_of(program.policy)
        }
        # A check is violated where its condition holds, so it is kept where it is made and that does not.
        self._applies = {
            rule.id: compiled(
                rule.when if rule.when is not None and not isinstance(rule, Check) else All(()), program.texts
            )
            for rule in program.policy.intake.rules
        }

    def reached(self, states: Iterable[State]) -> set[Key]:
        """Return the points that the tickets have reached by the end of a test."""
        keys: set[Key] = set()
        for state in states:
            chronicle = Chronicle.of(self._program, state.log)
            for snapshot in chronicle.snapshots:
                keys.update(self._of_snapshot(snapshot))
            keys.update(_changes_of_limits(chronicle.snapshots))
            for happening in chronicle.happenings:
                if happening.firing.key in state.done:
                    keys.update(_of_firing(happening.firing.reason.table, happening.firing.name))
        return keys

    def _of_snapshot(self, snapshot: Snapshot) -> Iterator[Key]:
        yield from self._of_tables(snapshot)
        yield from self._of_intake(snapshot)
        yield from self._of_time(snapshot)
        if snapshot.entry.type == "closed":
            yield from self._of_closing(snapshot)

    def _asked(self, owner: Key, ticket: Ticket) -> Iterator[Key]:
        for matcher, true, false in self._tests.get(owner, ()):
            yield true if matcher.holds(ticket) else false

    def _of_tables(self, snapshot: Snapshot) -> Iterator[Key]:
        winners = {reason.table: reason.rule for reason in snapshot.verdict.reasons}
        for table in self._program.policy.tables:
            yield from self._asked(("applies", table.name), snapshot.ticket)
            if table.name in winners:
                yield ("rule", table.name, winners[table.name])
                yield from self._of_rules(table, winners[table.name], snapshot.ticket)

    def _of_rules(self, table: Table[object], winner: str, ticket: Ticket) -> Iterator[Key]:
        """Yield the outcomes of the tests of the rules that were asked: up to the one that won."""
        for rule in table.rules:
            yield from self._asked(("rule", table.name, rule.id), ticket)
            if rule.id == winner:
                return

    def _of_intake(self, snapshot: Snapshot) -> Iterator[Key]:
        violated = {violation.rule for violation in snapshot.violations}
        for rule in self._program.policy.intake.rules:
            if rule.at and snapshot.entry.type not in rule.at:
                continue
            yield from self._asked(("intake", rule.id), snapshot.ticket)
            if rule.id in violated:
                yield ("intake", rule.id, "violated")
            elif self._applies[rule.id].holds(snapshot.ticket):
                yield ("intake", rule.id, "kept")

    def _of_time(self, snapshot: Snapshot) -> Iterator[Key]:
        for name, table in self._program.policy.timing.limits.items():
            chosen = snapshot.verdict.limits.get(name)
            winner = chosen.reason.rule if chosen else OTHERWISE
            yield ("rule", table.name, winner)
            yield from self._of_rules(table, winner, snapshot.ticket)
        for measured in snapshot.clocks.values():
            if measured.choice is not None:
                yield ("limit", measured.choice.reason.rule)
        for ladder, _, _ in self._program.ladders:
            yield from self._asked(("ladder", ladder.id), snapshot.ticket)
            climb = snapshot.climbs.get(ladder.id)
            if climb is not None and climb.start is not None:
                yield ("ladder", ladder.id)
                for step in ladder.steps:
                    yield from self._asked(("step", f"{ladder.id}.{step.id}"), snapshot.ticket)
        for duty, _ in self._program.duties:
            if snapshot.entry.type in duty.upon:
                yield from self._asked(("duty", duty.id), snapshot.ticket)

    def _of_closing(self, snapshot: Snapshot) -> Iterator[Key]:
        violated = {violation.rule for violation in snapshot.violations}
        for rule, when, _ in self._program.closing:
            yield from self._asked(("closing", rule.id, "when"), snapshot.ticket)
            if when.holds(snapshot.ticket):
                yield from self._asked(("closing", rule.id, "needs"), snapshot.ticket)
                yield ("closing", rule.id, "violated" if rule.id in violated else "kept")


def _changes_of_limits(snapshots: tuple[Snapshot, ...]) -> Iterator[Key]:
    for before, after in pairwise(snapshots):
        one, other = before.verdict.limits, after.verdict.limits
        for clock in one.keys() | other.keys():
            if (one[clock].limit if clock in one else None) != (other[clock].limit if clock in other else None):
                yield ("new limit", clock)


def _of_firing(table: str, name: str) -> Iterator[Key]:
    if table == "escalation":
        yield ("step", name.partition(" #")[0])
    elif table == "duties":
        yield ("duty", name)
