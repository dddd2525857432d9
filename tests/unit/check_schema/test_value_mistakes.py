"""Values of the wrong type, and values that the AWS API rejects, are found."""

from __future__ import annotations

import pytest

from navra_stacks.check.finding import Severity
from tests.support.document_builder import document
from tests.unit.check_schema.mistake import RULE, Mistake, assert_found

MISTAKES = [
    Mistake(
        "a list for a string",
        "aws_lb.main",
        ("name",),
        ["shop"],
        "name",
        'must be a string, not the list ["shop"]',
        'set it to "shop"',
    ),
    Mistake(
        "an object for a string",
        "aws_iam_role.task",
        ("assume_role_policy",),
        {"Version": "2012-10-17"},
        "assume_role_policy",
        "must be a string, not the object",
        "jsonencode()",
    ),
    Mistake(
        "a string for a list",
        "aws_lb.main",
        ("subnets",),
        "subnet-1",
        "subnets",
        'must be a list of strings, not the string "subnet-1"',
        'set it to ["subnet-1"]',
    ),
    Mistake(
        "an object in a list of strings",
        "aws_lb.main",
        ("subnets", 1),
        {"id": "subnet-2"},
        "subnets[1]",
        "must be a string",
    ),
    Mistake(
        "a list for a map",
        "aws_lb.main",
        ("tags",),
        [{"Name": "shop"}],
        "tags",
        "must be a map of strings",
        "set it to an object",
    ),
    Mistake(
        "an object in a map of strings",
        "aws_lb.main",
        ("tags",),
        {"Name": {"a": "b"}},
        "tags.Name",
        "must be a string",
    ),
    Mistake(
        "a text for a number",
        "aws_lb_listener.https",
        ("port",),
        "https",
        "port",
        'must be a number, not the string "https"',
    ),
    Mistake(
        "a bool for a number",
        "aws_ecs_service.api",
        ("desired_count",),
        True,
        "desired_count",
        "must be a number, not the bool true",
    ),
    Mistake(
        "a text for a bool",
        "aws_lb.main",
        ("internal",),
        "yes",
        "internal",
        'must be a bool, not the string "yes"',
        "set it to true or false",
    ),
    Mistake(
        "a number for a bool",
        "aws_lb.main",
        ("internal",),
        1,
        "internal",
        "must be a bool, not the number 1",
    ),
    Mistake(
        "a text for a block",
        "aws_lb.main",
        ("access_logs",),
        "logs",
        "access_logs",
        'must be an object, not the string "logs"',
        "bucket, enabled, prefix",
    ),
    Mistake(
        "an expression for a block",
        "aws_lb.main",
        ("access_logs",),
        "${var.access_logs}",
        "access_logs",
        "cannot be the expression",
        "dynamic block",
    ),
    Mistake(
        "an object for a list of objects",
        "aws_security_group.api",
        ("ingress",),
        RULE,
        "ingress",
        "must be a list of objects",
    ),
    Mistake(
        "an object that does not set all attributes",
        "aws_security_group.api",
        ("ingress",),
        [{name: value for name, value in RULE.items() if value is not None}],
        "ingress[0]",
        "it does not set description, ipv6_cidr_blocks, prefix_list_ids, security_groups, self",
        "set them, to null",
    ),
    Mistake(
        "an unknown value of an enumeration",
        "aws_ecs_service.api",
        ("launch_type",),
        "FARGAT",
        "launch_type",
        "the AWS API accepts EC2, FARGATE, EXTERNAL",
        'set it to "FARGATE"',
    ),
    Mistake(
        "a value of an enumeration in lower case",
        "aws_s3_bucket_versioning.logs",
        ("versioning_configuration", "status"),
        "enabled",
        "versioning_configuration.status",
        "the AWS API accepts Enabled",
        'set it to "Enabled"',
    ),
    Mistake(
        "an unknown value in a list",
        "aws_ecs_task_definition.api",
        ("requires_compatibilities", 0),
        "FARGATE_SPOT",
        "requires_compatibilities[0]",
        "the AWS API accepts EC2, FARGATE",
    ),
    Mistake(
        "a name that is too long",
        "aws_iam_role.task",
        ("name",),
        "x" * 65,
        "name",
        "it has 65 characters, and the AWS API accepts 1 to 64 (iam CreateRole RoleName)",
    ),
    Mistake(
        "a name with capital letters",
        "aws_ecr_repository.api",
        ("name",),
        "Shop/API",
        "name",
        "does not match the pattern",
    ),
    Mistake(
        "a name with a space",
        "aws_cloudwatch_log_group.api",
        ("name",),
        "shop api",
        "name",
        "does not match the pattern",
    ),
    Mistake(
        "a port that does not exist",
        "aws_lb_target_group.api",
        ("port",),
        80800,
        "port",
        "it is 80800, and the AWS API accepts 1 to 65535",
    ),
    Mistake(
        "an interval that is too short",
        "aws_lb_target_group.api",
        ("health_check", "interval"),
        "2",
        "health_check.interval",
        "it is 2, and the AWS API accepts 5 to 300",
    ),
    Mistake(
        "an unknown record type",
        "aws_route53_record.www",
        ("type",),
        "ALIAS",
        "type",
        "the AWS API accepts SOA, A",
    ),
    Mistake(
        "an unknown statistic",
        "aws_cloudwatch_metric_alarm.errors",
        ("statistic",),
        "Avg",
        "statistic",
        "the AWS API accepts SampleCount, Average",
    ),
    Mistake(
        "an unknown scope",
        "aws_wafv2_web_acl.main",
        ("scope",),
        "GLOBAL",
        "scope",
        "the AWS API accepts CLOUDFRONT, REGIONAL",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.title for mistake in MISTAKES])
def test_a_mistake_in_a_value_is_found(check, mistake: Mistake):
    assert_found(check, mistake)


def test_an_unknown_attribute_of_an_object_is_less_severe(check):
    # Terraform accepts it, and ignores it.
    rule = RULE | {"cidr_block": "10.0.0.0/8"}
    (finding,) = check(document({"aws_security_group.api": {"ingress": [rule]}}).content)
    assert finding.argument == "ingress[0].cidr_block"
    assert finding.repair == 'use "cidr_blocks"'
    assert finding.severity == Severity.MEDIUM
