"""Findings in SARIF 2.1.0 (OASIS, errata 01), the format that code scanning services and editors read."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import quote

from svcrules.codes import CODES
from svcrules.diagnostics import Finding, Span
from svcrules.report.as_json import json_text
from svcrules.report.characters import encodable
from svcrules.report.checked import Checked

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(checked: Checked) -> str:
    located = [(_uri(_file(target, it)), it) for target, findings in checked.results for it in findings]
    artifacts = _artifacts([_uri(target) for target, _ in checked.results], [uri for uri, _ in located])
    codes = sorted({finding.code for _, finding in located})
    places = {uri: index for index, uri in enumerate(artifacts)}
    driver = {"name": "svcrules", "version": _version(), "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": uri}, "roles": roles} for uri, roles in artifacts.items()],
        "results": [
            {
                "ruleId": finding.code,
                "ruleIndex": codes.index(finding.code),
                "level": finding.severity,
                "message": {"text": _message(finding)},
                "locations": [{"physicalLocation": _location(uri, places[uri], finding.span)}],
            }
            for uri, finding in located
        ],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _artifacts(targets: list[str], files: list[str]) -> dict[str, list[str]]:
    """Return the roles of each URI: what was to be checked, and where something was found."""
    roles: dict[str, list[str]] = {uri: [] for uri in (*targets, *files)}
    for uri in dict.fromkeys(targets):
        roles[uri].append("analysisTarget")
    for uri in dict.fromkeys(files):
        roles[uri].append("resultFile")
    return roles


def _version() -> str:
    from importlib.metadata import version  # slow to import, and only needed here

    return version("svcrules")


def _file(target: str, finding: Finding) -> str:
    # A result without a location is refused by some readers, so what has no place is put at the target.
    return finding.span.source.name if finding.span else target


def _uri(name: str) -> str:
    path = PurePath(encodable(name))
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _rule(code: str) -> dict[str, object]:
    severity, title = CODES[code]
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in re.findall(r"\w+", title)),
        "shortDescription": {"text": title},
        "help": {"text": f"see more with `svcrules explain {code}`"},
        "defaultConfiguration": {"level": severity},
    }


def _message(finding: Finding) -> str:
    text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    # Single braces are placeholders (section 3.11.5).
    return text.replace("{", "{{").replace("}", "}}")


def _location(uri: str, index: int, span: Span | None) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": uri, "index": index}}
    if span is not None:
        location["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    return location
