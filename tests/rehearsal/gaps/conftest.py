"""Two emulators: one that has learned what moto lacks, and moto as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from navra_stacks.rehearsal.emulator import Emulator

REGION = "us-east-1"

Client = Callable[[str], Any]
"""A client of boto3's, by service."""


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def taught(emulator: Emulator) -> Client:
    """Clients of the rehearsal's own emulator."""
    emulator.reset()
    return cache(
        lambda service: boto3.client(
            service, region_name=REGION, endpoint_url=emulator.endpoint, **emulator.credentials
        )
    )


@pytest.fixture
def untaught() -> Iterator[Client]:
    """Clients of moto as it is. What a test shows that it lacks, and does not: that gap can go."""
    with mock_aws():
        yield cache(
            lambda service: boto3.client(service, region_name=REGION, **Emulator.credentials)
        )
