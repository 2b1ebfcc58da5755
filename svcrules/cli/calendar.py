"""`svcrules calendar`: days off for policies."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click

from svcrules import resources
from svcrules.cli.main import EXIT_USAGE
from svcrules.holiday_lists.as_yaml import as_yaml
from svcrules.holiday_lists.china import china
from svcrules.holiday_lists.country import country
from svcrules.holiday_lists.made import Made, MissingPackageError, UnknownHolidaysError, Years


class _Years(click.ParamType[Years]):
    name = "years"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Years:
        match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", value)
        years = Years(int(match[1]), int(match[2] or match[1])) if match else None
        if years is None or not 1 <= years.first <= years.last:
            self.fail(f"`{value}` is no year and no stretch of years; write 2026, or 2024-2026", param, ctx)
        return years


def _name(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(resources.schema("policy")["$defs"]["calendar_name"]["pattern"], value):
        advice = "small letters, digits and `_`, starting with a letter"
        raise click.BadParameter(f"`{value}` cannot be the name of holidays: {advice}", ctx, param)
    return value


_years_option = click.option(
    "--years", type=_Years(), metavar="FROM[-TO]", required=True, help="One year, or from one to another."
)
_name_option = click.option("--name", callback=_name, help="Name of the list in the policy.")
_out_option = click.option(
    "--out", type=click.Path(dir_okay=False), help="Write to this file, which must not exist yet."
)


@click.group()
def calendar() -> None:
    """
    Write the days off of a country as a section `holidays` for a policy.

    This needs the packages of the extra `calendars`: pip install "svcrules[calendars]".
    """


@calendar.command("china")
@_years_option
@_name_option
@_out_option
def for_china(years: Years, name: str | None, out: str | None) -> None:
    """Write the days off and make-up working days of mainland China, as the State Council announced them."""
    _write(lambda: china(years), name or "china", out)


@calendar.command("country")
@click.argument("code")
@click.option("--subdivision", metavar="CODE", help="A part of the country, such as BY for Bavaria.")
@_years_option
@_name_option
@_out_option
def for_country(code: str, subdivision: str | None, years: Years, name: str | None, out: str | None) -> None:
    """Write the public holidays of the country CODE, such as DE: two letters by ISO 3166."""
    usual = "_".join(re.findall("[a-z0-9]+", f"{code} {subdivision or ''}".lower()))
    _write(lambda: country(code.upper(), subdivision, years), name or usual, out)


def _write(make: Callable[[], Made], name: str, out: str | None) -> None:
    try:
        text = as_yaml(make(), name)
    except UnknownHolidaysError as error:
        raise click.UsageError(str(error)) from None
    except MissingPackageError as error:
        click.echo(f"svcrules: error: {error}", err=True)
        raise SystemExit(EXIT_USAGE) from None
    if out is None:
        click.echo(text, nl=False)
        return
    with Path(out).open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
