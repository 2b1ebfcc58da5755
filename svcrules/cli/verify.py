"""`svcrules verify`: whether the evaluators agree on a policy."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import click

from svcrules.cli.main import EXIT_FINDINGS
from svcrules.engines import ENGINES, EngineName

if TYPE_CHECKING:
    from svcrules.agreement.session import Plan
    from svcrules.report.agreement.outcome import OfPolicy


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--tickets", type=click.IntRange(0), default=1000, show_default=True, help="Tickets to generate for each policy."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same tickets.")
@click.option(
    "--engine",
    "engines",
    type=click.Choice(ENGINES),
    multiple=True,
    help="An evaluator to compare, the first with all others; may be given several times. Default: all of them.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes to use.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="How to print what came out.",
)
@click.pass_context
def verify(
    ctx: click.Context,
    paths: tuple[str, ...],
    tickets: int,
    seed: int,
    engines: tuple[EngineName, ...],
    jobs: int,
    format_: str,
) -> None:
    """
    Compare the evaluators: run the tests of policies, and tickets generated on and beside the boundaries of their
    rules, through all of them.

    A PATH is a policy, or a folder of policies. Exit code 0 if the evaluators agree on every decision, 1 if they
    differ, or a policy or test file is wrong.
    """
    from svcrules.agreement.session import Plan
    from svcrules.cli.policy import expand
    from svcrules.report.agreement.formats import AGREEMENT_FORMATS
    from svcrules.report.agreement.outcome import Outcome

    compared = tuple(dict.fromkeys(engines)) or ENGINES
    if len(compared) == 1:
        raise click.UsageError(f"`--engine {compared[0]}` alone compares nothing: name two evaluators, or none for all")
    plan = Plan(compared, tickets, seed)
    outcome = Outcome(tuple(_verified(path, plan, jobs) for path in expand(paths)), seed)
    click.echo(AGREEMENT_FORMATS[format_](outcome), nl=False)
    if not outcome.agreed:
        ctx.exit(EXIT_FINDINGS)


def _verified(path: str, plan: Plan, jobs: int) -> OfPolicy:
    from svcrules.agreement import session
    from svcrules.casefile.read import files_of, read_cases
    from svcrules.cli.policy import BrokenPolicy, evaluator, located
    from svcrules.report.agreement.outcome import OfPolicy

    policy = evaluator(path).policy
    files, unreadable = files_of(located(path))
    read, findings = read_cases(files, policy)
    if unreadable or findings:
        raise BrokenPolicy(path, (*unreadable, *findings))
    begin = perf_counter()
    verified = session.verify(policy, [case for file in read for case in file.cases], plan, jobs)
    return OfPolicy(path, verified, perf_counter() - begin)
