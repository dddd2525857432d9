"""Mistakes in the arguments that Terraform itself defines are found."""

from __future__ import annotations

import pytest

from tests.support.document_builder import document
from tests.unit.check_schema.mistake import Mistake, assert_found

MISTAKES = [
    Mistake(
        "a typo in a lifecycle",
        "aws_ecs_service.api",
        ("lifecycle", "ignore_change"),
        [],
        "lifecycle.ignore_change",
        "the lifecycle of a resource has no argument",
        "use ignore_changes",
    ),
    Mistake(
        "an unknown ignored argument",
        "aws_ecs_service.api",
        ("lifecycle", "ignore_changes", 0),
        "desired_counts",
        "lifecycle.ignore_changes[0]",
        'no argument "desired_counts"',
        'use "desired_count"',
    ),
    Mistake(
        "all ignored arguments in a list",
        "aws_ecs_service.api",
        ("lifecycle", "ignore_changes"),
        ["all"],
        "lifecycle.ignore_changes[0]",
        'no argument "all"',
        'set ignore_changes to "all"',
    ),
    Mistake(
        "a number for prevent_destroy",
        "aws_db_instance.main",
        ("lifecycle",),
        {"prevent_destroy": 1},
        "lifecycle.prevent_destroy",
        "must be a bool",
    ),
    Mistake(
        "two lifecycles",
        "aws_db_instance.main",
        ("lifecycle",),
        [{"prevent_destroy": True}, {"create_before_destroy": True}],
        "lifecycle",
        "Terraform accepts 1 block lifecycle",
    ),
    Mistake(
        "a lifecycle of a data source",
        "data.aws_vpc.main",
        ("lifecycle",),
        {"prevent_destroy": True},
        "lifecycle.prevent_destroy",
        "the lifecycle of a data source has no argument",
    ),
    Mistake(
        "a provisioner of a data source",
        "data.aws_vpc.main",
        ("provisioner",),
        {"local-exec": {"command": "date"}},
        "provisioner",
        "no argument",
    ),
    Mistake(
        "a list for for_each",
        "aws_lb.main",
        ("for_each",),
        ["a", "b"],
        "for_each",
        "must be a map or a set of strings",
        "toset()",
    ),
    Mistake("a negative count", "aws_lb.main", ("count",), -1, "count", "0 or more"),
    Mistake("a bool for count", "aws_lb.main", ("count",), True, "count", "not the bool true"),
    Mistake(
        "an address for depends_on",
        "aws_lb.main",
        ("depends_on",),
        "aws_vpc.main",
        "depends_on",
        "must be a list of addresses",
    ),
    Mistake(
        "an unknown dynamic block",
        "aws_lb.main",
        ("dynamic",),
        {"subnet_mappings": {"for_each": [1], "content": {"subnet_id": "subnet-1"}}},
        "dynamic.subnet_mappings",
        'no nested block "subnet_mappings"',
        'use "subnet_mapping"',
    ),
    Mistake(
        "a dynamic argument",
        "aws_lb.main",
        ("dynamic",),
        {"subnets": {"for_each": [1], "content": {}}},
        "dynamic.subnets",
        "not a nested block",
    ),
    Mistake(
        "a dynamic block without content",
        "aws_lb.main",
        ("dynamic",),
        {"subnet_mapping": {"for_each": [1]}},
        "dynamic.subnet_mapping.content",
        "required in a dynamic block",
    ),
    Mistake(
        "a typo in the content of a dynamic block",
        "aws_lb.main",
        ("dynamic",),
        {"subnet_mapping": {"for_each": [1], "content": {"subnet": "subnet-1"}}},
        "dynamic.subnet_mapping.content.subnet",
        "no argument",
        'use "subnet_id"',
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.title for mistake in MISTAKES])
def test_a_mistake_in_a_meta_argument_is_found(check, mistake: Mistake):
    assert_found(check, mistake)


def test_count_and_for_each_exclude_each_other(check):
    body = {"count": 1, "for_each": {}, "name": "shop"}
    (finding,) = check(document({"aws_lb.main": body}).content)
    assert finding.argument == "for_each"
    assert "not both" in finding.message
