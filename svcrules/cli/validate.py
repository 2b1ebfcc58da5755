"""`svcrules validate`: check policies."""

from __future__ import annotations

import sys

import click

from svcrules.cli.main import EXIT_FINDINGS


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["human", "json", "sarif", "junit", "github"]),
    default="human",
    show_default=True,
    help="How to print the findings.",
)
@click.pass_context
def validate(ctx: click.Context, paths: tuple[str, ...], format_: str) -> None:
    """
    Check policies, each a folder of YAML files or one YAML file, and print everything that is wrong.

    A PATH that holds policies, such as `policies/`, stands for all of them. Exit code 0 if there are no findings,
    1 if there are.
    """
    from svcrules.cli.policy import expand
    from svcrules.language.load import check_policy
    from svcrules.report.checked import Checked
    from svcrules.report.formats import FINDING_FORMATS

    checked = Checked(tuple((path, check_policy(path).findings) for path in expand(paths)))
    if format_ == "human":
        from svcrules.report.human import render

        text = render(checked, colour=sys.stdout.isatty())
    else:
        text = FINDING_FORMATS[format_](checked)
    click.echo(text, nl=False)
    if any(findings for _, findings in checked.results):
        ctx.exit(EXIT_FINDINGS)
