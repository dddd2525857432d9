"""Creations that take over what exists."""

import pytest

from tests.support.plan_fragments import CREATE, change, judged, refusals

DEFAULTS = [
    ("aws_default_security_group", "vpc_id"),
    ("aws_default_network_acl", "default_network_acl_id"),
    ("aws_default_route_table", "default_route_table_id"),
]


@pytest.mark.parametrize(("type_", "argument"), DEFAULTS)
def test_what_a_vpc_has_from_the_beginning_is_not_emptied(type_, argument):
    address = f"{type_}.default"
    emptied = change(address, CREATE, None, {argument: "id-1"})
    assert refusals(judged(emptied)) == {
        address: "create: it takes over that of id-1; the rules in it that are not described "
        "are lost"
    }
    assert not judged(change(address, CREATE, None, {}, unknown={argument: True})).refused


def record(**more):
    return change("aws_route53_record.web", CREATE, None, {"type": "A"} | more)


def test_a_record_that_exists_is_not_written_over():
    over = record(name="shop.example.com", allow_overwrite=True)
    assert refusals(judged(over)) == {
        "aws_route53_record.web": "create: allow_overwrite is true; a record of shop.example.com "
        "that exists is written over"
    }
    assert not judged(record(name="shop.example.com", allow_overwrite=None)).refused


def test_a_record_that_proves_a_domain_may_be_written_over():
    assert not judged(record(name="_0f.shop.example.com", allow_overwrite=True)).refused
    unknown = change(
        "aws_route53_record.proof", CREATE, None, {"allow_overwrite": True}, unknown={"name": True}
    )
    assert not judged(unknown).refused
