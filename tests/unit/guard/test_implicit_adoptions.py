"""Creations that adopt or overwrite an existing resource."""

import pytest

from navra_stacks.guard.takeover_types import TAKEOVERS
from tests.support.plan_fragments import CREATE, NO_OP, REPLACE, change, evaluated, refusals

DEFAULTS = [
    ("aws_default_security_group", "vpc_id"),
    ("aws_default_network_acl", "default_network_acl_id"),
    ("aws_default_route_table", "default_route_table_id"),
]


@pytest.mark.parametrize(("type_", "argument"), DEFAULTS)
def test_a_creation_that_empties_the_defaults_of_an_existing_vpc_is_refused(type_, argument):
    address = f"{type_}.default"
    emptied = change(address, CREATE, None, {argument: "id-1"})
    assert refusals(evaluated(emptied)) == {
        address: f"create: it adopts an existing resource ({argument} = id-1); rules and routes "
        "that the configuration does not contain would be deleted"
    }
    assert not evaluated(change(address, CREATE, None, {}, unknown={argument: True})).refused


@pytest.mark.parametrize("type_", sorted(TAKEOVERS))
def test_a_creation_for_an_owner_that_exists_is_refused(type_):
    takeover = TAKEOVERS[type_]
    values = {takeover.owner or "other": "acme"} | dict([takeover.condition or ("a", 1)])
    created = change(f"{type_}.it", CREATE, None, values)
    assert refusals(evaluated(created))[f"{type_}.it"].endswith(f"; {takeover.loss}")
    if takeover.condition is not None:
        values[takeover.condition[0]] = None
        assert not evaluated(change(f"{type_}.it", CREATE, None, values)).refused
    if takeover.owner is not None:
        unknown = change(f"{type_}.it", CREATE, None, {}, unknown={takeover.owner: True})
        assert not evaluated(unknown).refused


def test_a_creation_for_an_owner_that_the_plan_creates_or_replaces_is_allowed():
    policy = change("aws_s3_bucket_policy.it", CREATE, None, {"bucket": "acme"})
    bucket = change("aws_s3_bucket.it", CREATE, None, {"bucket": "acme"})
    assert not evaluated(policy, bucket).refused
    existing = change("aws_s3_bucket.it", NO_OP, {"bucket": "acme"}, {"bucket": "acme"})
    assert "aws_s3_bucket_policy.it" in refusals(evaluated(policy, existing))
    other = change("aws_s3_bucket_acl.it", CREATE, None, {"bucket": "acme"})
    assert set(refusals(evaluated(policy, other))) == {
        "aws_s3_bucket_policy.it",
        "aws_s3_bucket_acl.it",
    }
    again = change("aws_s3_bucket.it", REPLACE, {"bucket": "acme"}, {"bucket": "acme"})
    assert "aws_s3_bucket_policy.it" not in refusals(evaluated(policy, again))


def test_a_sensitive_name_of_an_owner_is_not_shown():
    parameter = change(
        "aws_ssm_parameter.it",
        CREATE,
        None,
        {"name": "/secret", "overwrite": True},
        sensitive={"name": True},
    )
    assert "name = (value hidden)" in refusals(evaluated(parameter))["aws_ssm_parameter.it"]


def record(**more):
    return change("aws_route53_record.web", CREATE, None, {"type": "A"} | more)


def test_a_creation_that_overwrites_an_existing_record_is_refused():
    overwritten = record(name="shop.example.com", allow_overwrite=True)
    assert refusals(evaluated(overwritten)) == {
        "aws_route53_record.web": "create: `allow_overwrite` is true; an existing record for "
        "shop.example.com would be overwritten"
    }
    assert not evaluated(record(name="shop.example.com", allow_overwrite=None)).refused


def test_a_domain_validation_record_may_be_overwritten():
    assert not evaluated(record(name="_0f.shop.example.com", allow_overwrite=True)).refused
    unknown = change(
        "aws_route53_record.validation",
        CREATE,
        None,
        {"allow_overwrite": True},
        unknown={"name": True},
    )
    assert not evaluated(unknown).refused
