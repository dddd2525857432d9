"""The emulator of the tests goes back to what it held, so that none sees what another made."""

from __future__ import annotations

import pytest

from tests.support.handmade_account.console import REGION
from tests.support.shared_emulator import KeptEmulator, kept_emulator


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> KeptEmulator:
    emulator = kept_emulator(request.config)
    emulator.reset()
    return emulator


def topics(emulator: KeptEmulator) -> list[str]:
    found = emulator.client("sns", REGION).list_topics()["Topics"]
    return sorted(one["TopicArn"].rpartition(":")[2] for one in found)


def make(emulator: KeptEmulator, topic: str) -> None:
    emulator.client("sns", REGION).create_topic(Name=topic)


def test_what_was_made_is_gone_after_a_reset(kept: KeptEmulator) -> None:
    make(kept, "one")
    assert topics(kept) == ["one"]
    kept.reset()
    assert topics(kept) == []


def test_it_goes_back_to_any_place_from_any_other(kept: KeptEmulator) -> None:
    make(kept, "one")
    first = kept.keep()
    make(kept, "two")
    second = kept.keep()
    make(kept, "three")
    for place, held in ((first, ["one"]), (second, ["one", "two"]), (first, ["one"])):
        kept.back(place)
        assert topics(kept) == held
        make(kept, "four")
        assert topics(kept) == sorted([*held, "four"])
    kept.reset()
    assert topics(kept) == []
