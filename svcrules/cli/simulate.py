"""`svcrules simulate`: what happens to a ticket if nobody acts any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from svcrules.diagnostics import shorten

_LANGUAGES = ("en", "zh")


@click.command()
@click.argument("file")
@click.option("--policy", metavar="NAME|PATH", help="Decide by this policy, instead of the one that the input names.")
@click.option("--ticket", metavar="ID", help="The ticket to simulate, where the events are of several.")
@click.option(
    "--until",
    metavar="TIME|DURATION",
    help="Go on until this time, as 2026-10-12T17:30:00+08:00, or for this long from the first event, as 30d."
    " Default: until nothing more falls due, at most 400 days after the last event.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@click.option("--svg", type=click.Path(dir_okay=False), metavar="FILE", help="Draw a picture into this file, too.")
@click.option("--lang", type=click.Choice(_LANGUAGES), default="en", help="Language of text and picture. Default: en.")
def simulate(
    file: str, policy: str | None, ticket: str | None, until: str | None, format_: str, svg: str | None, lang: str
) -> None:
    """
    Show the whole future of a ticket if nobody acts: warnings, breaches, escalations, duties.

    FILE holds events as `svcrules decide` reads them (`-` is standard input), or, if it ends in .yaml, a scenario: the
    keys `ticket` and `policy`, and a `timeline` of events as in policy tests. At most 1,000 instants are shown.

    An event that does not fit the policy ends the command with exit code 3.
    """
    from svcrules.cli.story import read_story
    from svcrules.decision import to_json
    from svcrules.outlook.simulation import EventRejected
    from svcrules.outlook.simulation import simulate as simulated
    from svcrules.report.course import as_json, as_text
    from svcrules.report.language import Language

    story = read_story(file, policy, ticket)
    program = story.evaluator.program
    try:
        simulation = simulated(story.evaluator, story.events, story.ticket, _until(until, story.evaluator.program.zone))
    except EventRejected as error:
        raise story.rejected(error) from error
    if svg is not None:
        from svcrules.report.picture.chart import chart

        picture = chart(simulation, program, Language(lang), story.title)
        Path(svg).write_text(picture, encoding="utf-8", newline="\n")
    if format_ == "json":
        click.echo(to_json(as_json(simulation, program)))
    else:
        click.echo(as_text(simulation, program, Language(lang)), nl=False)


def _until(text: str | None, zone: ZoneInfo) -> datetime | timedelta | None:
    from svcrules.casefile.times import parse_instant, parse_span
    from svcrules.time.text import Unreadable

    if text is None:
        return None
    for read in (parse_instant(text, zone), parse_span(text.removeprefix("+"))):
        if not isinstance(read, Unreadable):
            return read
    raise click.UsageError(
        f"--until: `{shorten(text)}` is no time and no duration; write it as 2026-10-12T17:30:00+08:00, or as 30d or 4h"
    )
