"""Statements of a policy that allow access to everybody, or everything."""

import json

import pytest

from navra_stacks.guard.policy_statements import exposing_statements

EVERYBODY = "a policy statement allows access to everybody"
EVERYTHING = "a policy statement allows all actions on all resources"


def effects(*statements):
    written = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return [why for _, why in exposing_statements(written)]


def allow(**members):
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | members


@pytest.mark.parametrize(
    "principal", ["*", ["*"], {"AWS": "*"}, {"AWS": ["arn:aws:iam::1:root", "*"]}, {"*": "*"}]
)
def test_a_statement_for_every_principal(principal):
    assert effects(allow(Principal=principal)) == [EVERYBODY]
    assert effects({**allow(Principal=principal), "Effect": "Deny"}) == []


def test_a_statement_for_all_principals_but_one():
    assert effects(allow(NotPrincipal={"AWS": "arn:aws:iam::1:root"})) == [EVERYBODY]


@pytest.mark.parametrize(
    "principal", [{"AWS": "arn:aws:iam::1:root"}, {"Service": "s3.amazonaws.com"}, {}, None, 1]
)
def test_a_statement_for_some_principals(principal):
    assert effects(allow(Principal=principal)) == []


@pytest.mark.parametrize(
    ("condition", "restricted"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"ArnLike": {"AWS:SourceArn": ["arn:aws:s3:::acme"]}}, True),
        ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpc": "v"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}}, False),
        ({"IpAddress": {"aws:SourceIp": "::/0"}}, False),
        ({"StringLike": {"aws:SourceAccount": "*"}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
        ({"StringNotEquals": {"aws:SourceVpc": "v"}}, False),
        ({"Null": {"aws:SourceVpc": "true"}}, False),
        ({}, False),
        (None, False),
        ("x", False),
    ],
)
def test_a_condition_that_limits_accounts_networks_or_resources(condition, restricted):
    found = effects(allow(Principal="*", Condition=condition))
    assert found == ([] if restricted else [EVERYBODY])


@pytest.mark.parametrize(
    ("action", "resource", "everything"),
    [
        ("*", "*", True),
        (["s3:*", "*"], ["*"], True),
        ("*:*", "*", True),
        ("s3:*", "*", False),
        ("*", "arn:aws:s3:::acme/*", False),
    ],
)
def test_a_statement_without_a_principal_that_allows_everything(action, resource, everything):
    found = effects(allow(Action=action, Resource=resource))
    assert found == ([EVERYTHING] if everything else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"Statement"',
        '{"Statement": 1}',
        '{"Statement": [1, []]}',
        '{"Statement": ' + "[" * 5000 + "]" * 5000 + "}",
    ],
)
def test_what_is_not_a_policy_has_no_statement(text):
    assert list(exposing_statements(text)) == []


def test_a_single_statement_may_be_written_without_a_list():
    text = json.dumps({"Statement": allow(Principal="*")})
    assert [why for _, why in exposing_statements(text)] == [EVERYBODY]
