"""Options of the test run, and files with expected output that can be written anew for review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[str, Path], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="Write expected outputs anew; review them like code."
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return what asserts that a text equals the file's, or writes the file with --update-goldens."""

    def check(text: str, path: Path) -> None:
        if request.config.getoption("--update-goldens"):
            path.write_text(text, encoding="utf-8", newline="")
        assert path.is_file(), f"{path.name} is missing: run with --update-goldens and review it"
        assert text == path.read_bytes().decode("utf-8")

    return check
