"""Descriptions of resources contain no credentials."""

from __future__ import annotations

import pytest

from navra_stacks.account.finders.matching import describe
from tests.support.credentials import CREDENTIALS


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_description_or_tag_that_looks_like_a_credential_is_hidden(value: str) -> None:
    assert value not in describe(f"see {value}", tags={"note": value})


def test_a_tag_with_the_name_of_a_secret_is_hidden() -> None:
    assert describe("web", tags={"db_password": "hunter2"}) == "web, db_password=(not shown)"
