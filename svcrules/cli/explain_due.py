"""`svcrules explain-due`: how a deadline comes about."""

from __future__ import annotations

from collections.abc import Sequence

import click

from svcrules.diagnostics import listing, nearest, shorten


@click.command("explain-due")
@click.argument("file")
@click.option("--clock", required=True, metavar="CLOCK", help="The clock, or the duty with a limit.")
@click.option("--policy", metavar="NAME|PATH", help="Decide by this policy, instead of the one that the input names.")
@click.option("--ticket", metavar="ID", help="The ticket, where the events are of several.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", help="Language of the text. Default: en.")
def explain_due(file: str, clock: str, policy: str | None, ticket: str | None, format_: str, lang: str) -> None:
    """
    Explain when a clock of a ticket is due, from its start: working hours, breaks, nights, days off, pauses.

    FILE holds events as `svcrules decide` reads them (`-` is standard input), or, if it ends in .yaml, a scenario, as
    for `svcrules simulate`. The deadline is the one after the last of the events.
    """

    from svcrules.cli.story import read_story
    from svcrules.decision import to_json
    from svcrules.outlook.account import Missing, account
    from svcrules.outlook.simulation import EventRejected, simulate
    from svcrules.report.due.as_json import as_json
    from svcrules.report.due.as_text import as_text
    from svcrules.report.language import Language

    story = read_story(file, policy, ticket)
    program = story.evaluator.program
    _check_clock(clock, program.policy.name, tuple(program.policy.timing.clocks))
    last = max(event.time for event in story.events if event.subject == story.ticket)
    try:
        simulation = simulate(story.evaluator, story.events, story.ticket, last)
    except EventRejected as error:
        raise story.rejected(error) from error
    found = account(program, simulation.snapshots, clock)
    if isinstance(found, Missing):
        raise click.UsageError(_MISSING[found].format(clock=clock, ticket=shorten(story.ticket)))
    if format_ == "json":
        click.echo(to_json(as_json(found, program, story.ticket)))
    else:
        click.echo(as_text(found, program, story.ticket, Language(lang)), nl=False)


_MISSING = {
    "not_started": "clock `{clock}` has not started: no event of ticket `{ticket}` starts it",
    "no_limit": "clock `{clock}` has no limit: no rule of `time_limits` matches ticket `{ticket}`",
    "beyond_years": "clock `{clock}` is due beyond the year 9999: its calendar has no openings left",
}


def _check_clock(clock: str, policy: str, known: Sequence[str]) -> None:
    if clock not in known:
        advice = nearest(clock, known) or (f"known here: {listing(known)}" if known else "it has none")
        raise click.UsageError(f"policy `{policy}` has no clock `{shorten(clock)}`: {advice}")
