"""An emulator for tests of what works on one, and rehearsals that several tests look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from navra_stacks.rehearsal.emulator import Emulator


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with Emulator("111122223333") as emulator:
        yield emulator


@pytest.fixture
def emulated(running: Emulator) -> Emulator:
    """An emulator with nothing in it."""
    running.reset()
    return running
