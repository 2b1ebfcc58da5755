"""What the parts of the loader share: the declared names, the shape of the document, and the findings so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcrules.codes import Severity
from svcrules.diagnostics import Finding, Span, listing, nearest, shorten
from svcrules.language.document import Mapping, Node, Path, Scalar, Sequence
from svcrules.language.model import Field, Title
from svcrules.language.schema import Shape
from svcrules.language.timezones import zone_named

# Nobody mends more errors or warnings in one go, and each costs time.
_MOST = 200
# Comparing a name with more than these would take too long.
_MOST_COMPARED = 2_000


class Item(NamedTuple):
    """An entry of a list or mapping that the schema has no complaint about."""

    name: str
    key: Span
    value: Mapping
    path: Path


@dataclass(slots=True)
class Context:
    """
    `fields` grows as schemes are declared. `vague` holds names that are declared, but so wrongly that nothing can be
    said about their use; None for it or one of the other sets of names means that any name must be let pass.
    `cited` holds the place where each clause is cited first.
    """

    shape: Shape
    fields: dict[str, Field] = field(default_factory=dict)
    vague: set[str] | None = field(default_factory=set)
    teams: frozenset[str] | None = frozenset()
    clauses: frozenset[str] | None = None
    event_types: frozenset[str] | None = frozenset()
    calendars: frozenset[str] | None = frozenset()
    clocks: frozenset[str] | None = frozenset()
    holidays: frozenset[str] | None = frozenset()
    rule_ids: dict[str, Span] = field(default_factory=dict)
    cited: dict[str, Span] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    reported: Counter[Severity] = field(default_factory=Counter)

    def report(self, code: str, message: str, span: Span, help_line: str | None = None) -> None:
        finding = Finding(code, message, span, help_line)
        self.reported[finding.severity] += 1
        if self.reported[finding.severity] <= _MOST:
            self.findings.append(finding)

    def team(self, node: Scalar) -> str:
        """Return the team that the node names, reporting one that is not declared."""
        self._known("SR304", "team", node, self.teams, "declare it under `teams`")
        return node.text

    def event_type(self, node: Scalar) -> str:
        self._known("SR316", "event type", node, self.event_types, "declare it under `event_types`")
        return node.text

    def calendar(self, node: Scalar) -> str:
        advice = f"declare it under `calendars`, such as `{shorten(node.text)}: {{hours: always}}`"
        self._known("SR317", "calendar", node, self.calendars, advice)
        return node.text

    def holiday_list(self, node: Scalar) -> str:
        self._known("SR318", "holidays", node, self.holidays, "declare them under `holidays`")
        return node.text

    def zone(self, node: Scalar) -> ZoneInfo | None:
        """Return the time zone that the node names; None where there is none such (reported)."""
        if not isinstance(node.value, str) or not node.value:
            return None  # which is a matter of shape
        zone = zone_named(node)
        if isinstance(zone, ZoneInfo):
            return zone
        self.report(zone.code, zone.message, node.span, zone.help)
        return None

    def events(self, mapping: Mapping, key: str) -> tuple[str, ...]:
        """Return the event types under the key, reporting those that are not declared."""
        return tuple(self.event_type(node) for node in names(mapping, key))

    def clock(self, node: Scalar, name: str) -> str:
        """Return the name of a clock, which the node says somewhere."""
        advice = "declare it under `clocks`; a duty has a clock if it has `within`"
        self._known("SR324", "clock", node, self.clocks, advice, name)
        return name

    def cites(self, mapping: Mapping) -> tuple[str, ...]:
        nodes = scalars(mapping, "cites")
        for node in nodes:
            self.cited.setdefault(self.clause(node), node.span)
        return tuple([node.text for node in nodes])

    def clause(self, node: Scalar) -> str:
        self._known("SR305", "clause", node, self.clauses, "add it to `clauses`, or cite another")
        return node.text

    def field_named(self, node: Scalar) -> Field | None:
        """Return the field that the node names; None where it is unknown (reported) or vague (not reported)."""
        found = self.fields.get(node.text)
        if found is None and node.text in self.later:
            self.report("SR308", f"`{node.text}` is not decided yet here", node.span, self.later[node.text])
        elif found is None and not self.is_vague(node.text):
            help_line = self.nearest(node.text, self.fields) or "declare it under `fields`"
            self.report("SR301", f"unknown field `{node.text}`", node.span, help_line)
        return found

    def is_vague(self, name: str) -> bool:
        return self.vague is None or name in self.vague

    def make_vague(self, name: str) -> None:
        if self.vague is not None:
            self.vague.add(name)

    def declare_vaguely(self, section: Node | None) -> None:
        """Let any name pass if the section, which declares names, is there and no mapping."""
        if section is not None and not isinstance(section, Mapping):
            self.vague = None

    def unknown_value(self, node: Scalar, name: str, values: Collection[str]) -> None:
        """Report a value that is not among those of the field or scheme `name`."""
        if node.text in values:
            message = f"`{node.text}` must be text to be a value of `{name}`"
            help_line: str | None = f'quote it: "{node.text}"'
        else:
            message = f"`{shorten(node.text)}` is not a value of `{name}`"
            help_line = self.nearest(node.text, values)
            if help_line is None and not self._is_enough:
                help_line = f"known values: {listing(values)}"
        self.report("SR302", message, node.span, help_line)

    def nearest(self, name: str, known: Collection[str]) -> str | None:
        """Return the help line that names the nearest known name, if that can be found without much ado."""
        if self._is_enough or len(known) > _MOST_COMPARED:
            return None
        return nearest(shorten(name), known)

    @property
    def _is_enough(self) -> bool:
        """Say whether further errors are only counted, so that nobody reads what would help against them."""
        return self.reported[Severity.ERROR] >= _MOST

    def claim_id(self, rule_id: str, span: Span) -> None:
        """Take the id for the rule, reporting it where another rule has it."""
        first = self.rule_ids.get(rule_id)
        if first is None:
            self.rule_ids[rule_id] = span
            return
        # The same place twice is a rule that an alias repeats.
        where = f"first at {first.place}" if first != span else "here and where an alias repeats it"
        message = f"rule id `{rule_id}` is used twice, {where}"
        self.report("SR306", message, span, "give each rule its own id: decisions name it")

    def _known(
        self, code: str, kind: str, node: Scalar, known: Collection[str] | None, advice: str, name: str | None = None
    ) -> None:
        name = node.text if name is None else name
        if known is not None and name not in known:
            self.report(code, f"unknown {kind} `{name}`", node.span, self.nearest(name, known) or advice)

    def list_items(self, node: Node | None, path: Path, apart_from: str | None = None) -> Iterator[Item]:
        """Yield the mappings of a list that have the right shape, whatever stands under their key `apart_from`."""
        for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            below = (*path, index)
            if isinstance(item, Mapping) and not self.shape.broken(below, apart_from):
                named = item.get("id")
                if isinstance(named, Scalar):
                    yield Item(named.text, named.span, item, below)
                else:
                    yield Item("", span_of(item, "id"), item, below)

    def named_items(self, node: Node | None, path: Path, apart_from: str | None = None) -> Iterator[Item]:
        """Yield the mappings under each key that have the right shape, whatever stands under their key `apart_from`."""
        for key, value in node.entries if isinstance(node, Mapping) else ():
            below = (*path, key.text)
            if isinstance(value, Mapping) and not self.shape.broken(below, apart_from):
                yield Item(key.text, key.span, value, below)


def declared_in(section: Node | None) -> frozenset[str] | None:
    """Return the names that the section declares, also those of entries that are wrong; None where it is no mapping."""
    if section is None:
        return frozenset()
    return frozenset(key.text for key, _ in section.entries) if isinstance(section, Mapping) else None


def scalar(mapping: Mapping, key: str) -> Scalar | None:
    node = mapping.get(key)
    return node if isinstance(node, Scalar) else None


def text(mapping: Mapping, key: str) -> str | None:
    node = scalar(mapping, key)
    return node.text if node is not None else None


def scalars(mapping: Mapping, key: str) -> tuple[Scalar, ...]:
    """Return the entries of a list of single values; nothing where the key is absent."""
    node = mapping.get(key)
    return tuple(item for item in node.items if isinstance(item, Scalar)) if isinstance(node, Sequence) else ()


def names(mapping: Mapping, key: str) -> tuple[Scalar, ...]:
    """Return the entries of a list of single values, or the value that stands for a list of one."""
    node = mapping.get(key)
    return (node,) if isinstance(node, Scalar) else scalars(mapping, key)


def title_of(mapping: Mapping, key: str = "title") -> Title | None:
    node = mapping.get(key)
    return titled(node) if isinstance(node, Mapping) else None


def titled(node: Mapping) -> Title:
    return Title(text(node, "en") or "", text(node, "zh") or "")


def span_of(mapping: Mapping, key: str) -> Span:
    """Return the place of the value under the key, or of the mapping where it has none."""
    node = mapping.get(key)
    return node.span if node is not None else mapping.span
