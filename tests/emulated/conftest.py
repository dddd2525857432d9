"""An emulated account, empty or with the recorded environment as a person made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

import boto3
import pytest

from navra_stacks.account.aws_reader import Account
from navra_stacks.account.lookup import Found, search
from navra_stacks.rehearsal.emulator.speedups import share_descriptions
from tests.support.account_lookup import Find
from tests.support.document_builder import document
from tests.support.handmade_account.environment import REGION, ByHand, Console
from tests.support.shared_emulator import KeptEmulator, kept_emulator


@pytest.fixture(scope="session", autouse=True)
def described() -> None:
    """Every session of boto3's would read the description of each service for itself."""
    share_descriptions()


@pytest.fixture(scope="session")
def emulator(request: pytest.FixtureRequest) -> KeptEmulator:
    """An AWS whose account is the recorded one."""
    return kept_emulator(request.config)


@pytest.fixture(scope="session")
def somebody(emulator: KeptEmulator) -> Console:
    """Whoever is at the console."""
    return Console(emulator)


@pytest.fixture
def console(emulator: KeptEmulator, somebody: Console) -> Console:
    """Somebody at the console of an empty account."""
    emulator.reset()
    return somebody


@pytest.fixture(scope="module")
def shared(emulator: KeptEmulator, somebody: Console) -> Console:
    """Somebody at the console of an account that a module fills once, and then only reads."""
    emulator.reset()
    return somebody


@pytest.fixture(scope="session")
def begun(emulator: KeptEmulator, somebody: Console) -> Callable[..., ByHand]:
    """Has the account hold what comes before whatever may have another name, kept."""
    emulator.reset()
    return kept(emulator, ByHand(somebody).begin())


@pytest.fixture(scope="session")
def as_recorded(emulator: KeptEmulator, begun: Callable[..., ByHand]) -> Callable[[], ByHand]:
    """Has the account hold the recorded environment; it is built once, and kept."""
    return kept(emulator, begun().finish())


def kept(emulator: KeptEmulator, made: ByHand) -> Callable[..., ByHand]:
    """Has the account hold again what it holds now, for somebody who goes on by other names."""
    place = emulator.keep()

    def again(**names: Any) -> ByHand:
        emulator.back(place)
        return replace(made, arns=dict(made.arns), subnets=list(made.subnets), **names)

    return again


@pytest.fixture(scope="module")
def made(as_recorded: Callable[[], ByHand]) -> ByHand:
    """The recorded environment, for a module whose tests only read."""
    return as_recorded()


@pytest.fixture
def own(as_recorded: Callable[[], ByHand]) -> ByHand:
    """The recorded environment, for one test that may change it."""
    return as_recorded()


@pytest.fixture(scope="session")
def reader(emulator: KeptEmulator) -> Account:
    """Who keeps the clients of a search: to make them takes longer than to use them."""
    session = boto3.Session(**emulator.credentials)
    return Account(REGION, endpoint_url=emulator.endpoint, session=session)


@pytest.fixture
def reading(reader: Account) -> Account:
    """The emulated account, as a search reads it that has asked nothing yet."""
    reader.forget()
    reader.calls.clear()
    return copy(reader)


@pytest.fixture
def find(reading: Account) -> Find:
    """Searches the account for a small document: ``find({"aws_sns_topic.alarms": {...}})``."""

    def found(
        blocks: Mapping[str, Mapping[str, Any]],
        recorded: Mapping[str, str] | None = None,
        **variables: Any,
    ) -> Found:
        return search(document(blocks, recorded=recorded), reading, variables)

    return found
