"""`svcrules decide`: options, formats, inputs, rejects, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from svcrules import Evaluator, Policy, load_policy, resources
from svcrules.cli.main import cli
from tests.conftest import Golden
from tests.samples import event

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
POLICY, TICKETS = str(HERE / "desk.yaml"), str(HERE / "tickets.ndjson")
EVENTS: list[dict[str, Any]] = [json.loads(line) for line in Path(TICKETS).read_text(encoding="utf-8").splitlines()]
DESK = Evaluator(load_policy(POLICY))

USAGE = "Usage: cli decide [OPTIONS] [FILE...]\nTry 'cli decide --help' for help.\n\nError: "


def decide(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(cli, ["decide", *arguments], input=given)


def on_desk(*arguments: str) -> str:
    """Return what is printed for the sample tickets, once it is clear that nothing went wrong."""
    result = decide("--policy", POLICY, *arguments, TICKETS)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def lines(*events: object) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in events)


def test_ndjson_is_the_default(golden: Golden) -> None:
    golden(on_desk(), GOLDEN / "decisions.ndjson")
    assert on_desk("--format", "ndjson") == on_desk()
    assert on_desk() == "".join(f"{DESK.decide(each).to_json()}\n" for each in EVENTS)


def test_json_is_a_list() -> None:
    assert json.loads(on_desk("--format", "json")) == [json.loads(line) for line in on_desk().splitlines()]
    assert decide("--policy", POLICY, "--format", "json").stdout == "[]\n"
    assert decide("--policy", POLICY, "--format", "json", given=lines(EVENTS[0])).stdout == (
        f"[\n{DESK.decide(EVENTS[0]).to_json()}\n]\n"
    )


def test_table(golden: Golden) -> None:
    golden(on_desk("--format", "table"), GOLDEN / "table.txt")


def test_explain(golden: Golden) -> None:
    golden(on_desk("--explain"), GOLDEN / "explain.txt")
    assert on_desk("--explain", "--format", "text") == on_desk("--explain")


def test_explain_for_programs(golden: Golden) -> None:
    explained = [DESK.explain(each).to_dict() for each in EVENTS]
    assert json.loads(on_desk("--explain", "--format", "json")) == explained
    text = on_desk("--explain", "--format", "ndjson")
    assert [json.loads(line) for line in text.splitlines()] == explained
    golden(text, GOLDEN / "explain.ndjson")


RULES = [
    "leak",
    "many",
    "from-class.ordinary",
    "urgent-first",
    "grid.low.high",
    "to-emergency",
    "named",
    "who",
    "complaint-text",
    "no-fax",
    "nobody-affected",
]


@pytest.mark.parametrize("rule", RULES)
def test_why_not(rule: str, golden: Golden) -> None:
    golden(on_desk("--why-not", rule), GOLDEN / f"why_not_{rule}.txt")


def test_why_not_for_programs() -> None:
    answers = [DESK.why_not(each, "leak").to_dict() for each in EVENTS]
    assert json.loads(on_desk("--why-not", "leak", "--format", "json")) == answers
    assert [json.loads(line) for line in on_desk("--why-not", "leak", "--format", "ndjson").splitlines()] == answers
    assert answers[1] == {
        "ticket": "T-2",
        "rule": "leak",
        "table": "classification.class",
        "holds": False,
        "winner": None,
        "applied": False,
        "steps": [
            {"depth": 0, "test": "all of", "holds": False},
            {
                "depth": 1,
                "test": "text mentions 漏气, gas leak, leak*, apart from no gas leak",
                "holds": False,
                "fact": {"field": "text", "absent": True},
            },
            {"depth": 1, "test": "not", "holds": True},
            {"depth": 2, "test": "any of", "holds": False},
            {"depth": 3, "test": "tags has test", "holds": False, "fact": {"field": "tags", "absent": True}},
            {"depth": 3, "test": "text matches (?i)^test", "holds": False, "fact": {"field": "text", "absent": True}},
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--explain", "--why-not", "leak"], "--explain and --why-not cannot be used together"),
        (["--explain", "--why-not", ""], "--explain and --why-not cannot be used together"),
        (["--format", "text"], "--format text needs --explain or --why-not"),
        (["--format", "table", "--explain"], "--format table cannot show --explain or --why-not"),
        (["--format", "table", "--why-not", "leak"], "--format table cannot show --explain or --why-not"),
        (["--why-not", "laek"], "policy `desk` has no rule `laek`: did you mean `leak`?"),
        (["--why-not", "0"], "policy `desk` has no rule `0`"),
        (["--why-not", ""], "policy `desk` has no rule ``"),
        ([str(HERE)], f"`{HERE}` is a folder; name the files in it"),
        ([str(HERE / "none.ndjson")], f"no file `{HERE / 'none.ndjson'}`"),
        (["--rejects", TICKETS], f"--rejects would overwrite `{TICKETS}`, which is read from"),
        (
            ["--format", "yaml"],
            "Invalid value for '--format': 'yaml' is not one of 'ndjson', 'json', 'table', 'text'.",
        ),
        (["--rejects", str(HERE)], f"Invalid value for '--rejects': File '{HERE}' is a directory."),
    ],
)
def test_wrong_usage(arguments: list[str], message: str) -> None:
    before = Path(TICKETS).read_bytes()
    result = decide("--policy", POLICY, TICKETS, *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{USAGE}{message}\n")
    assert Path(TICKETS).read_bytes() == before


def rule_ids(policy: Policy) -> set[str]:
    return {rule.id for table in policy.tables for rule in table.rules}


def test_list_is_printed_whole_or_not_at_all() -> None:
    """The second event names a policy without the rule: a list that has begun could not be ended."""
    gas, telecom = (rule_ids(load_policy(resources.policies_folder() / name)) for name in ("gas", "telecom"))
    rule = min(gas - telecom)
    given = lines(event({}, policy="gas"), event({}, policy="telecom"))
    message = f"policy `telecom` has no rule `{rule}`"
    for format_, answers in [("json", 0), ("ndjson", 1)]:
        result = decide("--why-not", rule, "--format", format_, given=given)
        assert (result.exit_code, result.stdout.count("\n")) == (2, answers)
        assert message in result.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gsa", "no policy `gsa`: did you mean `gas`?"),
        (
            "",
            "no policy ``: give a path, or one of `gas`, `petrochemical`, `service-guide`, `service-norms`, `telecom`",
        ),
    ],
)
def test_unknown_policy(name: str, message: str) -> None:
    result = decide("--policy", name)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{USAGE}{message}\n")


def test_broken_policy(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("policy: [\n", encoding="utf-8")
    decided, validated = decide("--policy", str(path)), CliRunner().invoke(cli, ["validate", str(path)])
    assert (decided.exit_code, decided.stdout) == (1, "")
    assert decided.stderr == validated.stdout != ""


def test_policy_by_name() -> None:
    sent = event({"kind": "repair"})
    result = decide("--policy", "gas", given=lines(sent, {**sent, "policy": "gas"}))
    assert result.exit_code == 0
    assert [json.loads(line)["policy"]["name"] for line in result.stdout.splitlines()] == ["gas", "gas"]


def test_policy_that_each_event_names() -> None:
    gas, telecom = (event({"kind": kind}, policy=policy) for kind, policy in [("repair", "gas"), ("fault", "telecom")])
    result = decide(given=lines(gas, telecom, gas))
    assert result.exit_code == 0
    assert [json.loads(line)["policy"]["name"] for line in result.stdout.splitlines()] == ["gas", "telecom", "gas"]


REJECTED = [
    (event({}), "SR508: the event names no policy", "send the attribute `policy`, or give --policy"),
    (event({}, policy="gsa"), "SR507: unknown policy `gsa`", "did you mean `gas`?"),
    (
        event({}, policy="../gas/"),
        "SR507: unknown policy `../gas/`",
        "did you mean `gas`?",
    ),
    (
        event({}, policy="x"),
        "SR507: unknown policy `x`",
        "known here: `gas`, `petrochemical`, `service-guide`, `service-norms`, `telecom`",
    ),
]


@pytest.mark.parametrize(("sent", "message", "help_line"), REJECTED)
def test_event_without_a_policy(sent: dict[str, Any], message: str, help_line: str) -> None:
    result = decide(given=lines(sent))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"standard input:1: error {message}\n  help: {help_line}\n"


@pytest.mark.parametrize(("name", "shown"), [("gas", "gas"), ("x" * 100_000, "x" * 60 + "...")])
def test_event_for_another_policy(name: str, shown: str) -> None:
    result = decide("--policy", POLICY, given=lines(event({}, policy=name)))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == (
        f"standard input:1: error SR507: the event asks for policy `{shown}`, not for `desk`\n"
        "  help: leave out --policy to use the policy that each event names\n"
    )


BAD = '{"id": 1\n'
WRONG = event({"kind": "repare", "affected": -1}, id="e-9")


def test_rejected_events_leave_the_others_alone() -> None:
    result = decide("--policy", POLICY, given=lines(EVENTS[0]) + BAD + "\n" + lines(WRONG, EVENTS[1]))
    assert result.exit_code == 3
    assert result.stdout == "".join(f"{DESK.decide(each).to_json()}\n" for each in EVENTS[:2])
    assert result.stderr == (
        "standard input:2: error SR501: not JSON: expecting ',' delimiter at character 9\n"
        "  help: one event is one JSON object\n"
        "standard input:4: error SR510: `repare` is not a value of field `kind`\n"
        "  help: did you mean `repair`?\n"
        "standard input:4: error SR511: field `affected` is -1, less than 0\n"
        "  help: it takes whole numbers from 0\n"
    )


def test_rejects_go_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rejects.ndjson"
    path.write_text("old", encoding="utf-8")
    arguments = ("--policy", POLICY, "--rejects", str(path))
    result = decide(*arguments, given=BAD + lines(WRONG))
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", "")
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [
        {
            "file": "standard input",
            "line": 1,
            "errors": [
                {
                    "code": "SR501",
                    "message": "not JSON: expecting ',' delimiter at character 9",
                    "help": "one event is one JSON object",
                }
            ],
            "input": '{"id": 1',
        },
        {
            "file": "standard input",
            "line": 2,
            "errors": [
                {
                    "code": "SR510",
                    "message": "`repare` is not a value of field `kind`",
                    "help": "did you mean `repair`?",
                },
                {
                    "code": "SR511",
                    "message": "field `affected` is -1, less than 0",
                    "help": "it takes whole numbers from 0",
                },
            ],
            "input": json.dumps(WRONG),
        },
    ]
    # Mended, the inputs can be sent again; without rejects the file is empty.
    assert decide(*arguments, given=lines(EVENTS[0])).exit_code == 0
    assert path.read_bytes() == b""


def test_name_that_is_not_utf8(tmp_path: Path) -> None:
    path, rejects = tmp_path / "\udcff.ndjson", tmp_path / "rejects.ndjson"
    path.write_text(BAD, encoding="utf-8")
    assert decide("--policy", POLICY, "--rejects", str(rejects), str(path)).exit_code == 3
    assert json.loads(rejects.read_text(encoding="utf-8"))["file"] == str(path)


def test_inputs(tmp_path: Path) -> None:
    one, many = tmp_path / "one.json", tmp_path / "many.json"
    one.write_text(json.dumps(EVENTS[2], indent=2), encoding="utf-8")
    many.write_text(json.dumps(EVENTS), encoding="utf-8")
    decided = [DESK.decide(each).to_json() for each in EVENTS]
    for arguments, given, expected in [
        ([], lines(*EVENTS), decided),
        (["-"], lines(*EVENTS), decided),
        ([str(one)], "", decided[2:]),
        ([str(many)], "", decided),
        ([str(one), "-", TICKETS], lines(EVENTS[1]), [decided[2], decided[1], *decided]),
    ]:
        result = decide("--policy", POLICY, *arguments, given=given)
        assert (result.exit_code, result.stdout.splitlines(), result.stderr) == (0, expected, "")


HOSTILE = {
    **event(
        {"kind": "complaint", "text": "x leak", "handler": "[red]\x1b[31mA\tn\x9bn\u202e[/red]", "\x1b]0;x\x07": 1}
    ),
    "subject": "T\x1b[2J[bold]",
}


def test_nothing_an_event_says_is_obeyed(golden: Golden) -> None:
    given = lines(HOSTILE, {**event({"kind": "\x1b[31mx"}), "subject": "T\r\n2"})
    for name, arguments in {
        "hostile_table": ["--format", "table"],
        "hostile_explain": ["--explain"],
        "hostile_why_not": ["--why-not", "named"],
    }.items():
        result = decide("--policy", POLICY, *arguments, given=given)
        for text in (result.stdout, result.stderr):
            assert not set(text) & set("\x1b\x9b\x07\r\t\u202e")
        golden(result.stdout, GOLDEN / f"{name}.txt")
        assert result.stderr == (
            "standard input:2: error SR510: `\ufffd[31mx` is not a value of field `kind`\n"
            "  help: known values: `repair`, `complaint`\n"
        )


LATE = """
clocks:
  response:
    title: {en: Response, zh: 响应}
    starts: created
    stops: responded
calendars: {always: {hours: always}}
time_limits:
  - {id: one-hour, clock: response, within: 1h, calendar: always, warn_at: [50%]}
"""


def due_lines(path: Path, *arguments: str) -> list[tuple[str, str | None, list[str]]]:
    """Return ticket, event and what has fired, for events of two tickets that overlap."""
    policy = path / "late.yaml"
    policy.write_text(Path(POLICY).read_text(encoding="utf-8") + LATE, encoding="utf-8")
    first = event({}, time="2026-03-02T09:00:00+08:00")
    second = event({}, id="e-2", subject="T-2", time="2026-03-02T09:20:00+08:00")
    answered = event({}, id="e-3", type="responded", time="2026-03-02T10:00:00+08:00")
    result = decide("--policy", str(policy), *arguments, given=lines(first, second, answered))
    assert (result.exit_code, result.stderr) == (0, "")
    decisions = [json.loads(line) for line in result.stdout.splitlines()]
    return [
        (each["ticket"], each["event"], [f"{fired['name']} {fired['due'][11:16]}" for fired in each["fired"]])
        for each in decisions
    ]


def test_what_falls_due_is_left_to_the_caller(tmp_path: Path) -> None:
    assert due_lines(tmp_path) == [("T-1", "e-1", []), ("T-2", "e-2", []), ("T-1", "e-3", [])]


def test_what_falls_due_stands_between_the_events(tmp_path: Path) -> None:
    assert due_lines(tmp_path, "--due") == [
        ("T-1", "e-1", []),
        ("T-2", "e-2", []),
        ("T-1", None, ["response 50% 09:30"]),
        ("T-2", None, ["response 50% 09:50"]),
        # Answered at the very deadline, which is in time.
        ("T-1", "e-3", []),
    ]


def test_until_goes_on_after_the_last_event(tmp_path: Path) -> None:
    assert due_lines(tmp_path, "--until", "2026-03-02T10:20:00+08:00")[4:] == [
        ("T-1", "e-3", []),
        ("T-2", None, ["response breach 10:20"]),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--until", "tomorrow"), "--until: `tomorrow` is not a time; write it as 2026-10-12T17:30:00+08:00"),
        (("--due", "--explain"), "--due and --until cannot be used together with --explain and --why-not"),
    ],
)
def test_due_is_used_wrongly(arguments: tuple[str, ...], message: str) -> None:
    result = decide("--policy", POLICY, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{USAGE}{message}\n"
