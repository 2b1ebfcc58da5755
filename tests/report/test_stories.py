"""
Whole reports on the time of a ticket: each file in stories/ is a scenario, told as text and drawn, and the accounts of
its deadlines. The expected outputs are in stories/golden/.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from svcrules import Event, resources
from svcrules.cli.main import cli
from svcrules.outlook.simulation import Simulation, simulate
from svcrules.report.characters import columns
from svcrules.report.course import as_json, as_text
from svcrules.report.language import Language
from svcrules.report.picture.chart import chart
from svcrules.report.picture.labels import LINE, SIZE, Point, stacked
from svcrules.report.picture.svg import text_width
from tests.conftest import Golden
from tests.ticket.test_ticket_properties import EVALUATOR, histories

HERE = Path(__file__).parent
GOLDEN = HERE / "stories" / "golden"
STORIES = sorted(path for path in (HERE / "stories").glob("*.yaml") if path.name != "policy.yaml")
SVG = "{http://www.w3.org/2000/svg}"
WIDEST = 109
ACCOUNTS = [
    ("complaint_left_alone", "solution"),
    ("complaint_paused_and_reopened", "solution"),
    ("complaint_paused_and_reopened", "tell-customer"),
    ("fire", "reply"),
    ("limit_changes", "solution"),
    ("long_project", "reply"),
    ("long_project", "solution"),
    ("paused_now", "solution"),
    ("repair_over_the_holiday", "solution"),
]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_told(path: Path, language: Language, golden: Golden) -> None:
    told = run("simulate", str(path), "--lang", str(language))
    assert max(map(columns, told.splitlines())) <= WIDEST
    golden(told, GOLDEN / f"{path.stem}.{language}.txt")


@pytest.mark.parametrize(("story", "language"), [("complaint_left_alone", "zh"), ("limit_changes", "en")])
def test_drawn(story: str, language: str, golden: Golden, tmp_path: Path) -> None:
    file = tmp_path / "picture.svg"
    run("simulate", str(HERE / "stories" / f"{story}.yaml"), "--lang", language, "--svg", str(file))
    golden(file.read_text(encoding="utf-8"), GOLDEN / f"{story}.{language}.svg")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("story", "clock"), ACCOUNTS)
def test_account(story: str, clock: str, language: Language, golden: Golden) -> None:
    told = run("explain-due", str(HERE / "stories" / f"{story}.yaml"), "--clock", clock, "--lang", str(language))
    assert max(map(columns, told.splitlines())) <= WIDEST
    golden(told, GOLDEN / f"{story}.{clock}.{language}.txt")


def test_account_as_json(golden: Golden) -> None:
    path = str(HERE / "stories" / "complaint_paused_and_reopened.yaml")
    told = json.loads(run("explain-due", path, "--clock", "solution", "--format", "json"))
    assert told["policy"].pop("digest").startswith("sha256:")
    golden(json.dumps(told, indent=1) + "\n", GOLDEN / "account.json")


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_json_holds_decisions(path: Path) -> None:
    told = json.loads(run("simulate", str(path), "--format", "json"))
    assert sorted(told) == ["clocks", "cut", "entries", "from", "next_due", "policy", "ticket", "until"]
    schema = Draft202012Validator(resources.schema("decision"))
    for entry in told["entries"]:
        schema.validate(entry)
    assert {each["ticket"] for each in told["entries"]} == {told["ticket"]}
    assert [clock["clock"] for clock in told["clocks"]] == [clock["clock"] for clock in told["entries"][-1]["clocks"]]


def simulated(events: list[Event]) -> Simulation:
    return simulate(EVALUATOR, events, "T-1")


@given(histories())
@settings(max_examples=50)
def test_any_simulation_is_told_and_drawn(events: list[Event]) -> None:
    simulation = simulated(events)
    assert as_json(simulation, EVALUATOR.program)["ticket"] == "T-1"
    for language in Language:
        told = as_text(simulation, EVALUATOR.program, language)
        assert max(map(columns, told.splitlines())) <= WIDEST
        root = ET.fromstring(chart(simulation, EVALUATOR.program, language).encode())
        width, height = float(root.get("width", "")), float(root.get("height", ""))
        for text in root.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x", "")) < width
            assert 0 <= float(text.get("y", "")) < height
        # Every instant can be pointed at.
        assert len(list(root.iter(f"{SVG}circle"))) >= len({event.id for event in events})


@given(st.lists(st.tuples(st.floats(0, 900), st.text("abc 中文", max_size=30)), max_size=12))
def test_labels_and_leaders_do_not_cross(given_points: list[tuple[float, str]]) -> None:
    placed = stacked([Point(x, text, "") for x, text in given_points])
    for one in placed:
        for other in placed:
            if one is other or one.lane is None or other.lane is None:
                continue
            end = one.point.x + text_width(one.point.text, SIZE)
            if one.point.x <= other.point.x < end:
                # The leader of the other ends above this label, which lies lower.
                assert other.lane != one.lane
                assert other.lane < one.lane or other.point.x == one.point.x
    assert LINE > SIZE


def test_what_people_wrote_cannot_break_the_picture(tmp_path: Path) -> None:
    hostile = 'T-<1>&"\u202e\x1b[31m]]>\ufffe'
    event = Event("1", "created", "/desk", hostile, simulated_at(), "2026-03-24T07:00:00Z", None, {"contact": "<b>&"})
    simulation = simulate(EVALUATOR, [event], hostile)
    drawn = chart(simulation, EVALUATOR.program, Language.EN)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ufffe\uffff]", drawn)
    heading = ET.fromstring(drawn.encode()).find(f"{SVG}title")
    assert heading is not None
    assert heading.text == 'Ticket T-<1>&"\ufffd\ufffd[31m]]>\ufffd'
    assert "\x1b" not in as_text(simulation, EVALUATOR.program, Language.EN)


def simulated_at() -> datetime:
    return datetime(2026, 3, 24, 7, tzinfo=UTC)
