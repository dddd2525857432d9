"""Clients of two emulators: moto with the patches, and moto without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.emulator.speedups import load_instance_offerings_lazily
from tests.support.emulator_clients import Client, create_service
from tests.support.service_deployments import deploy

if TYPE_CHECKING:
    from moto.core.models import MockAWS

REGION = "us-east-1"

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
"""A deployment configuration with a circuit breaker."""

Begin = Callable[..., str]
"""Begins a deployment with an outcome, and returns its ARN."""


@pytest.fixture(scope="session")
def clients(running: Emulator) -> tuple[Client, Client]:
    """Clients of the emulator, and of moto in this process. Cached: creating one takes 0.5 s."""
    load_instance_offerings_lazily()  # imports moto, which must precede the session
    session = boto3.Session(region_name=REGION, **Emulator.credentials)
    return (
        lambda service: running.client(service, REGION),
        cache(lambda service: session.client(service)),
    )


@pytest.fixture
def patched(emulated: Emulator, clients: tuple[Client, Client]) -> Client:
    """Clients of the emulator, which is empty."""
    return clients[0]


@pytest.fixture(scope="package")
def moto() -> Iterator[MockAWS]:
    """moto without patches, in this process. Started once, because the start is slow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # loading takes a second
        from moto import mock_aws

        with mock_aws() as started:
            yield started


@pytest.fixture
def unpatched(clients: tuple[Client, Client], moto: MockAWS) -> Client:
    """Clients of moto without patches. If a test finds no difference, remove the patch."""
    moto.reset()
    return clients[1]


@pytest.fixture
def begin(patched: Client, running: Emulator) -> Begin:
    """Create a service, and begin a deployment of it."""

    def begin(outcome: str, configuration: Any = BREAKER, **failure: Any) -> str:
        create_service(patched, deploymentConfiguration=configuration)
        running.script_deployments(REGION, "web", [outcome], **failure)
        return deploy(patched)

    return begin
