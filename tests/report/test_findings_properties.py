"""Whatever the findings hold: no renderer raises, and what programs read says the same as the findings."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from xmlschema import XMLSchema10

from svcrules.codes import CODES
from svcrules.diagnostics import Finding, Source, Span
from svcrules.report.characters import columns, visible
from svcrules.report.checked import Checked
from svcrules.report.excerpt import excerpt
from svcrules.report.formats import FINDING_FORMATS

# All of Unicode with its lone surrogates, and often what some format or terminal takes for its own.
TEXTS = st.text(
    st.characters() | st.characters(categories=["Cs"]) | st.sampled_from("%,:{}[]<&\"'\\/\t\r\n\x00\x1b漏…\u0301\u202e")
)
LINES = st.lists(TEXTS | TEXTS.map(lambda text: text * 60), max_size=4).map(tuple)
SOURCES = st.builds(Source, TEXTS, LINES)
NUMBERS = st.integers(1, 5) | st.integers(1, 500)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Return a span that need not lie within its source: a file may end before what is missing in it."""
    start, end = sorted(draw(st.tuples(st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS))))
    return Span(draw(SOURCES), *start, *end)


FINDINGS = st.builds(Finding, st.sampled_from(sorted(CODES)), TEXTS, st.none() | spans(), st.none() | TEXTS)
CHECKED = st.lists(st.tuples(TEXTS, st.lists(FINDINGS, max_size=4).map(tuple)), max_size=3).map(
    lambda results: Checked(tuple(results))
)
COMMAND = re.compile("::(error|warning) ((?:[^:,=]+=[^:,\r\n]*,?)+)::([^\r\n]*)")
ESCAPES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def written(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def unescaped(text: str) -> str:
    return re.sub("%(25|0D|0A|3A|2C)", lambda match: ESCAPES[match.group()], text)


@given(CHECKED)
def test_each_rendering_can_be_written(checked: Checked) -> None:
    for render in FINDING_FORMATS.values():
        text = render(checked)
        assert text.encode("utf-8").endswith(b"\n") or text == ""


@given(CHECKED)
def test_human_shows_no_control_character(checked: Checked) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", FINDING_FORMATS["human"](checked))


@given(spans())
def test_excerpt_fits_and_its_carets_stand_under_it(span: Span) -> None:
    shown = excerpt(span)
    assert (shown is None) == (span.line > len(span.source.lines))
    if shown:
        text, carets = shown
        assert text == visible(text)
        assert columns(text) <= 102
        assert re.fullmatch(" *\\^+", carets)
        assert len(carets) <= 102


@given(CHECKED)
def test_json_holds_the_findings(checked: Checked) -> None:
    document = json.loads(FINDING_FORMATS["json"](checked))
    read = [
        (it["code"], it["message"], it["help"], it["file"], it["line"], it["end_column"]) for it in document["findings"]
    ]
    assert read == [
        (
            it.code,
            it.message,
            it.help,
            *((it.span.source.name, it.span.line, it.span.end_column) if it.span else (None, None, None)),
        )
        for it in checked.findings
    ]
    assert document["summary"]["errors"] + document["summary"]["warnings"] == len(checked.findings)


@given(checked=CHECKED)
def test_sarif_is_valid_and_holds_the_findings(checked: Checked, sarif_schema: Draft4Validator) -> None:
    document = json.loads(FINDING_FORMATS["sarif"](checked))
    sarif_schema.validate(document)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result, finding in zip(run["results"], checked.findings, strict=True):
        text = result["message"]["text"].replace("{{", "{").replace("}}", "}")
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        assert text == finding.message + (f"\n{finding.help}" if finding.help else "")
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
        assert re.fullmatch("[A-Za-z0-9%/._~-]+|file://[A-Za-z0-9%/._~-]+", artifact["uri"])


@given(checked=CHECKED)
def test_junit_is_valid_and_has_a_case_for_each_target(checked: Checked, junit_schema: XMLSchema10) -> None:
    text = FINDING_FORMATS["junit"](checked)
    junit_schema.validate(text)
    cases = ET.fromstring(text).findall("testsuite/testcase")
    assert [case.find("failure") is not None for case in cases] == [
        any(finding.is_error for finding in findings) for _, findings in checked.results
    ]


@given(CHECKED)
def test_github_commands_hold_the_findings(checked: Checked) -> None:
    lines = FINDING_FORMATS["github"](checked).split("\n")[:-1]
    for line, finding in zip(lines, checked.findings, strict=True):
        command = COMMAND.fullmatch(line)
        assert command, line
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        assert command[1] == finding.severity
        assert unescaped(command[3]) == written(finding.message + (f"\nhelp: {finding.help}" if finding.help else ""))
        assert properties["title"] == f"{finding.code} {CODES[finding.code].title}"
        assert ("file" in properties) == (finding.span is not None)
        if finding.span:
            assert unescaped(properties["file"]) == written(finding.span.source.name)
