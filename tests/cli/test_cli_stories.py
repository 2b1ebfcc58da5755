"""`svcrules simulate` and `svcrules explain-due`: what they read, and what they say of what they cannot use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from svcrules import resources
from svcrules.cli.main import cli
from svcrules.language.document import plain
from svcrules.language.schema import check_shape
from svcrules.language.source import read_document
from tests.samples import event, policy_text

STORIES = Path(__file__).parent.parent / "report" / "stories"
POLICY = str(STORIES / "policy.yaml")
FIRE = str(STORIES / "fire.yaml")


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=given)


def told(ticket: str = "T-1", **attributes: Any) -> str:
    """Return an event as a line of JSON."""
    data = attributes.pop("data", {"kind": "repair", "name": "Li"})
    return json.dumps(event(data, subject=ticket, **attributes)) + "\n"


def scenario(tmp_path: Path, text: str) -> str:
    path = tmp_path / "story.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def usage_error(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.splitlines()[-1]


def simulated(*arguments: str, given: str | None = None) -> dict[str, Any]:
    result = run("simulate", *arguments, "--format", "json", given=given)
    assert (result.exit_code, result.stderr) == (0, "")
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def entries(simulation: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["as_of"][:16], entry["type"]) for entry in simulation["entries"]]


# What is read


def test_events_in_any_order_and_twice() -> None:
    first, second = told(), told(id="e-2", type="responded", time="2026-03-02T10:00:00+08:00")
    once = simulated("-", "--policy", POLICY, given=first + second)
    assert entries(once) == [
        ("2026-03-02T09:15", "created"),
        ("2026-03-02T10:00", "responded"),
        ("2026-03-04T15:45", "due"),
        ("2026-03-05T15:45", "due"),
        ("2026-03-06T15:45", "due"),
        ("2026-03-09T15:45", "due"),
    ]
    assert simulated("-", "--policy", POLICY, given=second + first + second) == once


def test_json_file_and_scenario_tell_the_same(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(told(), encoding="utf-8")
    text = (
        f"ticket: T-1\npolicy: {POLICY}\ntimeline: [{{at: 2026-03-02 09:15, event: created, data: {{kind: repair}}}}]\n"
    )
    by_event, by_scenario = simulated(str(path), "--policy", POLICY), simulated(scenario(tmp_path, text))
    assert entries(by_event) == entries(by_scenario)
    assert by_event["clocks"] == by_scenario["clocks"]


def test_policy_of_the_event() -> None:
    assert simulated("-", given=told(policy="gas", data={"kind": "inquiry"}))["policy"]["name"] == "gas"


def test_policy_given_goes_before_that_of_the_scenario(tmp_path: Path) -> None:
    path = scenario(tmp_path, "ticket: T-1\npolicy: gas\ntimeline: [{at: 2026-03-02 09:15, event: created}]\n")
    assert simulated(path, "--policy", POLICY)["policy"]["name"] == "stories"


def test_other_tickets_count(tmp_path: Path) -> None:
    data = {"kind": "complaint", "name": "Li"}
    given = told("T-0", data=data) + told("T-1", data=data, id="e-2", time="2026-03-03T09:15:00+08:00")
    simulation = simulated("-", "--policy", POLICY, "--ticket", "T-1", given=given)
    assert (simulation["ticket"], simulation["entries"][0]["priority"]) == ("T-1", "high")


@pytest.mark.parametrize("until", ["2026-03-04 20:00", "2026-03-04T12:00:00Z", "58h45m", "+58h45m"])
def test_until(until: str) -> None:
    simulation = simulated("-", "--policy", POLICY, "--until", until, given=told())
    assert [at for at, _ in entries(simulation)] == [
        "2026-03-02T09:15",
        "2026-03-02T11:15",
        "2026-03-02T14:45",
        "2026-03-04T15:45",
    ]
    assert simulation["until"] == "2026-03-04T20:00:00+08:00"
    assert (simulation["next_due"], simulation["cut"]) == ("2026-03-05T15:45:00+08:00", False)
    solution = next(clock for clock in simulation["clocks"] if clock["clock"] == "solution")
    assert (solution["verdict"], solution["left_seconds"]) == ("breached", -1.75 * 3600)


def test_events_after_until_do_not_count() -> None:
    later = told(id="e-2", type="closed", time="2026-03-03T10:00:00+08:00", policy="nonsense")
    simulation = simulated("-", "--policy", POLICY, "--until", "1m", given=told() + later)
    assert [type_ for _, type_ in entries(simulation)] == ["created"]
    assert run("simulate", "-", "--policy", POLICY, "--until", "1m", given=told()).stdout.splitlines()[-5:] == [
        "The next thing falls due Mon 2 Mar 2026 11:15.",
        "",
        "Clocks  Mon 2 Mar 2026 09:16",
        "  First reply  4 h, Office hours   running, due 14:45, 3 h 59 min left",
        "  Solution     20 h, Office hours  running, due Wed 4 Mar 15:45, 19 h 59 min left",
    ]


def test_what_is_too_long_is_cut() -> None:
    many = "".join(told(id=f"e-{number}", type="updated") for number in range(1_001))
    simulation = simulated("-", "--policy", POLICY, given=told() + many)
    assert (len(simulation["entries"]), simulation["cut"]) == (1_000, True)
    assert "Cut off after 1,000 instants or 400 days; the next thing falls due" in run(
        "simulate", "-", "--policy", POLICY, given=told() + many
    ).stdout.replace("\n", " ")


def test_picture(tmp_path: Path) -> None:
    file = tmp_path / "fire.svg"
    result = run("simulate", FIRE, "--svg", str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run("simulate", FIRE).stdout
    assert file.read_text(encoding="utf-8").startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg ')


# What cannot be used


@pytest.mark.parametrize("command", [("simulate",), ("explain-due", "--clock", "reply")])
def test_input_that_is_not_there(command: tuple[str, ...], tmp_path: Path) -> None:
    assert usage_error(run(*command, "nowhere.json")) == "Error: no file `nowhere.json`"
    assert usage_error(run(*command, str(tmp_path))) == f"Error: `{tmp_path}` is a folder; name a file in it"
    assert usage_error(run(*command, "-", given="")) == "Error: `-` holds no events"


def test_policies_that_are_not_there(tmp_path: Path) -> None:
    assert usage_error(run("simulate", "-", given=told())) == "Error: the events name no policy: give --policy"
    unknown = "Error: unknown policy `gass`: did you mean `gas`?"
    assert usage_error(run("simulate", "-", given=told(policy="gass"))) == unknown
    path = scenario(tmp_path, "ticket: T-1\ntimeline: [{at: 2026-03-02 09:15, event: created}]\n")
    message = f"Error: `{path}` names no policy: write `policy: NAME` there, or give --policy"
    assert usage_error(run("simulate", path)) == message


def test_tickets_that_are_not_there() -> None:
    given = told("T-1") + told("T-2", id="e-2")
    several = "Error: the events are of 2 tickets, `T-1`, `T-2`: choose with --ticket"
    assert usage_error(run("simulate", "-", "--policy", POLICY, given=given)) == several
    unknown = "Error: no event is of ticket `T-3`: did you mean `T-2`?"
    assert usage_error(run("simulate", "-", "--policy", POLICY, "--ticket", "T-3", given=given)) == unknown


@pytest.mark.parametrize("until", ["soon", "5 working days", "2026-13-01 10:00"])
def test_until_that_cannot_be_read(until: str) -> None:
    message = (
        f"Error: --until: `{until}` is no time and no duration; write it as 2026-10-12T17:30:00+08:00, or as 30d or 4h"
    )
    assert usage_error(run("simulate", FIRE, "--until", until)) == message


@pytest.mark.parametrize("command", [("simulate",), ("explain-due", "--clock", "reply")])
def test_rejected_events(command: tuple[str, ...]) -> None:
    result = run(*command, "-", "--policy", POLICY, given=told() + told(id="e-2", type="responed"))
    assert (result.exit_code, result.stdout, result.stderr) == (
        3,
        "",
        "standard input:2: error SR506: policy `stories` knows no event type `responed`\n"
        "  help: did you mean `responded`?\n",
    )
    result = run(*command, "-", "--policy", POLICY, given="{}{")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("standard input:1: error SR501: ")


WRONG_SCENARIOS = {
    "unknown key": (
        "ticket: T-1\npolice: gas\ntimeline: [{at: 2026-03-02 09:15, event: created}]\n",
        "story.yaml:2:1: error SR201: unknown section `police`\n"
        "    2 | police: gas\n"
        "      | ^^^^^^\n"
        "  help: did you mean `policy`?\n",
    ),
    "no time": (
        "ticket: T-1\npolicy: gas\ntimeline: [{at: today, event: created}]\n",
        "story.yaml:3:17: error SR701: `today` is not a time\n"
        "    3 | timeline: [{at: today, event: created}]\n"
        "      |                 ^^^^^\n"
        "  help: write it as `2026-09-28 09:30`, with an offset such as `+08:00` where another zone is meant\n",
    ),
    "relative at first": (
        "ticket: T-1\npolicy: gas\ntimeline: [{at: +2h, event: created}]\n",
        "story.yaml:3:17: error SR701: `+2h` counts from the first entry, which this is\n"
        "    3 | timeline: [{at: +2h, event: created}]\n"
        "      |                 ^^^\n"
        "  help: write a time, as `2026-09-28 09:30`\n",
    ),
    "out of order": (
        "ticket: T-1\npolicy: gas\ntimeline:\n  - {at: 2026-03-02 09:15, event: created}\n"
        "  - {at: 2026-03-02 09:00, event: closed}\n",
        "story.yaml:5:10: error SR702: `2026-03-02 09:00` is before `2026-03-02 09:15` in line 4\n"
        "    5 |   - {at: 2026-03-02 09:00, event: closed}\n"
        "      |          ^^^^^^^^^^^^^^^^\n"
        "  help: put the entries into the order of time\n",
    ),
    "value unknown": (
        "ticket: T-1\npolicy: gas\ntimeline:\n  - {at: 2026-03-02 09:15, event: created, data: {kind: repairs}}\n",
        "story.yaml:4:10: error SR510: `repairs` is not a value of field `kind`\n"
        "    4 |   - {at: 2026-03-02 09:15, event: created, data: {kind: repairs}}\n"
        "      |          ^^^^^^^^^^^^^^^^\n"
        "  help: did you mean `repair`?\n",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG_SCENARIOS.values(), ids=WRONG_SCENARIOS)
def test_wrong_scenarios(text: str, message: str, tmp_path: Path) -> None:
    result = run("simulate", scenario(tmp_path, text))
    assert (result.exit_code, result.stdout, result.stderr.replace(f"{tmp_path}/", "")) == (3, "", message)


def test_clocks_without_a_deadline() -> None:
    def error(clock: str, file: str = FIRE) -> str:
        return usage_error(run("explain-due", file, "--clock", clock))

    assert error("replay") == "Error: policy `stories` has no clock `replay`: did you mean `reply`?"
    assert error("x") == (
        "Error: policy `stories` has no clock `x`: known here: `reply`, `solution`, `unlimited`, `tell-customer`"
    )
    assert error("tell-customer") == (
        "Error: clock `tell-customer` has not started: no event of ticket `T-1` starts it"
    )
    assert error("solution") == ("Error: clock `solution` has no limit: no rule of `time_limits` matches ticket `T-1`")


def test_a_calendar_that_ends(tmp_path: Path) -> None:
    """Its one opening is over before the limit is used up."""
    policy = tmp_path / "policy.yaml"
    policy.write_bytes(
        policy_text(
            calendars={"once": {"hours": {"mon": "closed"}, "dates": {"2026-03-02": ["09:00-10:00"]}}},
            clocks={"reply": {"starts": "created", "stops": "responded"}},
            time_limits=[{"id": "reply", "clock": "reply", "within": "2h", "calendar": "once", "warn_at": ["50%"]}],
            fields={"kind": {"one_of": ["repair", "other"]}, "name": {"type": "text"}},
        )
    )
    file = tmp_path / "never.svg"
    simulation = simulated("-", "--policy", str(policy), "--svg", str(file), given=told())
    assert entries(simulation) == [("2026-03-02T09:15", "created")]
    error = usage_error(run("explain-due", "-", "--policy", str(policy), "--clock", "reply", given=told()))
    assert error == "Error: clock `reply` is due beyond the year 9999: its calendar has no openings left"


def test_scenarios_that_are_no_yaml(tmp_path: Path) -> None:
    result = run("simulate", scenario(tmp_path, "ticket: [\n"))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.replace(f"{tmp_path}/", "").startswith("story.yaml:2:1: error SR104: ")


EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", [*EXAMPLES, *STORIES.glob("*.yaml")], ids=lambda path: path.stem)
def test_the_schema_agrees_on_what_is_a_scenario(path: Path) -> None:
    written, _ = read_document(path.read_bytes(), path.name)
    assert written is not None
    schema = Draft202012Validator(resources.schema("scenario"))
    is_scenario = written.get("timeline") is not None
    assert schema.is_valid(plain(written)) == is_scenario == (not check_shape(written, "scenario").findings)
