"""What a command cannot do, told with advice."""

from __future__ import annotations

from typing import Any

import click

from svcrules.cli.main import EXIT_USAGE


class Unable(click.ClickException):
    """Something that a command cannot do with what it is given; `help_line` says what to do about it."""

    exit_code = EXIT_USAGE

    def __init__(self, message: str, help_line: str) -> None:
        super().__init__(message)
        self.help_line = help_line

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.help_line)

    def show(self, file: object = None) -> None:
        from svcrules.report.characters import visible

        click.echo(f"svcrules: error: {visible(self.message)}\n  help: {visible(self.help_line)}", err=True)
