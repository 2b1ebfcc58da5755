"""
Findings as one JSON object, for programs. Keys are only ever added.

    {"findings": [{"code": "SR304", "severity": "error" or "warning", "title": what the code stands for,
                   "message": ..., "help": ... or null,
                   "file": ..., "line": ..., "column": ..., "end_line": ..., "end_column": ...}],
     "summary": {"policies": how many were checked, "errors": ..., "warnings": ...}}

Lines and columns count from 1, in characters; the end column is the first one after the place. All five keys
of the place are null where a finding has none.
"""

from __future__ import annotations

import json

from svcrules.codes import CODES, Severity
from svcrules.diagnostics import Finding
from svcrules.report.characters import encodable
from svcrules.report.checked import Checked, count


def render(checked: Checked) -> str:
    findings = checked.findings
    return json_text(
        {
            "findings": [finding_json(finding) for finding in findings],
            "summary": {
                "policies": len(checked.results),
                "errors": count(findings, Severity.ERROR),
                "warnings": count(findings, Severity.WARNING),
            },
        }
    )


def json_text(value: object) -> str:
    return encodable(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def finding_json(finding: Finding) -> dict[str, object]:
    span = finding.span
    return {
        "code": finding.code,
        "severity": finding.severity,
        "title": CODES[finding.code].title,
        "message": finding.message,
        "help": finding.help,
        "file": span.source.name if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }
