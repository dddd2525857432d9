"""Unknown, missing and misplaced arguments, blocks and types are found."""

from __future__ import annotations

import pytest

from tests.support.document_builder import document
from tests.unit.check_schema.mistake import ABSENT, BODIES, Mistake, assert_found

MISTAKES = [
    Mistake(
        "a typo in an argument",
        "aws_lb.main",
        ("intrenal",),
        True,
        "intrenal",
        'hashicorp/aws 6.25.0 has no argument "intrenal"',
        'use "internal"',
    ),
    Mistake(
        "camel case",
        "aws_ecs_service.api",
        ("desiredCount",),
        2,
        "desiredCount",
        'no argument "desiredCount"',
        'use "desired_count"',
    ),
    Mistake(
        "a hyphen",
        "aws_lb.main",
        ("ip-address-type",),
        "ipv4",
        "ip-address-type",
        "no argument",
        'use "ip_address_type"',
    ),
    Mistake(
        "a typo in an argument of a block",
        "aws_lb.main",
        ("access_logs", "bukcet"),
        "logs",
        "access_logs.bukcet",
        'block access_logs of hashicorp/aws 6.25.0 has no argument "bukcet"',
        'use "bucket"',
    ),
    Mistake(
        "a typo in the name of a block",
        "aws_lb.main",
        ("acess_logs",),
        {"bucket": "logs"},
        "acess_logs",
        "no argument",
        'use "access_logs"',
    ),
    Mistake(
        "a typo in an argument of a block in a list",
        "aws_lb_listener.https",
        ("default_action", 0, "target_group"),
        "arn",
        "default_action[0].target_group",
        "no argument",
        'use "target_group_arn"',
    ),
    Mistake(
        "an argument of a nested block in the body",
        "aws_lb_target_group.api",
        ("unhealthy_threshold",),
        3,
        "unhealthy_threshold",
        "no argument",
        "move it into the block health_check",
    ),
    Mistake(
        "an argument of the body in a nested block",
        "aws_lb_target_group.api",
        ("health_check", "deregistration_delay"),
        30,
        "health_check.deregistration_delay",
        "no argument",
        "move it out of the block",
    ),
    Mistake(
        "an argument of another type",
        "aws_iam_role.task",
        ("retention_in_days",),
        30,
        "retention_in_days",
        "no argument",
        "remove it",
    ),
    Mistake(
        "a missing required argument",
        "aws_iam_role.task",
        ("assume_role_policy",),
        ABSENT,
        "assume_role_policy",
        'requires the argument "assume_role_policy"',
        "set assume_role_policy to a string",
    ),
    Mistake(
        "null for a required argument",
        "aws_iam_role.task",
        ("assume_role_policy",),
        None,
        "assume_role_policy",
        "null counts as not set",
    ),
    Mistake(
        "a missing required block",
        "aws_lb_listener.https",
        ("default_action",),
        ABSENT,
        "default_action",
        'requires at least 1 block "default_action"',
        "add a block default_action",
    ),
    Mistake(
        "an empty list for a required block",
        "aws_lb_listener.https",
        ("default_action",),
        [],
        "default_action",
        "requires at least 1 block",
    ),
    Mistake(
        "a missing required argument of a block",
        "aws_lb.main",
        ("access_logs", "bucket"),
        ABSENT,
        "access_logs.bucket",
        'requires the argument "bucket"',
    ),
    Mistake(
        "a single block twice",
        "aws_lb.main",
        ("access_logs",),
        [{"bucket": "a"}, {"bucket": "b"}],
        "access_logs",
        "it has 2 blocks, and hashicorp/aws 6.25.0 accepts at most 1",
    ),
    Mistake(
        "timeouts twice",
        "aws_lb.main",
        ("timeouts",),
        [{"create": "5m"}, {"create": "9m"}],
        "timeouts",
        "it has 2 blocks",
    ),
    Mistake(
        "an unknown timeout",
        "aws_lb.main",
        ("timeouts",),
        {"read": "5m"},
        "timeouts.read",
        'no argument "read"',
    ),
    Mistake(
        "an attribute of the provider",
        "aws_lb.main",
        ("dns_name",),
        "lb.example.com",
        "dns_name",
        "an attribute of hashicorp/aws 6.25.0 that cannot be set",
        "remove dns_name",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.title for mistake in MISTAKES])
def test_a_mistake_in_an_argument_is_found(check, mistake: Mistake):
    assert_found(check, mistake)


def test_the_document_without_a_mistake_has_no_finding(check):
    assert check(document(BODIES).content) == []


def test_a_misspelled_required_argument_is_one_finding(check):
    body = {"name": "task", "asume_role_policy": "{}"}
    (finding,) = check(document({"aws_iam_role.task": body}).content)
    assert finding.argument == "asume_role_policy"


@pytest.mark.parametrize(
    ("address", "message", "repair"),
    [
        ("aws_ecs_servce.api", "has no resource aws_ecs_servce", "use aws_ecs_service"),
        ("aws_caller_identity.me", "it is a data source", 'declare it under "data"'),
        ("data.aws_ecs_services.x", "has no data source", "use aws_ecs_service"),
        ("data.aws_s3_bucket_versioning.x", "it is a resource", 'declare it under "resource"'),
        ("aws_quantum_teleporter.x", "has no resource", "use a type of this version"),
    ],
)
def test_an_unknown_type_is_found(check, address: str, message: str, repair: str):
    (finding,) = check(document({address: {}}).content)
    assert (finding.address, finding.argument) == (address, "")
    assert message in finding.message
    assert repair in finding.repair


@pytest.mark.parametrize(
    ("provider", "address", "argument"),
    [
        ({"regoin": "us-east-1"}, "provider.aws", "regoin"),
        ({"alias": "west", "max_retries": "many"}, "provider.aws.west", "max_retries"),
        ({"default_tags": [{"tag": {}}]}, "provider.aws", "default_tags[0].tag"),
        ({"default_tags": "x"}, "provider.aws", "default_tags"),
    ],
)
def test_a_mistake_in_a_provider_is_found(check, provider, address, argument):
    (finding,) = check({"provider": {"aws": [provider]}})
    assert (finding.address, finding.argument) == (address, argument)
