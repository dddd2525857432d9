"""Fixtures for tests with boto3 clients, none of which sends a request."""

from __future__ import annotations

import pytest

from navra_stacks.rehearsal.emulator.speedups import share_service_models


@pytest.fixture(scope="session", autouse=True)
def shared_descriptions() -> None:
    """Load the description of each service once. Otherwise each boto3 session loads it again."""
    share_service_models()
