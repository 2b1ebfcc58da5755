"""`svcrules decide`: decisions on a stream of events."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from svcrules.caseload import Caseload
from svcrules.cli.answers import Asked, Printer
from svcrules.cli.caseloads import Caseloads, Policies
from svcrules.cli.inputs import STANDARD_INPUT, Line, read_lines
from svcrules.cli.main import EXIT_REJECTS
from svcrules.cli.policy import engine_errors, evaluator
from svcrules.cli.rejects import Rejects, rejects_to
from svcrules.diagnostics import Finding, shorten
from svcrules.engines import ENGINES, EngineName
from svcrules.events import EventError, parse_time

_LONG_INPUT_BYTES = 1_000_000
_MOST_WORKERS = 64


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option(
    "--policy",
    metavar="NAME|PATH",
    help="Decide all events by this policy, instead of the one each event names.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Say for each table which rule won, why, and which would have matched later.",
)
@click.option("--due", is_flag=True, help="Decide about what falls due between the events, too.")
@click.option("--until", metavar="TIME", help="Go on until this time, as 2026-10-12T17:30:00+08:00; means --due, too.")
@click.option("--why-not", metavar="RULE", help="Say which tests of this rule passed and failed, and with what value.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["ndjson", "json", "table", "text"]),
    help="ndjson: a line each. json: a list, once all are decided. table: an overview. text: for reading, with"
    " --explain and --why-not. Default: ndjson, and text with --explain and --why-not.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, allow_dash=False),
    help="Write rejected events here as NDJSON, instead of messages to standard error.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="program",
    show_default=True,
    help="The evaluator that decides; all decide the same, but only the program explains.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, _MOST_WORKERS),
    default=1,
    show_default=True,
    help="Processes that share the tickets; what is printed is the same.",
)
@click.pass_context
def decide(
    ctx: click.Context,
    files: tuple[str, ...],
    policy: str | None,
    explain: bool,
    due: bool,
    until: str | None,
    why_not: str | None,
    format_: str | None,
    rejects: str | None,
    engine: EngineName,
    workers: int,
) -> None:
    """
    Decide about events and print one decision for each, in order.

    FILE holds one JSON event a line, or, if it ends in .json, one event or a list of them; without FILE, events are
    read from standard input. Events are CloudEvents 1.0; the attribute `policy` names the policy to use.

    Events of one ticket belong together: what they said before still holds, and clocks run between them.

    An event that cannot be decided is rejected with its line and the cause; the others are decided all the same, and
    the exit code is 3.
    """
    asked = Asked(explain, why_not, format_ or ("text" if explain or why_not is not None else "ndjson"))
    timed = due or bool(until)
    _check_options(asked, engine, timed=timed)
    _check_files(files, rejects)
    names = files or (STANDARD_INPUT,)
    given = evaluator(policy, engine) if policy is not None else None
    stream = _Stream(names, asked, Policies(given, engine), timed, _instant(until) if until else None)
    with contextlib.ExitStack() as stack:
        rejected = stack.enter_context(rejects_to(rejects))
        advance = stack.enter_context(_progress(names))
        if workers == 1:
            with engine_errors(engine):
                _in_one_process(stream, rejected, advance)
        else:
            _in_workers(stream, workers, engine, rejected, advance)
    if rejected.count:
        ctx.exit(EXIT_REJECTS)


class _Stream(NamedTuple):
    """What comes in, and what is asked of it."""

    names: tuple[str, ...]
    asked: Asked
    policies: Policies
    timed: bool
    until: datetime | None


def _in_one_process(stream: _Stream, rejects: Rejects, advance: Callable[[int], None]) -> None:
    """Print the answers to the events; what falls due stands before the first event that comes later."""
    # Whoever feeds us line by line waits for the answer to each.
    printer = Printer(stream.asked.format, sys.stdout, at_once=STANDARD_INPUT in stream.names)
    caseloads = Caseloads(partial(Caseload, timed=stream.timed))
    answer, printed = stream.asked.answer, stream.asked.printed
    for line in read_lines(stream.names, advance):
        try:
            event = line.event()
            caseload = caseloads.of(stream.policies.of(event))
            for _, decision in caseloads.due(event.time, inclusive=False):
                printer.add(printed(decision))
            printer.add(printed(answer(caseload, event)))
        except EventError as error:
            _reject(rejects, line, error.findings)
    if stream.until is not None:
        for _, decision in caseloads.due(stream.until, inclusive=True):
            printer.add(printed(decision))
    printer.end()


def _in_workers(
    stream: _Stream, count: int, engine: EngineName, rejects: Rejects, advance: Callable[[int], None]
) -> None:
    """Print the same, decided by so many processes."""
    from svcrules.cli.worker import Setup
    from svcrules.cli.workers import Workers

    printer = Printer(stream.asked.format, sys.stdout, at_once=False)
    given = stream.policies.given
    setup = Setup(given.policy if given is not None else None, engine, stream.asked, stream.timed)
    with Workers(count, setup, stream.policies, printer.add, partial(_reject, rejects)) as workers:

        def before_waiting() -> None:
            workers.settle()
            sys.stdout.flush()

        workers.decide(read_lines(stream.names, advance, before_waiting), stream.until)
    printer.end()


def _reject(rejects: Rejects, line: Line, findings: tuple[Finding, ...]) -> None:
    rejects.add(line.file, line.number, findings, {"input": line.raw})


def _check_options(asked: Asked, engine: EngineName, *, timed: bool) -> None:
    """Raise `click.UsageError` where options do not go together."""
    explains = asked.explain or asked.why_not is not None
    if asked.explain and asked.why_not is not None:
        raise click.UsageError("--explain and --why-not cannot be used together")
    if asked.format == "text" and not explains:
        raise click.UsageError("--format text needs --explain or --why-not")
    if timed and explains:
        raise click.UsageError("--due and --until cannot be used together with --explain and --why-not")
    if asked.format == "table" and explains:
        raise click.UsageError("--format table cannot show --explain or --why-not")
    if engine != "program" and explains:
        raise click.UsageError(f"--engine {engine} cannot explain: leave it out with --explain and --why-not")


def _instant(text: str) -> datetime:
    time = parse_time(text)
    if time is None:
        raise click.UsageError(f"--until: `{shorten(text)}` is not a time; write it as 2026-10-12T17:30:00+08:00")
    return time


def _check_files(files: tuple[str, ...], rejects: str | None) -> None:
    """Raise `click.UsageError` where a file cannot be the input, or would be overwritten by the rejects."""
    for path in (Path(name) for name in files if name != STANDARD_INPUT):
        if not path.exists():
            raise click.UsageError(f"no file `{path}`")
        if path.is_dir():
            raise click.UsageError(f"`{path}` is a folder; name the files in it")
        if rejects is not None and Path(rejects).exists() and path.samefile(rejects):
            raise click.UsageError(f"--rejects would overwrite `{path}`, which is read from")


@contextlib.contextmanager
def _progress(names: tuple[str, ...]) -> Iterator[Callable[[int], None]]:
    """
    Show a bar on standard error while long files are read; give what tells it of bytes.

    Only on a terminal, and not where the decisions are printed there as well.
    """
    total = sum(Path(name).stat().st_size for name in names if name != STANDARD_INPUT)
    if not sys.stderr.isatty() or sys.stdout.isatty() or total < _LONG_INPUT_BYTES:
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = ("deciding", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    # Redirected, standard output would end up on the terminal instead of in the user's file.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("deciding", total=total)
        yield lambda size: progress.advance(task, size)
