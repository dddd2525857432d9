"""Fixtures with the deployed shop."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.deployed_shop import DeployedShop
from tests.support.shared_emulator import SharedEmulator


@pytest.fixture(scope="session")
def restore_shop(emulator: SharedEmulator) -> Callable[[], DeployedShop]:
    """Return a function that restores the account with the shop, which is built once."""
    emulator.reset()
    built = DeployedShop(emulator).build()
    place = emulator.save_state()

    def restore() -> DeployedShop:
        emulator.restore_state(place)
        return DeployedShop(emulator, built.description, digests=dict(built.digests))

    return restore


@pytest.fixture
def deployed(restore_shop: Callable[[], DeployedShop]) -> DeployedShop:
    """The shop in an account of its own, which runs the tag 1.0."""
    return restore_shop()
