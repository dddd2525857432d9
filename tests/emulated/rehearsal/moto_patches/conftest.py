"""Two emulators: one that has learned what moto lacks, and moto as it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import boto3
import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.emulator.speedups import read_offers_when_asked
from tests.support.emulator_clients import Client

if TYPE_CHECKING:
    from moto.core.models import MockAWS

REGION = "us-east-1"


@pytest.fixture(scope="session")
def clients(running: Emulator) -> tuple[Client, Client]:
    """Those of the emulator, and those of moto in this process: to make one takes half a second."""
    read_offers_when_asked()  # imports moto, before the session that it answers
    session = boto3.Session(region_name=REGION, **Emulator.credentials)
    return (
        lambda service: running.client(service, REGION),
        cache(lambda service: session.client(service)),
    )


@pytest.fixture
def taught(emulated: Emulator, clients: tuple[Client, Client]) -> Client:
    """Clients of the rehearsal's own emulator, which is empty."""
    return clients[0]


@pytest.fixture(scope="package")
def moto() -> Iterator[MockAWS]:
    """moto as it is, in this process: it begins once, for that takes longer than to answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # they take a second
        from moto import mock_aws

        with mock_aws() as begun:
            yield begun


@pytest.fixture
def untaught(clients: tuple[Client, Client], moto: MockAWS) -> Client:
    """Clients of moto as it is. What a test shows that it lacks, and does not: that gap can go."""
    moto.reset()
    return clients[1]
