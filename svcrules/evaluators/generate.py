"""
Generation: the tables and conditions of a policy as one Python module, compiled once.

A small table becomes a chain of `if` and `elif`, a large one asks its index for the place of the rule. What a rule's
reason says follows from few facts, so it is built once for each combination of them and then looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, Generic, NamedTuple, TypeVar

from svcrules.decision import OTHERWISE, Fact, Reason, RouteDecision
from svcrules.evaluators.expressions import Locals
from svcrules.evaluators.index import TableIndex
from svcrules.evaluators.matching import compiled
from svcrules.evaluators.texts import Texts
from svcrules.evaluators.ticket import Ticket
from svcrules.evaluators.verdict import LimitChoice, Verdict, in_words, owner_of
from svcrules.language.model import All, Condition, FieldType, Otherwise, Owner, Policy, Rule, Table, Value, tests_in
from svcrules.language.timed import Limit
from svcrules.time.clock import Allowance

MOST_IN_A_CHAIN = 24
"""Rules of a table that is asked one after the other; a larger one gets an index."""

_MOST_KEPT = 2_048

Built = TypeVar("Built")


class Kept(dict[tuple[object, ...], Built], Generic[Built]):
    """What follows from the facts for which a condition holds, by what those facts depend on."""

    def __init__(self, make: Callable[[Ticket], Built]) -> None:
        super().__init__()
        self.make = make

    def made(self, key: tuple[object, ...], ticket: Ticket) -> Built:
        if len(self) >= _MOST_KEPT:
            self.clear()
        built = self[key] = self.make(ticket)
        return built


class Guard(NamedTuple):
    """
    A condition, ready to run.

    `because` returns, for a ticket that meets it, the facts that made it so, each once; `said` what the ticket says to
    its tests, met or not.
    """

    holds: Callable[[Ticket], bool]
    because: Callable[[Ticket], tuple[Fact, ...]]
    said: Callable[[Ticket], list[Fact]]


class Module:
    """
    Functions of a policy as they are written; none of them can be called before `run`.

    Without `reasons`, no facts are given for what is decided.
    """

    def __init__(
        self, policy: Policy, texts: Texts, allowance: Callable[[Limit], Allowance], *, reasons: bool = True
    ) -> None:
        self._reasons = reasons
        self._policy = policy
        self._texts = texts
        self._allowance = allowance
        self._numbers = numbers_of(policy)
        self._lines: list[str] = []
        self._names: dict[str, Any] = {"Verdict": Verdict, "RouteDecision": RouteDecision, "owner_of": owner_of}

    def run(self) -> None:
        """Compile what has been written, so that its functions can be called."""
        exec(compile("\n".join(self._lines), f"<policy {self._policy.name}>", "exec"), self._names)

    def function(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = self._names[name]
        return function

    def _constant(self, prefix: str, value: object) -> str:
        name = f"{prefix}{len(self._names)}"
        self._names[name] = value
        return name

    # Conditions

    def write_guard(self, condition: Condition) -> Callable[[], Guard]:
        """Write a condition; what is returned gives it once the module has run."""
        variables = Locals(self._texts, self._numbers)
        holds = self._write("holds", variables, [f"return True if {variables.holds(condition)} else False"])
        because = self._recalled(condition, self._because(condition))
        return lambda: Guard(self._names[holds], because, self._said(condition))

    def _write(self, prefix: str, variables: Locals, body: list[str], decided: Iterable[str] = ()) -> str:
        """Write a function of a ticket, and return its name."""
        loads = ["values = ticket.values", "found = ticket.found", *variables.loads(decided)]
        return self._defined(prefix, "ticket", [*loads, *body])

    def _defined(self, prefix: str, parameters: str, body: list[str]) -> str:
        name = f"{prefix}{len(self._lines)}"
        self._lines += [f"def {name}({parameters}):", *_indented(body)]
        return name

    def _kept(
        self,
        condition: Condition,
        variables: Locals,
        make: Callable[[Ticket], object],
        more: Iterable[str] = (),
    ) -> str:
        """
        Return an expression of what is made of a ticket that meets the condition; it depends on the facts for which it
        does, and on the fields `more`.
        """
        inputs = variables.inputs(condition) if self._reasons else ()
        if inputs is None:
            return f"{self._constant('K', make)}(ticket)"
        inputs = (*inputs, *(variables.written(field) for field in more))
        if not inputs:
            return self._constant("K", make(_typical(condition)))
        key = f"({', '.join(inputs)},)"
        kept = self._constant("K", Kept(make))
        return f"{kept}.get({key}) or {kept}.made({key}, ticket)"

    # Tables

    def write_judge(self) -> str:
        """Write the function that asks all tables, and return its name."""
        policy = self._policy
        variables = Locals(self._texts, self._numbers)
        body = [
            "values = ticket.values",
            "classification = {}",
            "reasons = []",
            "limits = {}",
            "priority = route = None",
        ]
        for scheme in policy.schemes:
            body += self._scheme(scheme.name, scheme.table, variables, f"classification[{scheme.name!r}]")
        if policy.priority:
            body += self._scheme("priority", policy.priority.table, variables, "priority")
        body += self._route(variables)
        for clock, limits in policy.timing.limits.items():
            body += self._limits(clock, limits, variables)
        body.append("return Verdict(classification, priority, route, tuple(reasons), limits)")
        return self._write("judge", variables, body, (scheme.name for scheme in policy.value_schemes))

    def write_table(self, table: Table[Any]) -> str:
        """Write the function that gives the answer of one table, of values and what was found in texts."""
        variables = Locals(self._texts, self._numbers)
        outcomes = [
            *(_Outcome(rule.when, rule.answer, None, ()) for rule in table.rules),
            _Outcome(All(()), table.otherwise.answer, None, ()),
        ]
        body = self._chosen(outcomes, variables, lambda answer, _: [f"return {answer}"])
        if table.applies is not None:
            body = [f"if not ({variables.holds(table.applies)}):", "    return None", *body]
        return self._defined("table", "values, found=None", [*variables.loads(), *body])

    def _scheme(self, name: str, table: Table[str], variables: Locals, target: str) -> list[str]:
        lines = self._asked(table, variables, f"{target} = values[{name!r}] = {variables.value(name)} = {{}}")
        if table.applies is None:
            return lines
        return [f"if {variables.holds(table.applies)}:", *_indented(lines)]

    def _route(self, variables: Locals) -> list[str]:
        policy = self._policy
        lines = []
        team, owner, notify = "None", "None", "()"
        if policy.routing is not None:
            lines += self._asked(policy.routing, variables, "to = {}")
            team, notify = "to.team", "to.notify"
        if policy.ownership is not None:
            lines += self._asked(policy.ownership, variables, "owner = owner_of({}, values)")
            owner = "owner"
        if lines:
            lines.append(f"route = RouteDecision({team}, {owner}, {notify})")
        return lines

    def _asked(self, table: Table[Any], variables: Locals, answered: str) -> list[str]:
        """Return the lines that ask a table; `answered` is the statement for an answer."""

        def outcome(rule: Rule[Any] | Otherwise[Any]) -> _Outcome:
            answer, id_ = rule.answer, rule.id if isinstance(rule, Rule) else OTHERWISE
            condition = rule.when if isinstance(rule, Rule) else All(())
            because = self._because(condition)

            def make(ticket: Ticket) -> Reason:
                return Reason(table.name, id_, in_words(answer, ticket.values), because(ticket), rule.cites)

            fields = (answer.field,) if isinstance(answer, Owner) and answer.field is not None else ()
            return _Outcome(condition, answer, make, fields)

        outcomes = [*map(outcome, table.rules), outcome(table.otherwise)]
        return self._chosen(
            outcomes, variables, lambda answer, made: [answered.format(answer), f"reasons.append({made})"]
        )

    def _limits(self, clock: str, table: Table[Limit | None], variables: Locals) -> list[str]:
        def outcome(rule: Rule[Limit | None]) -> _Outcome:
            limit = rule.answer
            assert limit is not None
            allowance, words = self._allowance(limit), str(limit.within)
            because = self._because(rule.when)

            def make(ticket: Ticket) -> LimitChoice:
                return LimitChoice(limit, allowance, Reason(table.name, rule.id, words, because(ticket), rule.cites))

            return _Outcome(rule.when, None, make, ())

        outcomes = [*map(outcome, table.rules), _NO_LIMIT]
        return self._chosen(outcomes, variables, lambda _, made: [f"limits[{clock!r}] = {made}"] if made else ["pass"])

    def _because(self, condition: Condition) -> Callable[[Ticket], tuple[Fact, ...]]:
        """Return what gives the facts for which the condition holds; it is compiled when it is first asked."""
        if not self._reasons:
            return lambda ticket: ()
        matcher = cache(partial(compiled, condition, self._texts))
        return lambda ticket: each_once(matcher().because(ticket))

    def _said(self, condition: Condition) -> Callable[[Ticket], list[Fact]]:
        matcher = cache(partial(compiled, condition, self._texts))
        return lambda ticket: matcher().said(ticket)

    def _chosen(self, outcomes: list[_Outcome], variables: Locals, lines: Callable[[str, str], list[str]]) -> list[str]:
        """
        Return the lines that choose among the outcomes of the rules and, last, that of the default; `lines` are those
        of an outcome by the expressions for its answer and for what is made of it.
        """
        if len(outcomes) > MOST_IN_A_CHAIN:
            return self._indexed(outcomes, variables, lines)
        chain: list[str] = []
        for number, outcome in enumerate(outcomes):
            made = self._kept(outcome.when, variables, outcome.make, outcome.fields) if outcome.make else ""
            body = lines(self._constant("A", outcome.answer), made)
            if outcome is outcomes[-1]:
                return [*chain, "else:", *_indented(body)] if chain else body
            chain += [f"{'elif' if number else 'if'} {variables.holds(outcome.when)}:", *_indented(body)]
        return chain

    def _indexed(
        self, outcomes: list[_Outcome], variables: Locals, lines: Callable[[str, str], list[str]]
    ) -> list[str]:
        index = TableIndex([outcome.when for outcome in outcomes[:-1]], self._texts)
        name = self._constant("X", index)
        heads = self._constant("H", index.heads)
        # NO_RULE is the place of the last.
        pairs = self._constant("O", [(outcome.answer, self._recalled_outcome(outcome)) for outcome in outcomes])
        chosen = [
            f"key = ({''.join(f'{variables.value(field)}, ' for field in index.fields)})",
            f"place = {heads}.get(key)",
            "if place is None:",
            f"    place = {name}.head(key, values)",
            "if place.__class__ is not int:",
            f"    place = {name}.first(place, values, found)",
            f"answer, made = {pairs}[place]",
        ]
        if outcomes[-1] is not _NO_LIMIT:
            return [*chosen, *lines("answer", "made(ticket)")]
        return [*chosen, "if made is not None:", *_indented(lines("answer", "made(ticket)"))]

    def _recalled_outcome(self, outcome: _Outcome) -> Callable[[Ticket], object] | None:
        return self._recalled(outcome.when, outcome.make, outcome.fields) if outcome.make is not None else None

    def _recalled(
        self, condition: Condition, make: Callable[[Ticket], Built], more: Iterable[str] = ()
    ) -> Callable[[Ticket], Built]:
        """
        Return what makes something of a ticket that meets the condition, or finds what it made of the same facts.

        What is made may depend on the fields `more`, too.
        """
        tests = tuple(tests_in(condition))
        if not self._reasons or any(test.operator == "matches" for test in tests):
            return make
        kept = Kept(make)
        compared = (test.field for test in tests if test.operator != "mentions")
        fields = tuple(dict.fromkeys((*compared, *more)))
        texts = tuple(dict.fromkeys(test.field for test in tests if test.operator == "mentions"))
        numbers = tuple(field for field in fields if field in self._numbers)

        def recalled(ticket: Ticket) -> Built:
            key = (*map(ticket.values.get, fields), *map(ticket.found.get, texts))
            if numbers:
                key = (*key, *(repr(ticket.values.get(field)) for field in numbers))
            return kept.get(key) or kept.made(key, ticket)

        return recalled


class _Outcome(NamedTuple):
    """
    What a rule leads to: its answer, and what is made of a ticket that meets its condition, which may depend on the
    values of further fields.
    """

    when: Condition
    answer: object
    make: Callable[[Ticket], object] | None
    fields: tuple[str, ...]


_NO_LIMIT = _Outcome(All(()), None, None, ())


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def numbers_of(policy: Policy) -> frozenset[str]:
    """Return the fields whose values may be equal and yet written differently, as 3 and 3.0."""
    return frozenset(name for name, field in policy.fields.items() if field.type is FieldType.NUMBER)


def each_once(facts: list[Fact]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(facts))


def _typical(condition: Condition) -> Ticket:
    """Return a ticket that meets a condition whose facts depend on nothing else."""
    values: dict[str, Value] = {}
    for test in tests_in(condition):
        if not isinstance(test.operand, tuple):
            values[test.field] = test.operand
    return Ticket(values, {})
