"""Fixtures with the shared emulator."""

from __future__ import annotations

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from tests.support.shared_emulator import SharedEmulator, get_shared_emulator


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> SharedEmulator:
    """The emulator that all tests of this process share."""
    return get_shared_emulator(request.config)


@pytest.fixture
def emulated(running: SharedEmulator) -> Emulator:
    """An emulator with an empty account."""
    running.reset()
    return running
