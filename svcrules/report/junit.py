"""
Findings as JUnit XML, for build servers: a test case for each path that was checked, which fails on errors.

The elements and attributes are those of the schema that Jenkins publishes (junit-10.xsd). Warnings alone do
not fail a case; they stand in its output.
"""

from __future__ import annotations

import re

from svcrules.codes import Severity
from svcrules.diagnostics import Finding
from svcrules.report.checked import Checked, count, tally
from svcrules.report.human import paragraphs

# What XML 1.0 calls a character (section 2.2), turned round. Compiled on use: it would slow every start.
_NO_CHARACTER = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def render(checked: Checked) -> str:
    from xml.etree import ElementTree as ET  # slow to import, and only needed here

    tests = len(checked.results)
    failures = sum(count(findings, Severity.ERROR) > 0 for _, findings in checked.results)
    numbers = {"tests": f"{tests}", "failures": f"{failures}", "errors": "0", "skipped": "0"}
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", {"name": "svcrules", **numbers})
    for target, findings in checked.results:
        case = ET.SubElement(suite, "testcase", classname="svcrules", name=characters(target))
        if count(findings, Severity.ERROR):
            failure = ET.SubElement(case, "failure", type="error", message=tally(findings))
            failure.text = _text(findings)
        elif findings:
            ET.SubElement(case, "system-out").text = _text(findings)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _text(findings: tuple[Finding, ...]) -> str:
    return characters(paragraphs(findings))


def characters(text: str) -> str:
    """Return the text with U+FFFD for what no XML can hold."""
    return re.sub(_NO_CHARACTER, "\ufffd", text)
