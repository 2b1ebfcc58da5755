"""Large policies that are wrong: all that is wrong with their rules is found, as in small ones."""

from __future__ import annotations

from svcrules.language.load import read_policy

_HEAD = """\
policy: desk
version: 1.0.0
language: 1
title: {en: Desk, zh: 服务台}
timezone: UTC
fields: {amount: {type: integer}}
teams: {desk: {title: {en: Desk, zh: 服务台}}}
routing:
  otherwise: desk
  rules:
"""
_RULES_BEGIN = _HEAD.count("\n") + 1


def _rules(count: int, wrong: dict[int, str]) -> bytes:
    """Return a policy of `count` rules with about eleven values each, some of which are replaced."""
    rules = (
        wrong.get(number, f"{{id: rule-{number}, to: desk, when: {{amount: {{at_least: {number}}}}}, note: x}}")
        for number in range(count)
    )
    return (_HEAD + "".join(f"    - {rule}\n" for rule in rules)).encode()


def _found(data: bytes) -> list[tuple[int, str]]:
    """Return rule and message of each finding."""
    loaded = read_policy([("policy.yaml", data)])
    assert loaded.policy is None
    return [
        (finding.span.line - _RULES_BEGIN, finding.message) for finding in loaded.findings if finding.span is not None
    ]


def test_mistakes_all_over_a_large_table() -> None:
    wrong = {
        7: "{id: rule-7, to: desk}",
        4_000: "{id: rule-4000, to: [desk], when: {amount: 1}}",
        19_999: "{id: Rule, to: desk, when: {amount: 1}}",
    }
    assert _found(_rules(20_000, wrong)) == [
        (7, "entry 8 of `rules` has no key `when`"),
        (4_000, "`to` must be text, not a list"),
        (19_999, "`id` cannot be `Rule`"),
    ]


def test_one_mistake_outside_of_the_large_table() -> None:
    data = _rules(20_000, {}).replace(b"timezone: UTC\n", b"timezone: 1\n")
    assert [message for _, message in _found(data)] == ["`timezone` must be text, not the number 1"]


def test_one_mistake_in_a_long_list_within_the_large_table() -> None:
    tests = ", ".join("amount" if number == 4_500 else f"{{amount: {number}}}" for number in range(5_000))
    found = _found(_rules(20_000, {0: f"{{id: rule-0, to: desk, when: {{any: [{tests}]}}}}"}))
    assert found == [(0, "entry 4501 of `any` must be a mapping, not text")]


def test_more_mistakes_than_are_looked_for() -> None:
    """Rules of which nobody knows whether they are right are not read further."""
    found = _found(_rules(300, dict.fromkeys(range(300), "{to: nobody}")))
    assert len(found) == 200
    assert not [message for _, message in found if "nobody" in message]
