"""What the parts of the loader share: the declared names, the shape of the document, and the findings so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from svcrules.diagnostics import Finding, Span, nearest
from svcrules.language.model import Field, Title
from svcrules.language.schema import Shape
from svcrules.language.source import Mapping, Node, Path, Scalar, Sequence


class Item(NamedTuple):
    """An entry of a list or mapping that the schema has no complaint about."""

    name: str
    key: Span
    value: Mapping
    path: Path


@dataclass(slots=True)
class Context:
    """
    `fields` grows as schemes are declared. `vague` holds names that are declared, but so wrongly that nothing can be said
    about their use; None for `teams` or `clauses` means that any name must be let pass.
    """

    shape: Shape
    fields: dict[str, Field] = field(default_factory=dict)
    vague: set[str] = field(default_factory=set)
    teams: frozenset[str] | None = frozenset()
    clauses: frozenset[str] | None = None
    event_types: frozenset[str] | None = frozenset()
    rule_ids: dict[str, Span] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, message: str, span: Span, help_line: str | None = None) -> None:
        self.findings.append(Finding(code, message, span, help_line))

    def team(self, node: Scalar) -> str:
        """Return the team that the node names, reporting one that is not declared."""
        self._known("SR304", "team", node, self.teams, "declare it under `teams`")
        return node.text

    def event_type(self, node: Scalar) -> str:
        self._known("SR316", "event type", node, self.event_types, "declare it under `event_types`")
        return node.text

    def cites(self, mapping: Mapping) -> tuple[str, ...]:
        nodes = scalars(mapping, "cites")
        for node in nodes:
            self._known("SR305", "clause", node, self.clauses, "add it to `clauses`, or cite another")
        return tuple(node.text for node in nodes)

    def field_named(self, node: Scalar) -> Field | None:
        """Return the field that the node names; None where it is unknown (reported) or vague (not reported)."""
        found = self.fields.get(node.text)
        if found is None and node.text in self.later:
            self.report("SR308", f"`{node.text}` is not decided yet here", node.span, self.later[node.text])
        elif found is None and node.text not in self.vague:
            help_line = nearest(node.text, self.fields) or "declare it under `fields`"
            self.report("SR301", f"unknown field `{node.text}`", node.span, help_line)
        return found

    def claim_id(self, rule_id: str, span: Span) -> None:
        """Take the id for the rule, reporting it where another rule has it."""
        first = self.rule_ids.setdefault(rule_id, span)
        if first is not span:
            self.report(
                "SR306",
                f"rule id `{rule_id}` is used twice, first at {first.place}",
                span,
                "give each rule its own id: decisions name it",
            )

    def _known(self, code: str, kind: str, node: Scalar, known: Iterable[str] | None, advice: str) -> None:
        if known is not None and node.text not in known:
            self.report(code, f"unknown {kind} `{node.text}`", node.span, nearest(node.text, known) or advice)

    def list_items(self, node: Node | None, path: Path) -> Iterator[Item]:
        """Yield the mappings of a list that have the right shape; those with a wrong shape have their finding already."""
        for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            below = (*path, index)
            if isinstance(item, Mapping) and not self.shape.broken(below):
                yield Item(text(item, "id") or "", span_of(item, "id"), item, below)

    def named_items(self, node: Node | None, path: Path, apart_from: str | None = None) -> Iterator[Item]:
        """Yield the mappings under each key that have the right shape, whatever stands under their key `apart_from`."""
        for key, value in node.entries if isinstance(node, Mapping) else ():
            below = (*path, key.text)
            if isinstance(value, Mapping) and not self.shape.broken(below, apart_from):
                yield Item(key.text, key.span, value, below)


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


def title_of(mapping: Mapping, key: str = "title") -> Title | None:
    node = mapping.get(key)
    return titled(node) if isinstance(node, Mapping) else None


def titled(node: Mapping) -> Title:
    return Title(text(node, "en") or "", text(node, "zh") or "")


def span_of(mapping: Mapping, key: str) -> Span:
    """Return the place of the value under the key, or of the mapping where it has none."""
    node = mapping.get(key)
    return node.span if node is not None else mapping.span
