"""A list of holidays as a section of a policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from svcrules.holiday_lists.made import Made
from svcrules.language.holidays import WEEKDAYS
from svcrules.language.scalars import resolved


def as_yaml(made: Made, name: str) -> str:
    """Return the section `holidays` with the list under the name."""
    return "".join(f"{line}\n" for line in _lines(made, name))


def _lines(made: Made, name: str) -> Iterator[str]:
    first, last, off, working = made.holidays
    yield from (f"# {remark}" for remark in made.remarks)
    yield "holidays:"
    yield f"  {name}:"
    yield f"    from: {first}"
    yield f"    to: {last}"
    if off:
        yield "    off:"
    for day, title in off.items():
        if title is not None:
            yield f"      {day}: {{en: {_text(title.en)}, zh: {_text(title.zh)}}}"
        else:
            yield f"      - {day}" + (f" # {made.names[day]}" if day in made.names else "")
    if working:
        yield "    working:"
    weekdays = {weekday: word for word, weekday in WEEKDAYS.items()}
    for day, weekday in working.items():
        yield f"      {day}: {weekdays[weekday]}"


def _text(text: str) -> str:
    """Write the text without quotes where YAML would read it as the same text; JSON's quotes are YAML's too."""
    return text if _PLAIN.fullmatch(text) and resolved(text) == text else json.dumps(text, ensure_ascii=False)


# Words with what may stand between them; nothing that has a meaning in YAML.
_PLAIN = re.compile(r"[^\W\d_][\w'’·.（）()\-]*( [\w'’·.（）()\-]+)*")
