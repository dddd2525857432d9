"""For which account and Region a document is rehearsed."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.emulator.client import ACCOUNT
from navra_stacks.rehearsal.transforms.account_region import PlaceError, account_of, region_of

OWN = "111122223333"


def asked(provider: Any, **others: Any) -> dict[str, Any]:
    return {"provider": {"aws": provider}, **others}


@pytest.mark.parametrize("document", [{}, asked([]), asked([{"alias": "one", "region": "eu-x-1"}])])
def test_where_a_document_does_not_say_it_a_place_is_made_up(document: Any) -> None:
    assert (account_of(document, {}), region_of(document, {})) == (ACCOUNT, "us-east-1")


def test_the_provider_without_an_alias_says_it() -> None:
    own = {"region": "eu-west-1", "allowed_account_ids": [OWN]}
    for provider in (own, [{"alias": "one", "region": "eu-x-1"}, own]):
        document = asked(provider)
        assert (account_of(document, {}), region_of(document, {})) == (OWN, "eu-west-1")


def test_variables_and_local_values_are_looked_up() -> None:
    provider = {"region": "${local.region}", "allowed_account_ids": "${var.accounts}"}
    document = asked(
        provider,
        locals={"region": "${var.region}"},
        variable={"region": {"default": "eu-west-1"}},
    )
    assert region_of(document, {}) == "eu-west-1"
    assert region_of(document, {"region": "eu-west-2"}) == "eu-west-2"
    assert account_of(document, {"accounts": [OWN]}) == OWN


def test_what_cannot_be_known_beforehand_is_refused() -> None:
    document = asked({"region": "eu-${var.one}-1", "allowed_account_ids": ["${var.account}"]})
    with pytest.raises(PlaceError, match=r"the Region of provider aws is eu-\$\{var\.one\}-1"):
        region_of(document, {"one": "west"})
    with pytest.raises(PlaceError, match=r"is rehearsal, no account's id: .* by --var"):
        account_of(document, {"account": "rehearsal"})


def test_a_value_that_goes_round_in_a_circle_is_none() -> None:
    document = asked({"region": "${local.a}"}, locals={"a": "${local.b}", "b": "${local.a}"})
    assert region_of(document, {}) == "us-east-1"
