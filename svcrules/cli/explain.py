"""`svcrules explain`: the page of a code."""

from __future__ import annotations

import click

from svcrules import resources
from svcrules.codes import CODES
from svcrules.diagnostics import nearest


@click.command()
@click.argument("code", metavar="SR###")
def explain(code: str) -> None:
    """Print what a code of a finding means, why it is one, and what to do."""
    wanted = code.upper()
    if wanted not in CODES:
        advice = nearest(wanted, CODES) or "codes run from SR101 to SR6xx; see docs/findings"
        raise click.UsageError(f"no code `{code}`: {advice}")
    page = resources.findings_folder() / f"{wanted}.md"
    click.echo(page.read_text(encoding="utf-8"), nl=False)
