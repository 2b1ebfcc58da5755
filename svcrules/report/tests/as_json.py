"""
Policy tests as one JSON object, for programs. Keys are only ever added.

    {"policies": [{"policy": the path, "findings": as `svcrules validate --format json` gives them,
                   "tests": [{"id": ..., "title": ... or null, "file": ..., "line": ..., "passed": true or false,
                              "failures": [{"line": ..., "at": the instant,
                                            "differences": [{"path": [...], "expected": ..., "got": ...}]}]}]}],
     "coverage": [{"policy": ..., "rules_and_steps": {"reached": ..., "all": ...}, "conditions": the same,
                   "missed": [{"what": ..., "kind": "condition" or "rule", "file": ..., "line": ...}]}],
     "mutation": [{"policy": ..., "changes": ..., "noticed": ...,
                   "survivors": [{"change": ..., "file": ... or null, "line": ... or null}]}],
     "summary": {"policies": ..., "tests": ..., "failed": ..., "passed": true or false}}

Expected and got are written as a test writes them; lists are lists. `coverage` and `mutation` are empty where they were
not asked for.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from svcrules.casefile.coverage.figures import Coverage, Share
from svcrules.casefile.model import Value
from svcrules.casefile.mutate.session import Mutation
from svcrules.casefile.run import Failure, Result
from svcrules.casefile.session import Session
from svcrules.casefile.written import written, written_item
from svcrules.diagnostics import Span
from svcrules.report.as_json import finding_json, json_text
from svcrules.report.tests.coverage import missed_text, missed_together
from svcrules.report.tests.outcome import Outcome


def render(outcome: Outcome) -> str:
    results = [result for session in outcome.sessions for result in session.results]
    return json_text(
        {
            "policies": [_session(session) for session in outcome.sessions],
            "coverage": [_coverage(coverage) for coverage in outcome.coverages],
            "mutation": [_mutation(mutation) for mutation in outcome.mutations],
            "summary": {
                "policies": len(outcome.sessions),
                "tests": len(results),
                "failed": sum(not result.passed for result in results),
                "passed": outcome.passed,
            },
        }
    )


def _session(session: Session) -> dict[str, object]:
    return {
        "policy": session.path,
        "findings": [finding_json(finding) for finding in session.findings],
        "tests": [_result(result, session.zone) for result in session.results],
    }


def _result(result: Result, zone: ZoneInfo) -> dict[str, object]:
    case = result.case
    return {
        "id": case.id,
        "title": case.title,
        **_place(case.span),
        "passed": result.passed,
        "failures": [_failure(failure, zone) for failure in result.failures],
    }


def _failure(failure: Failure, zone: ZoneInfo) -> dict[str, object]:
    differences = [
        {
            "path": list(each.expected.path),
            "expected": _value(each.expected.wanted, zone),
            "got": _value(each.got, zone),
            "findings": [finding_json(finding) for finding in each.findings],
        }
        for each in failure.differences
    ]
    at = failure.entry.at.astimezone(zone).isoformat()
    return {"line": failure.entry.span.line, "at": at, "differences": differences}


def _value(value: Value, zone: ZoneInfo) -> object:
    if value is None or isinstance(value, bool):
        return value
    return [written_item(item, zone) for item in value] if isinstance(value, tuple) else written(value, zone)


def _coverage(coverage: Coverage) -> dict[str, object]:
    missed = [
        {
            "what": missed_text(points),
            "kind": "condition" if points[0].of_condition else "rule",
            **_place(points[0].span),
        }
        for points in missed_together(coverage)
    ]
    shares = {"rules_and_steps": _share(coverage.rules_and_steps), "conditions": _share(coverage.conditions)}
    return {"policy": coverage.path, **shares, "missed": missed}


def _share(share: Share) -> dict[str, int]:
    return {"reached": share.reached, "all": share.all}


def _mutation(mutation: Mutation) -> dict[str, object]:
    survivors = [{"change": fate.text, **_place(fate.span)} for fate in mutation.survivors]
    return {
        "policy": mutation.path,
        "changes": len(mutation.fates),
        "noticed": mutation.noticed,
        "survivors": survivors,
    }


def _place(span: Span | None) -> dict[str, object]:
    return {"file": span.source.name if span else None, "line": span.line if span else None}
