"""`svcrules decide`: decisions on a stream of events."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from svcrules import resources
from svcrules.caseload import Caseload
from svcrules.cli.inputs import STANDARD_INPUT, Line, read_lines
from svcrules.cli.main import EXIT_REJECTS
from svcrules.cli.policy import evaluator
from svcrules.cli.rejects import Rejects, rejects_to
from svcrules.decision import Decision, to_json
from svcrules.diagnostics import Finding, listing, nearest, shorten
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError, parse_time

_LONG_INPUT_BYTES = 1_000_000


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
) -> None:
    """
    Decide about events and print one decision for each, in order.

    FILE holds one JSON event a line, or, if it ends in .json, one event or a list of them; without FILE, events are
    read from standard input. Events are CloudEvents 1.0; the attribute `policy` names the policy to use.

    Events of one ticket belong together: what they said before still holds, and clocks run between them.

    An event that cannot be decided is rejected with its line and the cause; the others are decided all the same, and
    the exit code is 3.
    """
    if explain and why_not is not None:
        raise click.UsageError("--explain and --why-not cannot be used together")
    if format_ == "text" and not (explain or why_not is not None):
        raise click.UsageError("--format text needs --explain or --why-not")
    if (due or until) and (explain or why_not is not None):
        raise click.UsageError("--due and --until cannot be used together with --explain and --why-not")
    if format_ == "table" and (explain or why_not is not None):
        raise click.UsageError("--format table cannot show --explain or --why-not")
    _check_files(files, rejects)
    names = files or (STANDARD_INPUT,)
    caseloads = _Caseloads(
        evaluator(policy) if policy is not None else None, _instant(until) if until else None, timed=due or bool(until)
    )
    with contextlib.ExitStack() as stack:
        rejected = stack.enter_context(rejects_to(rejects))
        advance = stack.enter_context(_progress(names))
        answers = _answers(read_lines(names, advance), caseloads, rejected, _answer_with(explain, why_not))
        kind = "why_not" if why_not is not None else "explain" if explain else "decide"
        _write(answers, kind, format_ or ("ndjson" if kind == "decide" else "text"), STANDARD_INPUT in names)
    if rejected.count:
        ctx.exit(EXIT_REJECTS)


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


class _Caseloads:
    """The caseloads in use: of the policy given for all events, or of those that events name, loaded then."""

    def __init__(self, given: Evaluator | None, until: datetime | None, *, timed: bool) -> None:
        self._timed = timed
        self._given = Caseload(given, timed=timed) if given is not None else None
        self._name = given.policy.name if given is not None else None
        self._by_name: dict[str, Caseload] = {}
        self.until = until

    def due(self, until: datetime, *, inclusive: bool) -> Iterator[Decision]:
        """Yield what falls due until then, if that was asked for."""
        if self._timed:
            for caseload in (self._given,) if self._given is not None else tuple(self._by_name.values()):
                yield from caseload.due(until, inclusive=inclusive)

    def of(self, event: Event) -> Caseload:
        """Return the caseload for the event. Raises `EventError` if there is none."""
        name = event.policy
        if self._given is not None:
            if name is not None and name != self._name:
                message = f"the event asks for policy `{shorten(name)}`, not for `{self._name}`"
                raise EventError(
                    [
                        Finding(
                            "SR507",
                            message,
                            help="leave out --policy to use the policy that each event names",
                        )
                    ]
                )
            return self._given
        if name is None:
            raise EventError(
                [
                    Finding(
                        "SR508",
                        "the event names no policy",
                        help="send the attribute `policy`, or give --policy",
                    )
                ]
            )
        if name not in self._by_name:
            names = resources.policy_names()
            if name not in names:
                raise EventError(
                    [
                        Finding(
                            "SR507",
                            f"unknown policy `{shorten(name)}`",
                            help=nearest(shorten(name), names) or f"known here: {listing(names)}",
                        )
                    ]
                )
            named = evaluator(str(resources.policies_folder() / name))
            self._by_name[name] = Caseload(named, timed=self._timed)
        return self._by_name[name]


Answer = Any  # a Decision, Explanation or WhyNot: each has to_dict
AnswerOf = Callable[[Caseload, Event], Answer]


def _answer_with(explain: bool, why_not: str | None) -> AnswerOf:
    if why_not is not None:
        return _why_not(why_not)
    return Caseload.explain if explain else Caseload.decide


def _why_not(rule: str) -> AnswerOf:
    from svcrules.explain import UnknownRule

    def answer(caseload: Caseload, event: Event) -> Answer:
        try:
            return caseload.why_not(event, rule)
        except UnknownRule as error:
            advice = f": {error.help}" if error.help else ""
            raise click.UsageError(f"{error}{advice}") from error

    return answer


def _answers(lines: Iterator[Line], caseloads: _Caseloads, rejects: Rejects, answer: AnswerOf) -> Iterator[Answer]:
    """Yield the answers to the events; what falls due stands before the first event that comes later."""
    for line in lines:
        try:
            if line.findings:
                raise EventError(line.findings)
            event = Event.from_dict(line.value)
            caseload = caseloads.of(event)
            yield from caseloads.due(event.time, inclusive=False)
            yield answer(caseload, event)
        except EventError as error:
            rejects.add(line.file, line.number, error.findings, {"input": line.raw})
    if caseloads.until is not None:
        yield from caseloads.due(caseloads.until, inclusive=True)


def _write(answers: Iterator[Answer], kind: str, format_: str, interactive: bool) -> None:
    out = sys.stdout
    if format_ == "table":
        from svcrules.report.decision_table import render

        render(answers, out)
    elif format_ == "json":
        # All are decided before the first is printed: a list that breaks off cannot be read.
        entries = [_line_of(answer) for answer in answers]
        out.write("[\n" + ",\n".join(entries) + "\n]\n" if entries else "[]\n")
    else:
        text_of = _text_of(kind) if format_ == "text" else _line_of
        for answer in answers:
            out.write(text_of(answer) + "\n")
            if interactive:
                out.flush()  # whoever feeds us line by line waits for the answer to each


def _line_of(answer: Answer) -> str:
    return to_json(answer.to_dict())


def _text_of(kind: str) -> Callable[[Answer], str]:
    from svcrules.report import explanation

    return explanation.explained if kind == "explain" else explanation.why_not


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
