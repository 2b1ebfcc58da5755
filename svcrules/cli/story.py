"""The story of one ticket, as `simulate` and `explain-due` read it: events as `decide` reads them, or a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click

from svcrules import resources
from svcrules.casefile.scenario import Scenario, events_of, read_scenario
from svcrules.cli.inputs import STANDARD_INPUT, read_lines
from svcrules.cli.main import EXIT_REJECTS
from svcrules.cli.policy import evaluator
from svcrules.diagnostics import Finding, Span, listing, nearest, shorten
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError
from svcrules.language.files import read_files
from svcrules.language.model import Title
from svcrules.outlook.simulation import EventRejected
from svcrules.report.characters import visible


class Story(NamedTuple):
    """
    The policy, the ticket, and all events, of which some may be of other tickets.

    `places` says by source and id where each event stands: `FILE:LINE`, or a place in a scenario.
    """

    evaluator: Evaluator
    ticket: str
    events: tuple[Event, ...]
    places: Mapping[tuple[str, str], str | Span]
    title: Title | None = None

    def rejected(self, error: EventRejected) -> InputRejected:
        """Return what to tell about an event that does not fit the policy."""
        return InputRejected(self.places[error.event.source, error.event.id], error.findings)


class InputRejected(click.ClickException):
    """Input that cannot be used, shown with where it stands: a `FILE:LINE`, a place, or as the findings say."""

    exit_code = EXIT_REJECTS

    def __init__(self, place: str | Span | None, findings: Iterable[Finding]) -> None:
        super().__init__("the input was rejected")
        self.place = place
        self.findings = tuple(findings)

    def show(self, file: object = None) -> None:
        from dataclasses import replace

        from svcrules.report.human import paragraphs

        if not isinstance(self.place, str):
            placed = (finding if finding.span else replace(finding, span=self.place) for finding in self.findings)
            click.echo(paragraphs(placed), err=True)
            return
        for finding in self.findings:
            click.echo(visible(f"{self.place}: {finding}"), err=True)
            if finding.help:
                click.echo(visible(f"  help: {finding.help}"), err=True)


def read_story(name: str, policy: str | None, ticket: str | None) -> Story:
    """
    Return the story in the file, or on standard input where the name is `-`.

    `policy` and `ticket` are what the user asks for, if anything. Raises click exceptions where the input or what is
    asked for cannot be used, and OSError where the file cannot be read.
    """
    path = Path(name)
    if name != STANDARD_INPUT:
        if not path.exists():
            raise click.UsageError(f"no file `{name}`")
        if path.is_dir():
            raise click.UsageError(f"`{name}` is a folder; name a file in it")
    if path.suffix in (".yaml", ".yml"):
        return _of_scenario(path, policy, ticket)
    return _of_events(name, policy, ticket)


def _of_scenario(path: Path, policy: str | None, ticket: str | None) -> Story:
    files, findings = read_files(path)
    if findings:
        raise InputRejected(None, findings)
    scenario, wrong = read_scenario(files[0][1], str(path))
    if scenario is None:
        raise InputRejected(None, wrong)
    if policy is None and scenario.policy is None:
        raise click.UsageError(f"`{path}` names no policy: write `policy: NAME` there, or give --policy")
    ready = evaluator(policy if policy is not None else _named(path, scenario))
    told, wrong = events_of(scenario, ZoneInfo(ready.policy.timezone))
    if wrong:
        raise InputRejected(None, wrong)
    events = tuple(each.event for each in told)
    chosen = _chosen(events, ticket if ticket is not None else scenario.ticket)
    return Story(ready, chosen, events, {(e.source, e.id): span for e, span in told}, scenario.title)


def _named(path: Path, scenario: Scenario) -> str:
    assert scenario.policy is not None
    if scenario.policy in resources.policy_names():
        return str(resources.policies_folder() / scenario.policy)
    return str(path.parent / scenario.policy)


def _of_events(name: str, policy: str | None, ticket: str | None) -> Story:
    events: dict[tuple[str, str], Event] = {}
    places: dict[tuple[str, str], str | Span] = {}
    for line in read_lines((name,), lambda size: None):
        place = f"{line.file}:{line.number}"
        try:
            event = line.event()
        except EventError as error:
            raise InputRejected(place, error.findings) from error
        # An event that comes again changes nothing.
        events.setdefault((event.source, event.id), event)
        places.setdefault((event.source, event.id), place)
    if not events:
        raise click.UsageError(f"`{name}` holds no events")
    chosen = _chosen(events.values(), ticket)
    asked = next((event.policy for event in events.values() if event.subject == chosen and event.policy), None)
    if policy is None and asked is None:
        raise click.UsageError("the events name no policy: give --policy")
    if policy is None and asked not in resources.policy_names():
        names = resources.policy_names()
        advice = nearest(shorten(str(asked)), names) or f"known here: {listing(names)}"
        raise click.UsageError(f"unknown policy `{shorten(str(asked))}`: {advice}")
    ready = evaluator(policy if policy is not None else str(resources.policies_folder() / str(asked)))
    return Story(ready, chosen, tuple(events.values()), places)


def _chosen(events: Iterable[Event], ticket: str | None) -> str:
    """Return the ticket that is asked for, or the only one."""
    known = dict.fromkeys(event.subject for event in events)
    if ticket is None:
        if len(known) > 1:
            raise click.UsageError(f"the events are of {len(known)} tickets, {listing(known, 5)}: choose with --ticket")
        return next(iter(known))
    if ticket not in known:
        advice = nearest(ticket, known) or f"there are {listing(known, 5)}"
        raise click.UsageError(f"no event is of ticket `{shorten(ticket)}`: {advice}")
    return ticket
