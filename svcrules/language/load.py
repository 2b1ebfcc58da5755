"""
Load a policy: files to documents to one policy, with all findings at once.

The order of the stages: text and shape first, then names (what is declared), then use (what rules make of it), since
each stage leaves out what an earlier one has complained about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from svcrules.diagnostics import Finding, in_order
from svcrules.language.calendars import read_calendars
from svcrules.language.context import Context, scalar, text, title_of
from svcrules.language.counting import read_counts
from svcrules.language.document import Mapping, Node, Scalar
from svcrules.language.files import read_files
from svcrules.language.garbage import collection_paused
from svcrules.language.intake import read_intake
from svcrules.language.model import NewVersion, Policy, Title
from svcrules.language.routing import read_ownership, read_routing
from svcrules.language.schema import check_shape
from svcrules.language.schemes import read_classification, read_priority
from svcrules.language.source import MAX_VALUES, read_counted
from svcrules.language.time_sections import read_timing
from svcrules.language.vocabulary import read_clauses, read_event_types, read_fields, read_teams, read_waivers


class PolicyError(Exception):
    """
    A policy that cannot be loaded.

    `findings` holds everything that is wrong with it, warnings included, in the order of files and lines.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A policy, or None where there are errors; and all findings, in order."""

    policy: Policy | None
    findings: tuple[Finding, ...]


def load_policy(path: str | Path) -> Policy:
    """
    Return the policy in a folder of YAML files, or in a single file.

    Raises `PolicyError` if anything in it is an error; warnings are let pass (see `check_policy`).
    """
    loaded = check_policy(path)
    if loaded.policy is None:
        raise PolicyError(loaded.findings)
    return loaded.policy


def check_policy(path: str | Path) -> Loaded:
    """Return the policy in a folder or file, and everything that is to be said of it."""
    files, findings = read_files(Path(path))
    if findings:
        return Loaded(None, in_order(findings))
    return read_policy(files)


@collection_paused()
def read_policy(files: Iterable[tuple[str, bytes]]) -> Loaded:
    """Return the policy in the files, given as name and content, and everything that is to be said of it."""
    documents: list[Mapping] = []
    findings: list[Finding] = []
    unread = False
    values_left = MAX_VALUES
    for name, data in files:
        document, found, values = read_counted(data, name, values_left)
        findings += found
        unread = unread or document is None
        if document is not None:
            documents.append(document)
            values_left -= values
    if not documents:
        return Loaded(None, in_order(findings))
    whole = _merge(documents, findings)
    # Without one of its files a policy has no lack of sections worth telling, and nobody knows what it declares.
    shape = check_shape(whole, "policy", "" if unread else "whole")
    context = Context(shape)
    policy = _resolve(whole, context) if not unread and not shape.partial else None
    wrong = {_place(finding) for finding in findings}
    further = (finding for finding in (*shape.findings, *context.findings) if _place(finding) not in wrong)
    everything = in_order((*findings, *further))
    if any(finding.is_error for finding in everything):
        policy = None
    return Loaded(policy, everything)


def _place(finding: Finding) -> tuple[str, int] | None:
    return (finding.span.place, finding.span.column) if finding.span is not None else None


def _merge(documents: list[Mapping], findings: list[Finding]) -> Mapping:
    entries: dict[str, tuple[Scalar, Node]] = {}
    for document in documents:
        for key, value in document.entries:
            first = entries.setdefault(key.text, (key, value))[0]
            if first is not key:
                message = f"section `{key.text}` stands in two files, first at {first.span.place}"
                findings.append(Finding("SR115", message, key.span, "keep each section in one file"))
    return Mapping(tuple(entries.values()), documents[0].span)


def _resolve(whole: Mapping, context: Context) -> Policy | None:
    clauses = read_clauses(whole.get("clauses"), context)
    event_types = read_event_types(whole.get("event_types"), context)
    teams = read_teams(whole.get("teams"), context)
    read_fields(whole.get("fields"), context)
    if whole.get("fields") is None:
        # Nothing is declared because the section is missing: that is one mistake, not many.
        return None
    read_counts(whole, context)
    fields = dict(context.fields)
    calendars = read_calendars(whole, _timezone(whole, context) or ZoneInfo("UTC"), context)
    if whole.get("priority") is not None:
        context.later["priority"] = "classification comes first, then priority, then routing, ownership and intake"
    schemes = read_classification(whole.get("classification"), context)
    priority = read_priority(whole.get("priority"), context)
    routing = read_routing(whole.get("routing"), context)
    ownership = read_ownership(whole.get("ownership"), context)
    intake = read_intake(whole.get("intake"), context)
    timing = read_timing(whole, calendars, context)
    waivers = read_waivers(whole.get("waivers"), context)
    return Policy(
        name=text(whole, "policy") or "",
        version=text(whole, "version") or "",
        title=title_of(whole) or Title("", ""),
        timezone=text(whole, "timezone") or "",
        digest=_digest(context.shape.value),
        fields=fields,
        event_types=event_types,
        teams=teams,
        schemes=schemes,
        priority=priority,
        routing=routing,
        ownership=ownership,
        intake=intake,
        clauses=clauses,
        timing=timing,
        waivers=waivers,
        new_version=NewVersion.RECOMPUTE if text(whole, "new_version") == "recompute" else NewVersion.KEEP,
        note=text(whole, "note"),
    )


def _timezone(whole: Mapping, context: Context) -> ZoneInfo | None:
    """Return the zone of the policy; None where it has none, or it is wrong."""
    node = scalar(whole, "timezone")
    return context.zone(node) if node is not None else None


def _digest(value: Any) -> str:
    """Hash what the files say. Keys are sorted, so the order of levels, which has a meaning, is added by itself."""
    priority = value.get("priority")
    levels = priority.get("levels") if isinstance(priority, dict) else None
    order = list(levels) if isinstance(levels, list | dict) else []
    canonical = json.dumps([value, order], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
