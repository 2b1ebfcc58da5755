"""
The codes of all findings: a code never changes its meaning, its title may be put better.

SR1xx the text of a file, SR2xx its shape, SR3xx its meaning, SR4xx rules that are valid but cannot be meant,
SR5xx events, SR6xx mappings and CSV rows, SR7xx policy tests. Each code has a page in docs/findings/.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """An error keeps a policy from being loaded; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(NamedTuple):
    severity: Severity
    title: str


def _errors(titles: dict[str, str]) -> dict[str, Code]:
    return {code: Code(Severity.ERROR, title) for code, title in titles.items()}


def _warnings(titles: dict[str, str]) -> dict[str, Code]:
    return {code: Code(Severity.WARNING, title) for code, title in titles.items()}


CODES: dict[str, Code] = {
    **_errors(
        {
            "SR101": "file or folder cannot be read",
            "SR102": "file too large",
            "SR103": "file not in UTF-8",
            "SR104": "not well-formed YAML",
            "SR105": "nested too deep",
            "SR106": "aliases expand too far",
            "SR107": "anchor contains itself",
            "SR108": "tag",
            "SR109": "duplicate key",
            "SR110": "merge key",
            "SR111": "key that is not text",
            "SR112": "number out of range",
            "SR113": "several documents in one file",
            "SR114": "file is not a mapping of sections",
            "SR115": "section in two files",
            "SR116": "control character",
            "SR201": "unknown key",
            "SR202": "missing key",
            "SR203": "wrong type of value",
            "SR204": "unknown word",
            "SR205": "malformed value",
            "SR206": "value out of bounds",
            "SR207": "value listed twice",
            "SR208": "blank value",
            "SR301": "unknown field",
            "SR302": "unknown value",
            "SR303": "test does not fit the field",
            "SR304": "unknown team",
            "SR305": "unknown clause",
            "SR306": "id used twice",
            "SR307": "schemes depend on each other",
            "SR308": "result used before it is decided",
            "SR309": "invalid regular expression",
            "SR310": "name declared twice",
            "SR311": "range upside down",
            "SR312": "matrix does not fit its fields",
            "SR313": "unknown time zone",
            "SR314": "not a date",
            "SR315": "empty word",
            "SR316": "unknown event type",
            "SR317": "unknown calendar",
            "SR318": "unknown holidays",
            "SR319": "not hours of a day",
            "SR320": "hours overlap",
            "SR321": "date outside its list",
            "SR322": "calendar never open",
            "SR323": "duration that cannot be read",
            "SR324": "unknown clock",
            "SR325": "time of a step that cannot be read",
            "SR326": "duration that does not fit",
            "SR327": "keys that exclude each other",
            "SR328": "event type with two effects",
        }
    ),
    **_warnings(
        {
            "SR401": "value never given",
            "SR402": "test never passes",
            "SR403": "rule never wins",
            "SR404": "word listed twice",
            "SR405": "holidays without a day in common",
            "SR406": "holidays that no calendar has",
            "SR407": "clock without a limit",
            "SR408": "step never due",
            "SR409": "key without effect",
            "SR410": "waived clause that is cited",
        }
    ),
    **_errors(
        {
            "SR501": "not JSON",
            "SR502": "not a JSON object",
            "SR503": "attribute missing",
            "SR504": "attribute of the wrong type",
            "SR505": "time not in RFC 3339",
            "SR506": "unknown event type",
            "SR507": "unknown policy",
            "SR508": "no policy named",
            "SR509": "field of the wrong type",
            "SR510": "value not in the list",
            "SR511": "number out of bounds",
            "SR512": "event too large",
            "SR513": "text is not Unicode",
            "SR514": "duplicate key in JSON",
            "SR515": "field given twice",
            "SR516": "unsupported CloudEvents version",
            "SR517": "counting field given in an event",
            "SR518": "id of another event",
            "SR601": "column missing in the file",
            "SR602": "cell not in the map",
            "SR603": "time does not fit the format",
            "SR604": "row does not fit the header",
            "SR605": "cell does not convert",
            "SR606": "needed cell missing",
            "SR607": "unknown encoding",
            "SR608": "column twice in the header",
            "SR609": "file without a header",
            "SR610": "row is not text",
            "SR611": "row not well-formed",
            "SR612": "time format that cannot be read",
            "SR613": "map entry for a missing cell",
            "SR614": "field within another field",
            "SR701": "time of a test that cannot be read",
            "SR702": "entries out of order",
            "SR703": "parameter without a value",
            "SR704": "parameter not used",
            "SR705": "test id used twice",
            "SR706": "unknown name in a test",
            "SR707": "value that cannot come out",
            "SR708": "test without a first event",
            "SR709": "test that expects nothing",
            "SR710": "key that needs an event",
        }
    ),
}
