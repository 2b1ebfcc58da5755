"""`svcrules policies`: the policies that come with svcrules."""

from __future__ import annotations

import click

from svcrules import resources
from svcrules.cli.policy import evaluator


@click.command()
def policies() -> None:
    """List the policies that come with svcrules: name, version, title, and the folder they are in."""
    for name in resources.policy_names():
        policy = evaluator(str(resources.policies_folder() / name)).policy
        click.echo(f"{policy.name:16} {policy.version:8} {policy.title.en} · {policy.title.zh}")
    click.echo(f"\nin {resources.policies_folder()}")
