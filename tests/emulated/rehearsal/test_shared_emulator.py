"""The tests' emulator restores saved states, so that tests do not affect each other."""

from __future__ import annotations

import pytest

from tests.support.handmade_account.console import REGION
from tests.support.shared_emulator import SharedEmulator, get_shared_emulator


@pytest.fixture
def empty(request: pytest.FixtureRequest) -> SharedEmulator:
    emulator = get_shared_emulator(request.config)
    emulator.reset()
    return emulator


def topics(emulator: SharedEmulator) -> list[str]:
    found = emulator.client("sns", REGION).list_topics()["Topics"]
    return sorted(one["TopicArn"].rpartition(":")[2] for one in found)


def create(emulator: SharedEmulator, topic: str) -> None:
    emulator.client("sns", REGION).create_topic(Name=topic)


def test_a_reset_deletes_created_resources(empty: SharedEmulator) -> None:
    create(empty, "one")
    assert topics(empty) == ["one"]
    empty.reset()
    assert topics(empty) == []


def test_any_saved_state_can_be_restored_from_any_other(empty: SharedEmulator) -> None:
    create(empty, "one")
    first = empty.save_state()
    create(empty, "two")
    second = empty.save_state()
    create(empty, "three")
    for slot, saved in ((first, ["one"]), (second, ["one", "two"]), (first, ["one"])):
        empty.restore_state(slot)
        assert topics(empty) == saved
        create(empty, "four")
        assert topics(empty) == sorted([*saved, "four"])
    empty.reset()
    assert topics(empty) == []
