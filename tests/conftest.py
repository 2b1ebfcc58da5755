"""
Options of the test run, its cache, and files with expected output that can be written anew for review.

Hypothesis profiles: examples have no deadline, since how long one takes says nothing on a busy machine;
`pytest tests/time --hypothesis-profile=thorough` tries 20,000 examples of each property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.register_profile("thorough", max_examples=20_000, deadline=None)
settings.load_profile("untimed")

Golden = Callable[[str, Path], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="Write expected outputs anew; review them like code."
    )


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep policies in a cache of this run, also in the processes that tests start; the user's stays as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVCRULES_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return what asserts that a text equals the file's, or writes the file with --update-goldens."""

    def check(text: str, path: Path) -> None:
        if request.config.getoption("--update-goldens"):
            path.write_text(text, encoding="utf-8", newline="")
        assert path.is_file(), f"{path.name} is missing: run with --update-goldens and review it"
        assert text == path.read_bytes().decode("utf-8")

    return check
