"""Naming policies on the command line: a path, or the name of one that comes with svcrules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from svcrules import resources
from svcrules.cli.cache import Files, through_cache
from svcrules.cli.main import EXIT_FINDINGS
from svcrules.cli.unable import Unable
from svcrules.diagnostics import Finding, in_order, listing, nearest
from svcrules.engines import EngineName
from svcrules.evaluator import Evaluator
from svcrules.language.files import read_files
from svcrules.language.model import Policy


def expand(paths: tuple[str, ...]) -> Iterator[str]:
    """Yield each path, and for a folder of policies, which is none itself, the policies in it, sorted."""
    for path in paths:
        folder = Path(path)
        inside = [] if (folder / "policy.yaml").exists() else sorted(folder.glob("*/policy.yaml"))
        yield from (str(file.parent) for file in inside) if inside else (path,)


def located(name_or_path: str) -> Path:
    """
    Return where the policy is; a name that is also a path means the path.

    Raises `click.UsageError` if there is no such policy.
    """
    path = Path(name_or_path)
    if name_or_path and path.exists():
        return path
    names = resources.policy_names()
    if name_or_path not in names:
        advice = nearest(name_or_path, names) or f"give a path, or one of {listing(names)}"
        raise click.UsageError(f"no policy `{name_or_path}`: {advice}")
    return resources.policies_folder() / name_or_path


def evaluator(name_or_path: str, engine: EngineName = "program") -> Evaluator:
    """
    Return the evaluator for the policy.

    Raises `click.UsageError` if there is no such policy, and a `click.ClickException` with its findings if it has
    errors, or if the engine cannot decide by it.
    """
    files, findings = read_files(located(name_or_path))
    if findings:
        raise BrokenPolicy(name_or_path, in_order(findings))
    policy = through_cache(files, lambda files: _loaded(name_or_path, files))
    with engine_errors(engine):
        return Evaluator(policy, engine)


@contextmanager
def engine_errors(engine: EngineName) -> Iterator[None]:
    """Turn what the engine says that it cannot do into a `click.ClickException`."""
    if engine != "rete":  # the others can do everything
        yield
        return
    from svcrules.evaluators.rete import EngineError

    try:
        yield
    except EngineError as error:
        raise Unable(str(error), error.help) from error


def _loaded(name: str, files: Files) -> Policy:
    from svcrules.language.load import read_policy  # imports all that reads YAML, which a policy from the cache spares

    loaded = read_policy(files)
    if loaded.policy is None:
        raise BrokenPolicy(name, loaded.findings)
    return loaded.policy


class BrokenPolicy(click.ClickException):
    """A policy with errors, shown as `svcrules validate` shows it."""

    exit_code = EXIT_FINDINGS

    def __init__(self, name: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"policy `{name}` has errors")
        self.name = name
        self.findings = findings

    def __reduce__(self) -> tuple[Any, ...]:
        return BrokenPolicy, (self.name, self.findings)

    def show(self, file: object = None) -> None:
        from svcrules.report.checked import Checked
        from svcrules.report.human import render

        click.echo(render(Checked(((self.name, self.findings),))), err=True, nl=False)
