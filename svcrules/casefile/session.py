"""All tests of a policy, run: the input of every report on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcrules.casefile.model import Case
from svcrules.casefile.read import CaseFile
from svcrules.casefile.run import Result, run_case
from svcrules.diagnostics import Finding
from svcrules.evaluator import Evaluator


class FileResults(NamedTuple):
    name: str
    data: bytes
    results: tuple[Result, ...]

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if not result.passed)


class Session(NamedTuple):
    """`path` is the policy as the user named it; `findings` say what is wrong with the test files."""

    path: str
    zone: ZoneInfo
    files: tuple[FileResults, ...]
    findings: tuple[Finding, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        return tuple(result for file in self.files for result in file.results)

    @property
    def passed(self) -> bool:
        return not self.findings and all(result.passed for result in self.results)


def run_files(
    path: str,
    evaluator: Evaluator,
    files: Iterable[CaseFile],
    findings: tuple[Finding, ...],
    wanted: Callable[[Case], bool],
) -> Session:
    """Run those of the tests that are wanted."""
    results = tuple(
        FileResults(file.name, file.data, tuple(run_case(evaluator, case) for case in file.cases if wanted(case)))
        for file in files
    )
    return Session(path, evaluator.program.zone, results, findings)
