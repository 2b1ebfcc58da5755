"""The policies and caseloads that a stream of events is decided by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from svcrules import resources
from svcrules.caseload import Caseload
from svcrules.cli.policy import evaluator
from svcrules.decision import Decision
from svcrules.diagnostics import Finding, listing, nearest, shorten
from svcrules.engines import EngineName
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError


class Policies:
    """The policy given for all events, or those that events name, loaded then."""

    def __init__(self, given: Evaluator | None, engine: EngineName) -> None:
        self.given = given
        self._engine = engine
        self._by_name: dict[str, Evaluator] = {}

    def of(self, event: Event) -> Evaluator:
        """
        Return the evaluator for the event.

        Raises `EventError` if there is none, and a `click.ClickException` if the policy cannot be used.
        """
        name = event.policy
        if self.given is not None:
            if name is not None and name != self.given.policy.name:
                message = f"the event asks for policy `{shorten(name)}`, not for `{self.given.policy.name}`"
                help_line = "leave out --policy to use the policy that each event names"
                raise EventError([Finding("SR507", message, help=help_line)])
            return self.given
        if name is None:
            help_line = "send the attribute `policy`, or give --policy"
            raise EventError([Finding("SR508", "the event names no policy", help=help_line)])
        return self.named(name)

    def named(self, name: str) -> Evaluator:
        """Return the evaluator for the policy of this name; see `of` for what is raised."""
        if name not in self._by_name:
            names = resources.policy_names()
            if name not in names:
                help_line = nearest(shorten(name), names) or f"known here: {listing(names)}"
                raise EventError([Finding("SR507", f"unknown policy `{shorten(name)}`", help=help_line)])
            self._by_name[name] = evaluator(str(resources.policies_folder() / name), self._engine)
        return self._by_name[name]


class Caseloads:
    """The caseloads in use, in the order in which their policies came up; `make` makes one."""

    def __init__(self, make: Callable[[Evaluator], Caseload]) -> None:
        self._make = make
        self._by_policy: dict[Evaluator, Caseload] = {}

    def of(self, evaluator: Evaluator) -> Caseload:
        caseload = self._by_policy.get(evaluator)
        if caseload is None:
            caseload = self._by_policy[evaluator] = self._make(evaluator)
        return caseload

    def due(self, until: datetime, *, inclusive: bool) -> Iterator[tuple[int, Decision]]:
        """Yield what falls due until then in timed caseloads, each with the place of its policy among those in use."""
        for place, caseload in enumerate(tuple(self._by_policy.values())):
            for decision in caseload.due(until, inclusive=inclusive):
                yield place, decision
