"""
Policy tests as JUnit XML, for build servers, in the schema of `report.junit`.

Each test is a case; so are the test files of a policy that something is wrong with, its coverage, and its changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from svcrules.report.checked import plural
from svcrules.report.human import paragraphs
from svcrules.report.junit import characters
from svcrules.report.tests import coverage, mutation
from svcrules.report.tests.human import failure_text
from svcrules.report.tests.outcome import Outcome


class _Case(NamedTuple):
    """`failure` is the message of a case that fails."""

    policy: str
    name: str
    failure: str | None = None
    text: str = ""


def render(outcome: Outcome) -> str:
    from xml.etree import ElementTree as ET  # slow to import, and only needed here

    cases = list(_cases(outcome))
    failures = sum(case.failure is not None for case in cases)
    numbers = {"tests": f"{len(cases)}", "failures": f"{failures}", "errors": "0", "skipped": "0"}
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", {"name": "svcrules", **numbers})
    for case in cases:
        element = ET.SubElement(suite, "testcase", classname=characters(case.policy), name=characters(case.name))
        if case.failure is not None:
            ET.SubElement(element, "failure", type="failure", message=characters(case.failure)).text = characters(
                case.text
            )
        elif case.text:
            ET.SubElement(element, "system-out").text = characters(case.text)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _cases(outcome: Outcome) -> Iterator[_Case]:
    for session in outcome.sessions:
        if session.findings:
            message = plural(len(session.findings), "error", "errors")
            yield _Case(session.path, "test files", message, paragraphs(session.findings))
        for result in session.results:
            if result.passed:
                yield _Case(session.path, result.case.id)
            else:
                differences = sum(len(failure.differences) for failure in result.failures)
                message = plural(differences, "difference", "differences")
                yield _Case(session.path, result.case.id, message, failure_text(result, session.zone))
    for covered in outcome.coverages:
        too_few = None if outcome.is_covered(covered) else f"less than {outcome.least_coverage:g}%"
        yield _Case(covered.path, "coverage", too_few, coverage.render([covered]).strip())
    for tried in outcome.mutations:
        too_few = None if outcome.is_noticed(tried) else f"less than {outcome.least_score:g}%"
        yield _Case(tried.path, "changes noticed", too_few, mutation.render([tried]).strip())
