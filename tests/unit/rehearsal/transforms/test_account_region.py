"""The account and the Region in which a document is rehearsed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navra_stacks.rehearsal.emulator.client import ACCOUNT
from navra_stacks.rehearsal.transforms.account_region import (
    AccountRegionError,
    provider_account,
    provider_region,
)

ALLOWED = "111122223333"


def with_provider(*providers: Any, **others: Any) -> dict[str, Any]:
    return {"provider": {"aws": list(providers)}, **others}


@pytest.mark.parametrize(
    "document", [{}, with_provider(), with_provider({"alias": "one", "region": "eu-x-1"})]
)
def test_a_document_without_account_and_region_gets_defaults(document: Any) -> None:
    assert provider_account(document, {}) == ACCOUNT
    assert provider_region(document, {}) == "us-east-1"


def test_account_and_region_are_those_of_the_provider_without_an_alias() -> None:
    default = {"region": "eu-west-1", "allowed_account_ids": [ALLOWED]}
    for providers in ([default], [{"alias": "one", "region": "eu-x-1"}, default]):
        document = with_provider(*providers)
        assert provider_account(document, {}) == ALLOWED
        assert provider_region(document, {}) == "eu-west-1"


@pytest.mark.parametrize(
    ("document", "values", "account"),
    [
        ({"resource": {"aws_x": {"a": {"role": "arn:aws:iam::%s:role/r"}}}}, {}, ALLOWED),
        ({"resource": {"aws_x": {"a": {"policy": '{"R": "arn:aws:sqs:x:%s:q"}'}}}}, {}, ALLOWED),
        ({"variable": {"arn": {"default": "arn:aws:sns:eu-west-1:%s:t"}}}, {}, ALLOWED),
        ({}, {"arn": "arn:aws-cn:sns:cn-north-1:%s:t"}, ALLOWED),
        # Several accounts, none, or no ARN.
        ({"locals": {"a": "arn:aws:iam::%s:role/r"}}, {"b": "arn:aws:iam::2222222222%s"}, ALLOWED),
        ({"locals": {"a": ["arn:aws:iam::%s:role/r", f"arn:aws:iam::{'9' * 12}:x"]}}, {}, ACCOUNT),
        ({"locals": {"a": ["arn:aws:s3:::bucket", "arn:aws:iam::aws:policy/p"]}}, {}, ACCOUNT),
        (with_provider({"allowed_account_ids": ["9" * 12]}, locals={"a": "%s"}), {}, "9" * 12),
    ],
    ids=str,
)
def test_without_allowed_account_ids_the_account_is_that_of_all_arns(
    document: dict[str, Any], values: dict[str, str], account: str
) -> None:
    filled = json.loads(json.dumps([document, values]).replace("%s", ALLOWED))
    assert provider_account(*filled) == account


def test_variables_and_local_values_are_resolved() -> None:
    provider = {"region": "${local.region}", "allowed_account_ids": "${var.accounts}"}
    document = with_provider(
        provider,
        locals={"region": "${var.region}"},
        variable={"region": {"default": "eu-west-1"}},
    )
    assert provider_region(document, {}) == "eu-west-1"
    assert provider_region(document, {"region": "eu-west-2"}) == "eu-west-2"
    assert provider_account(document, {"accounts": [ALLOWED]}) == ALLOWED


def test_a_value_that_is_unknown_before_the_apply_is_an_error() -> None:
    document = with_provider(
        {"region": "eu-${var.one}-1", "allowed_account_ids": ["${var.account}"]}
    )
    with pytest.raises(
        AccountRegionError, match=r"the Region of provider aws is eu-\$\{var\.one\}-1"
    ):
        provider_region(document, {"one": "west"})
    expected = r"is rehearsal, not an AWS account id of 12 digits: .* with --var"
    with pytest.raises(AccountRegionError, match=expected):
        provider_account(document, {"account": "rehearsal"})


def test_a_circular_reference_gets_the_default() -> None:
    document = with_provider(
        {"region": "${local.a}"}, locals={"a": "${local.b}", "b": "${local.a}"}
    )
    assert provider_region(document, {}) == "us-east-1"
