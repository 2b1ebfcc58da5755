"""Findings as workflow commands of GitHub Actions, which become annotations of the changed lines."""

from __future__ import annotations

from svcrules.codes import CODES
from svcrules.diagnostics import Finding
from svcrules.report.characters import encodable
from svcrules.report.checked import Checked


def render(checked: Checked) -> str:
    return "".join(f"{encodable(_command(finding))}\n" for finding in checked.findings)


def _command(finding: Finding) -> str:
    properties = {**_place(finding), "title": f"{finding.code} {CODES[finding.code].title}"}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message
    return f"::{finding.severity} {listed}::{_data(message)}"


def _place(finding: Finding) -> dict[str, str | int]:
    span = finding.span
    if span is None:
        return {}
    place: dict[str, str | int] = {"file": span.source.name, "line": span.line, "endLine": span.end_line}
    # GitHub refuses columns where the lines differ.
    return place if span.end_line > span.line else {**place, "col": span.column, "endColumn": span.end_column}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
