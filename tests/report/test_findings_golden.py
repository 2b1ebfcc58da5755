"""
Whole renderings of findings: each file in golden/ is the rendering of the sample with its name, in the format
of its suffix.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from xmlschema import XMLSchema10

from svcrules.diagnostics import Finding, Source, Span
from svcrules.report.checked import Checked
from svcrules.report.formats import FINDING_FORMATS
from svcrules.report.human import render

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {".txt": "human", ".json": "json", ".sarif": "sarif", ".xml": "junit", ".github": "github"}

ROUTING = Source(
    "policies/vip/routing.yaml",
    (
        "routing:",
        "  rules:",
        "    - {id: gold, when: {customer.tier: gold}, to: tier-2}",
        "    - {id: 漏气, when: {text: {mentions: [煤气味, 漏气, 漏气]}}, to: 应急响应团队}",
        "    - id: nobody",
        "      when: {kind: repair}  ",
        "\t- {id: tab,\tto: tier3}",
    ),
)
LONG = Source(
    "long.yaml",
    (
        "start: " + "a" * 200,
        "b" * 150 + " here " + "c" * 150,
        "d" * 150 + " end",
        "气" * 60 + "漏气" + "味" * 60,
        "e" * 60 + "f" * 80,
    ),
)
HIDDEN = Source("hidden.yaml", ("to: tier\u200b2 # \x1b[31mred\x1b[0m", "e\u0301te\u0301: x\u202ey", ""))
UNREAD = Source("big.yaml", ())
ODD = Source("规则/a b, 100%:v1.yaml", ("x: <&\"'>]]>",))


def on(source: Source, line: int, text: str) -> Span:
    """Return the place of `text`, where it stands last in the line."""
    column = source.lines[line - 1].rindex(text) + 1
    return Span(source, line, column, line, column + len(text))


CHECKED = {
    "nothing": Checked(()),
    "clean": Checked((("policies/vip", ()),)),
    "two_policies": Checked(
        (
            (
                "policies/vip",
                (
                    Finding("SR304", "unknown team `tier-2`", on(ROUTING, 3, "tier-2"), "did you mean `tier2`?"),
                    Finding("SR404", "`漏气` is listed twice", on(ROUTING, 4, "漏气")),
                    Finding("SR304", "unknown team `应急响应团队`", on(ROUTING, 4, "应急响应团队")),
                ),
            ),
            ("policies/gas", ()),
        )
    ),
    "warning_only": Checked(
        (
            ("gas", (Finding("SR401", "value `new` is never given", on(ROUTING, 2, "rules"), "delete it"),)),
            ("water", ()),
        )
    ),
    "no_excerpt": Checked(
        (
            ("policies/none", (Finding("SR101", "`policies/none` does not exist", None, "check the path"),)),
            ("big.yaml", (Finding("SR102", "file of more than 8 bytes", Span(UNREAD, 1, 1, 1, 1)),)),
            ("policies/vip", (Finding("SR104", "the file ends too early", Span(ROUTING, 8, 1, 8, 2)),)),
        )
    ),
    "places": Checked(
        (
            (
                "policies/vip",
                (
                    Finding("SR202", "key `to` is missing", Span(ROUTING, 5, 7, 7, 1), "say who gets it"),
                    Finding("SR104", "a comma is missing", Span(ROUTING, 3, 56, 3, 57)),
                    Finding("SR104", "a tab", on(ROUTING, 7, "\t- ")),
                    Finding("SR304", "unknown team `tier3`", on(ROUTING, 7, "tier3")),
                ),
            ),
        )
    ),
    "long_lines": Checked(
        (
            (
                "long.yaml",
                (
                    Finding("SR201", "at the start", on(LONG, 1, "start")),
                    Finding("SR205", "in the middle", on(LONG, 2, "here")),
                    Finding("SR205", "at the end", on(LONG, 3, "end")),
                    Finding("SR205", "wide characters", on(LONG, 4, "漏气")),
                    Finding("SR205", "the carets are cut with the line", on(LONG, 5, "f" * 80)),
                    Finding("SR205", "behind the end", Span(LONG, 5, 141, 5, 142)),
                ),
            ),
        )
    ),
    "hidden_characters": Checked(
        (
            (
                "hidden.yaml",
                (
                    Finding("SR304", "unknown team `tier\u200b2`", on(HIDDEN, 1, "tier\u200b2")),
                    Finding("SR116", "control character U+001B is not allowed in YAML", on(HIDDEN, 1, "\x1b")),
                    Finding("SR205", "combining marks take no column", on(HIDDEN, 2, "x\u202ey"), "write `é`"),
                    Finding("SR104", "an empty line", Span(HIDDEN, 3, 1, 3, 1)),
                ),
            ),
        )
    ),
    "escapes": Checked(
        (
            (
                ODD.name,
                (
                    Finding(
                        "SR205",
                        "100% <&\"'>]]> of {0}, a::b\r\nand c",
                        on(ODD, 1, "<&\"'>]]>"),
                        "{a}: 50%\nb",
                    ),
                    Finding("SR201", "a lone surrogate \ud800 and a bell \x07", on(ODD, 1, "x")),
                ),
            ),
            ("./a/\ufffe.yaml", (Finding("SR101", "file cannot be read"),)),
        )
    ),
}


def own_version_hidden(rendering: str) -> str:
    own = f'"name": "svcrules",\n          "version": {json.dumps(version("svcrules"))}'
    return rendering.replace(own, own.replace(version("svcrules"), "(own version)"))


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.name)
def test_rendering(path: Path) -> None:
    rendering = FINDING_FORMATS[FORMATS[path.suffix]](CHECKED[path.stem])
    # Bytes, because reading text would turn a carriage return into a line feed.
    assert own_version_hidden(rendering) == path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("name", CHECKED)
def test_each_sample_has_a_human_rendering(name: str) -> None:
    assert (GOLDEN / f"{name}.txt").is_file()


@pytest.mark.parametrize("form", FINDING_FORMATS)
def test_each_format_is_covered(form: str) -> None:
    assert any(FORMATS[path.suffix] == form for path in GOLDEN.iterdir())


@pytest.mark.parametrize("name", CHECKED)
def test_sarif_is_valid(name: str, sarif_schema: Draft4Validator) -> None:
    sarif_schema.validate(json.loads(FINDING_FORMATS["sarif"](CHECKED[name])))


@pytest.mark.parametrize("name", CHECKED)
def test_junit_is_valid(name: str, junit_schema: XMLSchema10) -> None:
    junit_schema.validate(FINDING_FORMATS["junit"](CHECKED[name]))


def test_colours_only_when_asked() -> None:
    assert render(CHECKED["warning_only"], colour=True) == (
        "\x1b[1mpolicies/vip/routing.yaml:2:3\x1b[0m: "
        "\x1b[33m\x1b[1mwarning SR401\x1b[0m: value `new` is never given\n"
        "    2 |   rules:\n"
        "      | \x1b[33m  ^^^^^\x1b[0m\n"
        "  \x1b[36mhelp\x1b[0m: delete it\n"
        "\n"
        "1 warning in 2 policies; see more with `svcrules explain SR401`\n"
    )
