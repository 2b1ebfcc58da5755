"""What tests reach: figures, what they miss, thresholds, and the page."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from xmlschema import XMLSchema10

from svcrules import Evaluator
from svcrules.casefile.coverage.figures import Share, coverage_of
from svcrules.casefile.coverage.points import points_of
from svcrules.casefile.read import files_of, read_cases
from svcrules.casefile.run import run_case
from svcrules.cli.test import test as command
from svcrules.report.tests.coverage import share
from tests.conftest import Golden

_HERE = Path(__file__).parent
_GOLDEN = _HERE / "golden"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(_HERE / "hotline", tmp_path / "hotline")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["hotline", *arguments])


def test_what_one_test_reaches(golden: Golden) -> None:
    result = run("--coverage", "-k", "repair-in-time")
    assert result.exit_code == 0
    golden(result.stdout, _GOLDEN / "coverage.human")


def test_what_all_tests_miss() -> None:
    assert run("--coverage").stdout.partition("\n\n")[2] == (
        "coverage of hotline: rules and steps 97.2% (36 of 37), conditions 95% (38 of 40)\n"
        "  hotline/policy.yaml:62: rule severity-by-reach.high.one never wins\n"
        "  hotline/policy.yaml:105: `kind is repair` of survey is never false\n"
        "  hotline/policy.yaml:108: `kind is repair` of confirmed is never false\n"
    )


@pytest.mark.parametrize(("threshold", "exit_code"), [("97.2", 0), ("97.3", 1), ("100", 1)])
def test_threshold_is_about_rules_and_steps(threshold: str, exit_code: int) -> None:
    assert run("--coverage", "--threshold", threshold).exit_code == exit_code


def test_coverage_in_the_other_forms(golden: Golden) -> None:
    xml = run("--coverage", "--threshold", "100", "--format", "junit").stdout
    XMLSchema10(_HERE.parent / "report" / "junit.xsd").validate(xml)
    assert '<failure type="failure" message="less than 100%">coverage of hotline:' in xml
    golden(run("--coverage", "--format", "json", "-k", "odd-events").stdout, _GOLDEN / "coverage.json")


def test_each_point_has_its_own_key(hotline: Evaluator) -> None:
    keys = [point.key for point in points_of(hotline.policy)]
    assert len(set(keys)) == len(keys)


def test_a_point_names_the_tests_that_reach_it(hotline: Evaluator) -> None:
    files, _ = read_cases(files_of(_HERE / "hotline")[0], hotline.policy)
    results = [run_case(hotline, case) for file in files for case in file.cases]
    reached = coverage_of("hotline", hotline, results).reached
    assert reached["rule", "classification.severity", "much"] == ["severity[7]", "severity[9]"]
    assert reached["step", "late.boss"] == ["late-repair"]


@pytest.mark.parametrize(
    ("reached", "all_", "text"),
    [
        (0, 0, "100% (0 of 0)"),
        (1999, 2000, "99.9% (1,999 of 2,000)"),
        (2, 3, "66.6% (2 of 3)"),
        (3, 3, "100% (3 of 3)"),
    ],
)
def test_only_what_is_whole_reads_100(reached: int, all_: int, text: str) -> None:
    assert share(Share(reached, all_)) == text


class _Checked(HTMLParser):
    """Finds what is not closed, and what comes from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.from_elsewhere: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.from_elsewhere += [name for name, _ in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page() -> None:
    assert run("--html", "page.html", "-k", "repair-in-time").exit_code == 0
    page = Path("page.html").read_text(encoding="utf-8")
    checked = _Checked()
    checked.feed(page)
    assert (checked.open, checked.from_elsewhere) == ([], [])
    lines = (_HERE / "hotline" / "policy.yaml").read_text(encoding="utf-8").splitlines()
    rows = re.findall(r'<tr class="(\w+)"><td class="number">(\d+)</td><td class="mark">(.?)</td>', page)
    # Also the end of the last line, where findings can point.
    assert [int(number) for _, number, _ in rows] == list(range(1, len(lines) + 2))
    marks = {lines[int(number) - 1].strip()[:15]: mark for _, number, mark in rows if mark}
    assert (marks["- {id: danger, "], marks["- {id: many, wh"], marks["- {id: much, wh"]) == ("◐", "◐", "✗")
    assert marks["- {id: tell, at"] == "✓"
    assert '<td class="text">rule danger never wins</td>' in page


def test_page_shows_failures_and_hides_nothing_as_markup() -> None:
    Path("hotline/tests/time.yaml").write_text(
        "tests:\n  - id: a\n    title: <b>&\n"
        "    timeline: [{at: 2026-09-28 09:30, event: created, expect: {priority: P1}}]\n",
        encoding="utf-8",
    )
    assert run("--html", "page.html").exit_code == 1
    assert "<pre>FAILED a: &lt;b&gt;&amp;\n" in Path("page.html").read_text(encoding="utf-8")
