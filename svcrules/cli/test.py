"""`svcrules test`: policy tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from svcrules.cli.main import EXIT_FINDINGS
from svcrules.engines import ENGINES, EngineName

if TYPE_CHECKING:
    from svcrules.casefile.mutate.session import Mutation
    from svcrules.casefile.session import Session
    from svcrules.evaluator import Evaluator

_LEAST_SCORE = 95


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("-k", "text", metavar="TEXT", default="", help="Only the tests whose id holds the text.")
@click.option("--coverage", "with_coverage", is_flag=True, help="Say what of the policies the tests do not reach.")
@click.option(
    "--html", metavar="FILE", type=click.Path(dir_okay=False), help="Write what is reached as a page; means --coverage."
)
@click.option("--update", is_flag=True, help="Write what came out into the expectations of failed tests, for review.")
@click.option("--mutate", is_flag=True, help="Say which single changes of the policies no test notices. Takes minutes.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail where fewer of the rules and steps are reached, or, with --mutate, fewer changes noticed. "
    f"Default: 0, and {_LEAST_SCORE} with --mutate.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes to use with --mutate.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="program",
    show_default=True,
    help="The evaluator that decides; with --mutate only the program. For the reference, see `svcrules verify`.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["human", "json", "junit"]),
    default="human",
    show_default=True,
    help="How to print what came out.",
)
@click.pass_context
def test(
    ctx: click.Context,
    paths: tuple[str, ...],
    text: str,
    with_coverage: bool,
    html: str | None,
    update: bool,
    mutate: bool,
    threshold: float | None,
    jobs: int,
    engine: EngineName,
    format_: str,
) -> None:
    """
    Run the tests of policies: stories of tickets in virtual time, and what must hold at any instant.

    A PATH is a policy with a folder `tests`, or a folder of such policies; without any, `policies` if there is such
    a folder, else the policies that come with svcrules. Exit code 0 if all passed, 1 if a test failed, a threshold was
    missed, or a policy or test file is wrong.
    """
    from svcrules.casefile.coverage.figures import coverage_of
    from svcrules.cli.policy import expand
    from svcrules.report.tests.formats import TEST_FORMATS
    from svcrules.report.tests.outcome import Outcome

    _check_engine(engine, mutate=mutate)
    ready = [_ready(path, text, engine) for path in expand(paths or _default_paths())]
    outcome = Outcome(
        tuple(session for session, _ in ready),
        tuple(
            coverage_of(session.path, evaluator, session.results)
            for session, evaluator in ready
            if with_coverage or html
        ),
        tuple(_mutation(session, evaluator, jobs) for session, evaluator in ready if mutate and session.passed),
        least_coverage=0 if threshold is None else threshold,
        least_score=_LEAST_SCORE if threshold is None else threshold,
    )
    click.echo(TEST_FORMATS[format_](outcome), nl=False)
    if html is not None:
        from svcrules.report.tests.html import render

        Path(html).write_text(render(outcome), encoding="utf-8", newline="\n")
    if update:
        _update(outcome.sessions)
    if not outcome.passed:
        ctx.exit(EXIT_FINDINGS)


def _check_engine(engine: EngineName, *, mutate: bool) -> None:
    """Raise `click.UsageError` where the engine cannot run the tests as is asked for."""
    if engine == "reference":
        advice = "`svcrules verify --engine program --engine reference --tickets 0` compares it on the tests"
        raise click.UsageError(f"--engine reference keeps no history for tests to look at: {advice}")
    if engine != "program" and mutate:
        raise click.UsageError("--mutate tries changes with the engine `program` only: leave out --engine")


def _ready(path: str, text: str, engine: EngineName) -> tuple[Session, Evaluator]:
    """Return the policy and its tests, run, whose ids hold the text."""
    from svcrules.casefile.read import files_of, read_cases
    from svcrules.casefile.session import run_files
    from svcrules.cli.policy import engine_errors, evaluator, located

    policy = evaluator(path, engine)
    files, unreadable = files_of(located(path))
    cases, findings = read_cases(files, policy.policy)
    with engine_errors(engine):
        return run_files(path, policy, cases, (*unreadable, *findings), lambda case: text in case.id), policy


def _mutation(session: Session, evaluator: Evaluator, jobs: int) -> Mutation:
    from svcrules.casefile.mutate.session import Mutation, try_all

    cases = tuple(result.case for result in session.results)
    number, fates = try_all(evaluator.policy, cases, jobs)
    # On standard error, and only at a terminal.
    with click.progressbar(fates, number, label=session.path, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        return Mutation(session.path, tuple(bar))


def _update(sessions: tuple[Session, ...]) -> None:
    """Write what came out into the files of failed tests; what is done is said on standard error."""
    from svcrules.casefile.update import updated
    from svcrules.report.characters import visible
    from svcrules.report.checked import plural

    for session in sessions:
        for file in session.files:
            if not file.failed:
                continue
            new = updated(file, session.zone)
            Path(file.name).write_bytes(new.data)
            written = plural(new.written, "expectation", "expectations")
            left = f"; {new.left} cannot be written, see above" if new.left else ""
            click.echo(f"{visible(file.name)}: {written} written, review them{left}", err=True)


def _default_paths() -> tuple[str, ...]:
    from svcrules import resources

    return ("policies",) if Path("policies").is_dir() else (str(resources.policies_folder()),)
