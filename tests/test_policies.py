"""
Policies as cases: those in policies/invalid give exactly the findings beside them, those in policies/valid none.

A policy is NAME.yaml or a folder NAME; what `svcrules validate` prints for it is NAME.txt.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from svcrules.language.load import check_policy
from svcrules.report.checked import Checked
from svcrules.report.human import render
from tests.conftest import Golden

_HERE = Path(__file__).parent / "policies"


def _policies(folder: str) -> list[str]:
    return sorted(path.name for path in (_HERE / folder).iterdir() if path.is_dir() or path.suffix == ".yaml")


@pytest.mark.parametrize("name", _policies("invalid"))
def test_invalid(name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_HERE / "invalid")
    loaded = check_policy(name)
    assert loaded.findings
    assert (loaded.policy is None) == any(finding.is_error for finding in loaded.findings)
    golden(render(Checked(((name, loaded.findings),))), Path(name).with_suffix(".txt"))


@pytest.mark.parametrize("name", _policies("valid"))
def test_valid(name: str) -> None:
    loaded = check_policy(_HERE / "valid" / name)
    assert loaded.findings == ()
    assert loaded.policy is not None


def test_each_expected_output_has_its_policy() -> None:
    outputs = {path.stem for path in (_HERE / "invalid").glob("*.txt")}
    assert outputs == {Path(name).stem for name in _policies("invalid")}
