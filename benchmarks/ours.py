"""svcrules' side of it: all that the benchmarks know of how svcrules is called."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.shapes import REGION_GROUPS, REGIONS, TEAMS, TIERS, Rule, Table, Ticket
from svcrules import Caseload, Decision, Evaluator, Event, Policy, load_policy
from svcrules.decision import to_json
from svcrules.evaluators.program import Program

POLICIES = ("gas", "petrochemical", "service-guide", "service-norms", "telecom")
FOLDER = Path(__file__).parents[1] / "policies"


def evaluator(name: str) -> Evaluator:
    return Evaluator(load_policy(FOLDER / name))


def table_answer(policy: Policy) -> Callable[[Ticket], str]:
    """Return what gives the team of a ticket, by the routing table of the policy, without reasons."""
    ask = Program(policy).table("routing").answer

    def answer(ticket: Ticket) -> str:
        return ask(ticket).team

    return answer


# Another way to decide about an event, such as one without reasons, is another line here.
WAYS: dict[str, Callable[[Evaluator], Callable[[Event], object]]] = {
    "with reasons": lambda evaluator: evaluator.decide,
    "without reasons": lambda evaluator: Evaluator(evaluator.policy, reasons=False).decide,
}


def decided(caseload: Caseload, events: Iterable[Event], until: datetime) -> Iterator[Decision]:
    """Yield the decisions on the events, and on what falls due before each of them and before `until`."""
    for event in events:
        yield from caseload.due(event.time, inclusive=False)
        yield caseload.decide(event)
    yield from caseload.due(until, inclusive=False)


def json_line(decision: Decision) -> str:
    return to_json(decision.to_dict())


def packed(policy: Policy) -> bytes:
    """Return what is sent to a worker process."""
    return pickle.dumps(policy)


def unpacked(data: bytes) -> Evaluator:
    """Return what the worker decides by."""
    return Evaluator(pickle.loads(data))


def loaded(text: str) -> Policy:
    """Return the policy of a single file with this text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path)


def policy_text(table: Table) -> str:
    """Return the table as a policy in YAML."""
    return "\n".join((*_head(table), *_routing(table), ""))


def _head(table: Table) -> Iterator[str]:
    yield "policy: benchmark"
    yield "version: 1.0.0"
    yield "language: 1"
    yield "title: {en: Benchmark, zh: 基准}"
    yield "timezone: UTC"
    yield "fields:"
    yield f"  category: {{one_of: [{', '.join(table.categories)}]}}"
    yield f"  region: {{one_of: [{', '.join(REGIONS)}]}}"
    yield f"  tier: {{one_of: [{', '.join(TIERS)}]}}"
    yield "  amount: {type: integer, min: 0}"
    yield "teams:"
    for team in (*TEAMS, table.otherwise):
        yield f"  {team}: {{title: {{en: {team}, zh: {team}}}}}"


def _routing(table: Table) -> Iterator[str]:
    yield "routing:"
    yield "  rules:"
    anchored: set[str] = set()
    for rule in table.rules:
        yield f"    - {{id: {rule.id}, when: {{{', '.join(_tests(rule, anchored))}}}, to: {rule.team}}}"
    yield f"  otherwise: {{to: {table.otherwise}}}"


def _tests(rule: Rule, anchored: set[str]) -> Iterator[str]:
    """Yield the tests of the rule; a group of regions is written out once and named from then on."""
    if rule.category is not None:
        yield f"category: {rule.category}"
    if rule.regions in anchored:
        yield f"region: *{rule.regions}"
    elif rule.regions is not None:
        anchored.add(rule.regions)
        yield f"region: &{rule.regions} [{', '.join(REGION_GROUPS[rule.regions])}]"
    if rule.tier is not None:
        yield f"tier: {rule.tier}"
    if rule.at_least is not None:
        yield f"amount: {{at_least: {rule.at_least}}}"
    if rule.less_than is not None:
        yield f"amount: {{less_than: {rule.less_than}}}"
