"""
Events as they come in: strict JSON, then the attributes of CloudEvents 1.0.

Source: CloudEvents specification 1.0.2, "Context Attributes"; RFC 3339 for `time`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from svcrules.diagnostics import Finding, nearest

MAX_EVENT_BYTES = 1024 * 1024
_REQUIRED = ("specversion", "id", "type", "source", "subject", "time")
_TEXTS = (*_REQUIRED, "policy", "datacontenttype", "dataschema")
_KNOWN = frozenset((*_TEXTS, "data"))
_ATTRIBUTE = re.compile("[a-z0-9]+")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


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

    Stricter than `json.loads`: no NaN or infinities, no duplicate keys, no lone surrogates, at most `most` bytes.
    """
    if len(text) > most:
        return None, [Finding("SR512", f"JSON of more than {most:,} bytes", help="send large attachments by reference")]
    try:
        written = text if isinstance(text, str) else text.decode("utf-8")
        value = _DECODER.decode(written)
        if "\\u" in written:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate can only come from an escape
    except UnicodeDecodeError as error:
        return None, [Finding("SR513", f"byte {error.start + 1} is not valid UTF-8", help="send JSON in UTF-8")]
    except UnicodeEncodeError:
        return None, [
            Finding(
                "SR513",
                "an escape such as `\\ud800` stands for half a character",
                help="escape both halves, or send the character itself",
            )
        ]
    except _Duplicate as error:
        return None, [
            Finding(
                "SR514",
                f"key `{error}` stands twice in one object",
                help="readers differ on which one counts; send one",
            )
        ]
    except RecursionError:
        return None, [Finding("SR501", "not JSON: nested too deep", help="send flat data")]
    except ValueError as error:
        return None, [Finding("SR501", f"not JSON: {_json_problem(error)}", help="one event is one JSON object")]
    return value, []


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
        raise ValueError(f"`{text}` is too large a number")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)


def _json_problem(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}"
    return "a number has too many digits" if "int string conversion" in str(error) else str(error)


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
    findings = [*_missing(value), *_wrong_types(value)]
    if findings:
        return None, findings
    if value["specversion"] != "1.0":
        findings.append(
            Finding(
                "SR516",
                f"CloudEvents version `{value['specversion']}` is not supported",
                help="send `specversion` 1.0",
            )
        )
    time = parse_time(value["time"])
    if time is None:
        findings.append(
            Finding(
                "SR505",
                f"`{value['time']}` is not a time in RFC 3339",
                help="write it with its offset, as 2026-03-02T09:15:00+08:00",
            )
        )
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
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def _missing(value: dict[str, Any]) -> list[Finding]:
    return [
        Finding(
            "SR503",
            f"attribute `{name}` is missing",
            help=(nearest(name, value) and f"{nearest(name, value)} ") or _ATTRIBUTES[name],
        )
        for name in _REQUIRED
        if value.get(name) is None
    ]


_ATTRIBUTES = {
    "specversion": "send `specversion` 1.0",
    "id": "send an `id` that is unique within `source`: the same id again changes nothing",
    "type": "send the `type` of the event, such as `created`",
    "source": "send the `source`, the system that the event comes from",
    "subject": "send the id of the ticket as `subject`",
    "time": "send the `time` when it happened, as 2026-03-02T09:15:00+08:00",
}


def _wrong_types(value: dict[str, Any]) -> list[Finding]:
    findings = []
    for name, content in value.items():
        if content is None:
            continue
        if name == "data":
            if not isinstance(content, dict):
                findings.append(
                    Finding(
                        "SR504",
                        f"`data` must be an object, not {_json_type(content)}",
                        help="send the fields of the ticket as an object",
                    )
                )
        elif name in _TEXTS:
            if not isinstance(content, str) or not content:
                findings.append(
                    Finding(
                        "SR504",
                        f"attribute `{name}` must be a text that is not empty, not {_json_type(content)}",
                    )
                )
        elif not _ATTRIBUTE.fullmatch(name):
            help_line = nearest(name, _KNOWN) or "fields of the ticket belong into `data`"
            findings.append(
                Finding(
                    "SR504",
                    f"`{name}` is not the name of an attribute: small letters and digits only",
                    help=help_line,
                )
            )
        elif not isinstance(content, str | int):
            findings.append(
                Finding(
                    "SR504",
                    f"attribute `{name}` must be a text, a whole number, true or false, not {_json_type(content)}",
                    help="structures belong into `data`",
                )
            )
    return findings


def _json_type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return "a text" if value else "an empty text"
        case list():
            return "a list"
    return "an object"
