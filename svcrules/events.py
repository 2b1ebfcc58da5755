"""
Events as they come in: strict JSON, then the attributes of CloudEvents 1.0.

Source: CloudEvents specification 1.0.2, "Context Attributes"; RFC 3339 for `time`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from svcrules.diagnostics import Finding

MAX_EVENT_BYTES = 1024 * 1024
MAX_EVENT_DEPTH = 100
_REQUIRED = ("specversion", "id", "type", "source", "subject", "time")
_TEXTS = (*_REQUIRED, "policy", "datacontenttype", "dataschema")
_KNOWN = frozenset((*_TEXTS, "data"))
_ATTRIBUTE = re.compile("[a-z0-9]+")
# No ticket is from another time, and deadlines far away still lie in the years that Python knows.
_YEARS = (1900, 2999)
# Narrower than `datetime.fromisoformat`, which takes more with every version of Python.
_HOUR = "([01][0-9]|2[0-3])"
_RFC3339 = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{_HOUR}:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]{_HOUR}:[0-5][0-9])"
)


class EventError(Exception):
    """An event that cannot be decided; `findings` says everything that is wrong with it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        return "; ".join(str(finding) for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something that happened to a ticket.

    `subject` is the ticket's id, `time` is aware and `time_text` the same as it was written, `policy` the name of the
    policy that the event asks for, if any, and `data` what the event says of the ticket, as JSON values.
    """

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    time_text: str
    policy: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, value: object) -> Event:
        """
        Return the event that the JSON value says.

        Raises `EventError` if an attribute is missing or wrong.
        """
        event, findings = read_event(value)
        if event is None:
            raise EventError(findings)
        return event


def parse_json(text: str | bytes, most: int = MAX_EVENT_BYTES) -> tuple[Any, list[Finding]]:
    """
    Return the JSON value in the text, and what is wrong with it.

    Stricter than `json.loads`: no NaN or infinities, no numbers beyond those of a double, no duplicate keys, no lone
    surrogates, at most `most` bytes and `MAX_EVENT_DEPTH` levels.
    """
    if len(text) > most:
        return None, [Finding("SR512", f"JSON of more than {most:,} bytes", help="send large attachments by reference")]
    try:
        written = text if isinstance(text, str) else text.decode("utf-8")
        if _deep(written):
            raise ValueError(f"nested more than {MAX_EVENT_DEPTH} levels deep")
        value = _DECODER.decode(written)
        if "\\u" in written:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate can only come from an escape
    except UnicodeDecodeError as error:
        return None, [Finding("SR513", f"byte {error.start + 1} is not valid UTF-8", help="send JSON in UTF-8")]
    except UnicodeEncodeError:
        message = "an escape such as `\\ud800` stands for half a character"
        return None, [Finding("SR513", message, help="escape both halves, or send the character itself")]
    except _Duplicate as error:
        message = f"key `{_cut(str(error))}` stands twice in one object"
        return None, [Finding("SR514", message, help="readers differ on which one counts; send one")]
    except ValueError as error:
        return None, [Finding("SR501", f"not JSON: {_json_problem(error)}", help="one event is one JSON object")]
    return value, []


def _deep(text: str) -> bool:
    """Say whether objects and lists nest deeper than allowed, whatever room Python's own stack has left."""
    if text.count("[") + text.count("{") <= MAX_EVENT_DEPTH:
        return False
    depth = 0
    for match in _BRACKETS.finditer(text):
        bracket = match.group()
        depth += (bracket in "[{") - (bracket in "]}")
        if depth > MAX_EVENT_DEPTH:
            return True
    return False


class _Duplicate(Exception):  # noqa: N818 - carries a key out of the decoder, no error of its own
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        raise _Duplicate(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return value


def _constant(name: str) -> float:
    raise ValueError(f"`{name}` is not a JSON number")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"`{_cut(text)}` is too large a number")
    return value


def _integer(text: str) -> int:
    if len(text) > _DIGITS:
        _float(text)
    return int(text)


_DIGITS = 300
"""Integers of more digits than this may be larger than any double."""
# A text is passed over, to its end or, if it has none, to the end of all; possessive, so that this takes linear time.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer)


def _json_problem(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        place = f"line {error.lineno}, character {error.colno}" if error.lineno > 1 else f"character {error.pos + 1}"
        return f"{error.msg[0].lower()}{error.msg[1:].removesuffix(' at')} at {place}"
    return str(error)


def read_event(value: object) -> tuple[Event | None, list[Finding]]:
    """Return the event that the JSON value says, or None, and everything that is wrong with its attributes."""
    if not isinstance(value, dict):
        return None, [
            Finding(
                "SR502",
                f"an event is a JSON object, not {_json_type(value)}",
                help="one event is one JSON object",
            )
        ]
    # Looked for only where it is needed: most events are right.
    misspelt = _misspelt(value) if any(name not in value for name in _REQUIRED) else {}
    findings = [*_missing(value, misspelt), *_wrong_types(value, misspelt)]
    if findings:
        return None, findings
    if value["specversion"] != "1.0":
        message = f"CloudEvents version `{_cut(value['specversion'])}` is not supported"
        findings.append(Finding("SR516", message, help=_ATTRIBUTES["specversion"]))
    time = parse_time(value["time"])
    if time is None:
        message = f"`{_cut(value['time'])}` is not a time in RFC 3339"
        help_line = "write date, time and offset, as 2026-03-02T09:15:00+08:00"
        findings.append(Finding("SR505", message, help=help_line))
    elif not _YEARS[0] <= time.year <= _YEARS[1]:
        message = f"`{_cut(value['time'])}` is not in the years {_YEARS[0]} to {_YEARS[1]}"
        findings.append(Finding("SR505", message, help="check the clock of the system that sent it"))
    if findings or time is None:
        return None, findings
    return (
        Event(
            id=value["id"],
            type=value["type"],
            source=value["source"],
            subject=value["subject"],
            time=time,
            time_text=value["time"],
            policy=value.get("policy"),
            data=value.get("data") or {},
        ),
        [],
    )


def parse_time(text: str) -> datetime | None:
    """Return the instant that the text says in RFC 3339, aware, or None where it is none."""
    if not _RFC3339.fullmatch(text):
        return None
    try:
        time = datetime.fromisoformat(text.upper())
        time.astimezone(UTC)  # the first and last hours of the calendar are no instants everywhere
    except (ValueError, OverflowError):
        return None
    return time


def _misspelt(value: dict[str, Any]) -> dict[str, str]:
    """Return for each attribute that is missing because it is written another way how it is written."""
    from difflib import get_close_matches  # only needed once something is wrong

    unknown = {key.lower(): key for key in value if key not in _KNOWN and len(key) < _LONGEST_NAME}
    found = {}
    for name in _REQUIRED:
        if name not in value and (close := get_close_matches(name, unknown, n=1, cutoff=0.75)):
            found[name] = unknown[close[0]]
    return found


_LONGEST_NAME = 30


def _missing(value: dict[str, Any], misspelt: dict[str, str]) -> list[Finding]:
    return [
        Finding("SR503", f"attribute `{name}` is missing", help=_advice(name, misspelt.get(name)))
        for name in _REQUIRED
        if value.get(name) is None
    ]


def _advice(name: str, written: str | None) -> str:
    return f"write `{name}` instead of `{written}`" if written is not None else _ATTRIBUTES[name]


_ATTRIBUTES = {
    "specversion": "send `specversion` 1.0",
    "id": "send an `id` that is unique within `source`: the same id again changes nothing",
    "type": "send the `type` of the event, such as `created`",
    "source": "send the `source`, the system that the event comes from",
    "subject": "send the id of the ticket as `subject`",
    "time": "send the `time` when it happened, as 2026-03-02T09:15:00+08:00",
}


def _wrong_types(value: dict[str, Any], misspelt: dict[str, str]) -> list[Finding]:
    told = frozenset(misspelt.values())
    findings = (_wrong_type(name, content) for name, content in value.items() if name not in told)
    return [finding for finding in findings if finding is not None]


def _wrong_type(name: str, content: object) -> Finding | None:
    if not _ATTRIBUTE.fullmatch(name):
        message = f"`{_cut(name)}` is not the name of an attribute: small letters and digits only"
        return Finding("SR504", message, help="fields of the ticket belong into `data`")
    if content is None:
        return None
    if name == "data":
        if isinstance(content, dict):
            return None
        message = f"`data` must be an object, not {_json_type(content)}"
        return Finding("SR504", message, help="send the fields of the ticket as an object")
    if name in _TEXTS:
        if isinstance(content, str) and content:
            return None if is_whole(content) else half_character(f"attribute `{name}`")
        message = f"attribute `{name}` must be a text that is not empty, not {_json_type(content)}"
        return Finding("SR504", message, help=_ATTRIBUTES.get(name))
    if isinstance(content, str | int) or (isinstance(content, float) and content.is_integer()):
        return None
    message = f"attribute `{_cut(name)}` must be a text, a whole number, true or false, not {_json_type(content)}"
    return Finding("SR504", message, help="structures belong into `data`")


def is_whole(text: str) -> bool:
    """Say whether the text is free of lone surrogates, which no file or stream in UTF-8 can hold."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def half_character(what: str) -> Finding:
    """Return the finding on a text that is not whole."""
    message = f"{what} holds half a character, such as `\\ud800`"
    return Finding("SR513", message, help="send the character whole; a text may have been cut in the middle of it")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


def _json_type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {_cut(str(value))}"
        case str():
            return "a text" if value else "an empty text"
        case list():
            return "a list"
    return "an object"
