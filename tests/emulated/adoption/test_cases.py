"""The cases of the adoption tests cover all accounts, kinds and variations."""

from __future__ import annotations

from itertools import product

import pytest

from tests.support.adoption_cases import COMBINED, MATRIX, REFUSED, REFUSED_IN_MATRIX
from tests.support.handmade_account.accounts import Account, build
from tests.support.handmade_account.console import Console
from tests.support.handmade_account.variations import VARIATIONS, Kind, Variation
from tests.support.live_state import live_state
from tests.support.shared_emulator import SharedEmulator

ACCOUNTS = [account for account in Account if account is not Account.RECORDED]


def test_the_matrix_contains_each_account_with_each_kind_of_variation() -> None:
    pairs = {(case.account, variation.kind) for case in MATRIX for variation in case.variations}
    assert pairs == {*product(ACCOUNTS, Kind)}


def test_the_matrix_contains_each_variation() -> None:
    used = {variation for case in (*MATRIX, *REFUSED_IN_MATRIX) for variation in case.variations}
    assert {name for name, variation in VARIATIONS.items() if variation not in used} == set()


def test_a_case_of_the_matrix_has_one_kind_of_variation() -> None:
    for case in (*MATRIX, *REFUSED_IN_MATRIX):
        assert len({variation.kind for variation in case.variations}) == 1, case.id


def test_make_test_contains_each_account_and_kind() -> None:
    variations = {variation for case in (*COMBINED, *REFUSED) for variation in case.variations}
    assert {case.account for case in COMBINED} == {*Account}
    assert {variation.kind for variation in variations} == {*Kind}
    assert len(variations) >= 12


EQUIVALENT = {
    # AWS returns both forms of a condition, whichever a request contained.
    "conditions in the older form",
    # Both names resolve to the same addresses.
    "an alias without dualstack",
}
"""The variations that do not change what the live state shows."""

CHANGES = [
    variation
    for variation in VARIATIONS.values()
    if not variation.arguments and variation.name not in EQUIVALENT
]


@pytest.mark.adoption_matrix
@pytest.mark.xdist_group("variations")
@pytest.mark.parametrize("variation", CHANGES, ids=str)
def test_a_variation_changes_the_live_state(
    variation: Variation, emulator: SharedEmulator, session_console: Console
) -> None:
    emulator.reset()
    environment = build(Account.RECORDED, session_console)
    before = live_state(session_console)
    variation.change(environment)
    assert live_state(session_console) != before
