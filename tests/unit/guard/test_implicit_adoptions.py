"""Creations that adopt or overwrite an existing resource."""

import pytest

from tests.support.plan_fragments import CREATE, change, evaluated, refusals

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
