"""Naming policies on the command line: a path, or the name of one that comes with svcrules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from svcrules import resources
from svcrules.cli.main import EXIT_FINDINGS
from svcrules.diagnostics import listing, nearest
from svcrules.evaluator import Evaluator
from svcrules.language.load import PolicyError, load_policy


def expand(paths: tuple[str, ...]) -> Iterator[str]:
    """Yield each path, and for a folder of policies, which is none itself, the policies in it, sorted."""
    for path in paths:
        folder = Path(path)
        inside = [] if (folder / "policy.yaml").exists() else sorted(folder.glob("*/policy.yaml"))
        yield from (str(file.parent) for file in inside) if inside else (path,)


def evaluator(name_or_path: str) -> Evaluator:
    """
    Return the evaluator for the policy.

    A name that is also a path means the path. Raises `click.UsageError` if there is no such policy, and a
    `click.ClickException` with its findings if it has errors.
    """
    path = Path(name_or_path)
    if not (name_or_path and path.exists()):
        names = resources.policy_names()
        if name_or_path not in names:
            advice = nearest(name_or_path, names) or f"give a path, or one of {listing(names)}"
            raise click.UsageError(f"no policy `{name_or_path}`: {advice}")
        path = resources.policies_folder() / name_or_path
    try:
        return Evaluator(load_policy(path))
    except PolicyError as error:
        raise BrokenPolicy(name_or_path, error) from error


class BrokenPolicy(click.ClickException):
    """A policy with errors, shown as `svcrules validate` shows it."""

    exit_code = EXIT_FINDINGS

    def __init__(self, name: str, error: PolicyError) -> None:
        super().__init__(f"policy `{name}` has errors")
        self.name = name
        self.findings = error.findings

    def show(self, file: object = None) -> None:
        from svcrules.report.checked import Checked
        from svcrules.report.human import render

        click.echo(render(Checked(((self.name, self.findings),))), err=True, nl=False)
