"""Fixture with the documents of the previous release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

PREVIOUS = Path(__file__).with_name("previous")


@pytest.fixture(scope="session")
def previous() -> Mapping[str, Mapping[str, Any]]:
    """The documents of the previous release, by stack."""
    files = sorted(PREVIOUS.glob("*.tf.json"))
    return {file.name.removesuffix(".tf.json"): json.loads(file.read_bytes()) for file in files}
