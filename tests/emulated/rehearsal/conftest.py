"""An emulator for tests of what works on one, and rehearsals that several tests look at."""

from __future__ import annotations

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from tests.support.shared_emulator import KeptEmulator, kept_emulator


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> KeptEmulator:
    """The emulator of this process's tests."""
    return kept_emulator(request.config)


@pytest.fixture
def emulated(running: KeptEmulator) -> Emulator:
    """An emulator with nothing in it but what it takes for granted."""
    running.reset()
    return running
