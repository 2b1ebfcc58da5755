"""The command `svcrules`: finds the subcommand, and turns what can go wrong into messages and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import click

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_REJECTS = 3
EXIT_IO = 4
EXIT_INTERNAL = 70  # EX_SOFTWARE of sysexits.h
_EXIT_INTERRUPTED = 130

# Commands are imported when they are called, so that `svcrules --help` is quick.
_COMMANDS = {
    "calendar": "Write the days off of a country for a policy.",
    "decide": "Decide about ticket events: class, priority, route, and why.",
    "events": "Make events from other data.",
    "explain": "Explain the code of a finding, such as SR301.",
    "explain-due": "Explain how a deadline comes about, step by step.",
    "policies": "List the policies that come with svcrules.",
    "simulate": "Show the whole future of a ticket if nobody acts.",
    "test": "Run the tests of policies.",
    "validate": "Check policies, and say everything that is wrong.",
    "verify": "Compare the evaluators on policies and generated tickets.",
}


class _ReaderGone(Exception):  # noqa: N818 - reads as what it is
    """Nobody reads our output any more, as in `svcrules decide ... | head -1`."""


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # click would take it for an error and leave with exit code 1.
            raise _ReaderGone from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"svcrules.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="svcrules")
def cli() -> None:
    """
    Rules of a customer service as YAML policies, applied to ticket events.

    Exit codes: 0 done; 1 a policy has findings; 2 wrong usage; 3 some input was rejected, the rest was done;
    4 a file could not be read or written; 70 a bug in svcrules, or not enough memory; 130 interrupted.
    """


def main() -> None:
    """Run the command line and leave with its exit code; no traceback reaches the user for anything that can happen."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller, as by `>&-`
            setattr(sys, name, Path(os.devnull).open("r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, TextIOWrapper)
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    # A policy is many small objects that stay; to look through them for garbage again and again takes a fifth of its
    # loading time.
    gc.set_threshold(50_000)
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        code = _run()
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        click.echo("svcrules: interrupted", err=True)
        return _EXIT_INTERRUPTED
    except (_ReaderGone, BrokenPipeError):
        _discard(sys.stdout)
        _discard(sys.stderr)
        return 0
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        click.echo(f"svcrules: error: {name}{error.strerror or error}", err=True)
        _print_the_rest()
        return EXIT_IO
    except Exception as error:
        _print_the_rest()
        _tell(error)
        return EXIT_INTERNAL
    return code


def _print_the_rest() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _discard(sys.stdout)


def _tell(error: Exception) -> None:
    """Say on standard error what nobody has foreseen, with the traceback if the user asks for it."""
    from svcrules.diagnostics import shorten
    from svcrules.report.characters import visible

    if os.environ.get("SVCRULES_TRACEBACK") == "1":
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    if isinstance(error, MemoryError):
        message = "error: out of memory"
        help_line = "give less input at a time; with --format ndjson only one event is held at once"
    else:
        said = shorten(visible(str(error)), _MOST_SAID)
        message = f"internal error: {type(error).__name__}" + (f": {said}" if said else "")
        help_line = "this is a bug in svcrules; report it with the input that led to it"
        help_line += "; SVCRULES_TRACEBACK=1 shows where"
    click.echo(f"svcrules: {message}\n  help: {help_line}", err=True)


_MOST_SAID = 200


def _run() -> int:
    try:
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0


def _discard(stream: TextIO) -> None:
    """Let what is left in the stream go nowhere: Python flushes it at exit, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
