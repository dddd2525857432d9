"""An emulated account, empty or with the recorded environment as a person made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import pytest

from navra_stacks.adoption.account import Account
from navra_stacks.adoption.search import Found, search
from navra_stacks.terraform import at_hand
from tests.adoption.by_hand import REGION, ByHand, Console, RecordedEmulator
from tests.adoption.documents import document


@pytest.fixture(scope="session")
def recorded_emulator() -> Iterator[RecordedEmulator]:
    """An AWS of this session's, whose account is the recorded one."""
    with RecordedEmulator() as emulator:
        yield emulator


@pytest.fixture
def console(recorded_emulator: RecordedEmulator) -> Console:
    """Somebody at the console of an empty account."""
    recorded_emulator.reset()
    return Console(recorded_emulator.endpoint)


@pytest.fixture(scope="module")
def shared(recorded_emulator: RecordedEmulator) -> Console:
    """Somebody at the console of an account that a module fills once, and then only reads."""
    recorded_emulator.reset()
    return Console(recorded_emulator.endpoint)


@pytest.fixture(scope="module")
def made(recorded_emulator: RecordedEmulator) -> ByHand:
    """The recorded environment, for a module whose tests only read."""
    recorded_emulator.reset()
    return ByHand(Console(recorded_emulator.endpoint)).build()


@pytest.fixture
def reading(recorded_emulator: RecordedEmulator) -> Account:
    """The emulated account, as a search reads it."""
    session = boto3.Session(**recorded_emulator.credentials)
    return Account(REGION, endpoint_url=recorded_emulator.endpoint, session=session)


Find = Callable[..., Found]


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


@pytest.fixture
def no_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Terraform, for what needs none."""

    def missing() -> None:
        raise at_hand.NotAtHandError("neither terraform nor tofu is on the PATH")

    monkeypatch.setattr(at_hand, "find_terraform", missing)
