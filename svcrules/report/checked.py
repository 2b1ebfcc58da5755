"""What a check has found, target by target: the input of every rendering of findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from svcrules.codes import Severity
from svcrules.diagnostics import Finding


@dataclass(frozen=True, slots=True)
class Checked:
    """`results` pairs each path that was checked, as the user gave it, with its findings in order."""

    results: tuple[tuple[str, tuple[Finding, ...]], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for _, findings in self.results for finding in findings)


def count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def plural(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def tally(findings: Iterable[Finding]) -> str:
    """Return the numbers of findings such as `2 errors, 1 warning`, without those that are 0."""
    findings = tuple(findings)
    numbers = {severity: count(findings, severity) for severity in Severity}
    return ", ".join(plural(number, str(name), f"{name}s") for name, number in numbers.items() if number)
