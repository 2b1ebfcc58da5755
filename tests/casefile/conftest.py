"""The policies that tests of policy tests are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcrules import Evaluator, load_policy

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def hotline() -> Evaluator:
    return Evaluator(load_policy(HERE / "hotline"))


@pytest.fixture(scope="session")
def desk() -> Evaluator:
    return Evaluator(load_policy(HERE / "desk.yaml"))
