"""Two emulators: one that has learned what moto lacks, and moto as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest

from navra_stacks.rehearsal.emulator import Emulator

REGION = "us-east-1"

Client = Callable[[str], Any]
"""A client of boto3's, by service."""


@pytest.fixture(scope="session")
def clients(running: Emulator) -> tuple[Client, Client]:
    """Those of the emulator, and those of moto in this process: to make one takes half a second."""
    import moto  # noqa: F401 - before the session that it answers; it takes a second

    session = boto3.Session(region_name=REGION, **Emulator.credentials)
    return (
        lambda service: running.client(service, REGION),
        cache(lambda service: session.client(service)),
    )


@pytest.fixture
def taught(emulated: Emulator, clients: tuple[Client, Client]) -> Client:
    """Clients of the rehearsal's own emulator, which is empty."""
    return clients[0]


@pytest.fixture
def untaught(clients: tuple[Client, Client], monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Clients of moto as it is. What a test shows that it lacks, and does not: that gap can go."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # they take a second
    from moto import mock_aws

    with mock_aws():
        yield clients[1]
