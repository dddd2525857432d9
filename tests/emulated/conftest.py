"""Fixtures for an emulated account, empty or with the recorded environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

import boto3
import pytest

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import FoundResources, find_resources
from navra_stacks.rehearsal.emulator.speedups import share_service_models
from tests.support.account_lookup import Find
from tests.support.document_builder import document
from tests.support.handmade_account.environment import REGION, Console, HandmadeEnvironment
from tests.support.shared_emulator import SharedEmulator, get_shared_emulator


@pytest.fixture(scope="session", autouse=True)
def shared_descriptions() -> None:
    """Load the description of each service once. Otherwise each boto3 session loads it again."""
    share_service_models()


@pytest.fixture(scope="session")
def emulator(request: pytest.FixtureRequest) -> SharedEmulator:
    """The emulator of the recorded account."""
    return get_shared_emulator(request.config)


@pytest.fixture(scope="session")
def session_console(emulator: SharedEmulator) -> Console:
    """A console of the emulated account, which is not reset."""
    return Console(emulator)


@pytest.fixture
def console(emulator: SharedEmulator, session_console: Console) -> Console:
    """A console of an empty account."""
    emulator.reset()
    return session_console


@pytest.fixture(scope="module")
def module_console(emulator: SharedEmulator, session_console: Console) -> Console:
    """A console of an account that a module fills once and then only reads."""
    emulator.reset()
    return session_console


@pytest.fixture(scope="session")
def restore_unnamed_parts(
    emulator: SharedEmulator, session_console: Console
) -> Callable[..., HandmadeEnvironment]:
    """Restore the account with the resources whose names do not vary between tests."""
    emulator.reset()
    return snapshot(emulator, HandmadeEnvironment(session_console).build_unnamed_parts())


@pytest.fixture(scope="session")
def restore_recorded(
    emulator: SharedEmulator, restore_unnamed_parts: Callable[..., HandmadeEnvironment]
) -> Callable[[], HandmadeEnvironment]:
    """Restore the account with the recorded environment, which is built once."""
    return snapshot(emulator, restore_unnamed_parts().build_named_parts())


def snapshot(
    emulator: SharedEmulator, environment: HandmadeEnvironment
) -> Callable[..., HandmadeEnvironment]:
    """Take a snapshot of the account, and return a function that restores it.

    The function accepts other names for the resources that are built afterwards.
    """
    place = emulator.save_state()

    def restore(**names: Any) -> HandmadeEnvironment:
        emulator.restore_state(place)
        return replace(
            environment, arns=dict(environment.arns), subnets=list(environment.subnets), **names
        )

    return restore


@pytest.fixture(scope="module")
def handmade(restore_recorded: Callable[[], HandmadeEnvironment]) -> HandmadeEnvironment:
    """The recorded environment, for a module whose tests only read it."""
    return restore_recorded()


@pytest.fixture
def handmade_copy(restore_recorded: Callable[[], HandmadeEnvironment]) -> HandmadeEnvironment:
    """The recorded environment, for one test that may change it."""
    return restore_recorded()


@pytest.fixture(scope="session")
def session_account(emulator: SharedEmulator) -> AwsAccount:
    """The account with its boto3 clients, whose creation takes longer than their use."""
    session = boto3.Session(**emulator.credentials)
    return AwsAccount(REGION, endpoint_url=emulator.endpoint, session=session)


@pytest.fixture
def account(session_account: AwsAccount) -> AwsAccount:
    """The emulated account with an empty cache."""
    session_account.clear_cache()
    session_account.calls.clear()
    session_account.retries.clear()
    return copy(session_account)


@pytest.fixture
def find(account: AwsAccount) -> Find:
    """Find the resources of a small document: ``find({"aws_sns_topic.alarms": {...}})``."""

    def found(
        blocks: Mapping[str, Mapping[str, Any]],
        recorded: Mapping[str, str] | None = None,
        **variables: Any,
    ) -> FoundResources:
        return find_resources(document(blocks, recorded=recorded), account, variables)

    return found
