"""Mistakes in a small document, and the findings that they must result in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from navra_stacks.check.finding import Finding, Severity
from tests.support.document_builder import document

Check = Callable[[Mapping[str, Any]], list[Finding]]

RULE: dict[str, Any] = {
    "cidr_blocks": ["10.0.0.0/8"],
    "description": None,
    "from_port": 80,
    "ipv6_cidr_blocks": None,
    "prefix_list_ids": None,
    "protocol": "tcp",
    "security_groups": None,
    "self": None,
    "to_port": 80,
}
LISTENER: dict[str, Any] = {
    "load_balancer_arn": "${aws_lb.main.arn}",
    "port": 443,
    "protocol": "HTTPS",
    "default_action": [{"type": "forward", "target_group_arn": "${aws_lb_target_group.api.arn}"}],
}
BODIES: dict[str, dict[str, Any]] = {
    "aws_lb.main": {
        "name": "shop",
        "internal": False,
        "subnets": ["subnet-1", "subnet-2"],
        "access_logs": {"bucket": "logs", "enabled": True},
    },
    "aws_lb_listener.https": LISTENER,
    "aws_lb_target_group.api": {
        "name": "api",
        "port": 80,
        "protocol": "HTTP",
        "target_type": "ip",
        "vpc_id": "vpc-1",
        "health_check": {"path": "/health", "interval": 30, "timeout": 5},
    },
    "aws_ecs_service.api": {
        "name": "api",
        "cluster": "${aws_ecs_cluster.main.id}",
        "task_definition": "${aws_ecs_task_definition.api.arn}",
        "desired_count": 2,
        "launch_type": "FARGATE",
        "network_configuration": {"subnets": ["subnet-1"], "assign_public_ip": False},
        "load_balancer": [
            {"target_group_arn": "arn", "container_name": "api", "container_port": 80}
        ],
        "lifecycle": {"ignore_changes": ["desired_count"]},
    },
    "aws_ecs_task_definition.api": {
        "family": "api",
        "container_definitions": "[]",
        "network_mode": "awsvpc",
        "requires_compatibilities": ["FARGATE"],
    },
    "aws_db_instance.main": {
        "instance_class": "db.t4g.micro",
        "engine": "postgres",
        "backup_retention_period": 7,
    },
    "aws_iam_role.task": {"name": "task", "assume_role_policy": "{}"},
    "aws_ecr_repository.api": {"name": "shop/api", "image_tag_mutability": "IMMUTABLE"},
    "aws_cloudwatch_log_group.api": {"name": "/shop/api", "retention_in_days": 30},
    "aws_security_group.api": {
        "name": "api",
        "vpc_id": "vpc-1",
        "ingress": [RULE],
    },
    "aws_wafv2_web_acl.main": {
        "name": "shop",
        "scope": "REGIONAL",
        "default_action": {"allow": {}},
        "visibility_config": {
            "cloudwatch_metrics_enabled": True,
            "metric_name": "shop",
            "sampled_requests_enabled": True,
        },
    },
    "aws_route53_record.www": {"name": "www", "zone_id": "Z1", "type": "A", "records": ["1.2.3.4"]},
    "aws_s3_bucket_versioning.logs": {
        "bucket": "logs",
        "versioning_configuration": {"status": "Enabled"},
    },
    "aws_cloudwatch_metric_alarm.errors": {
        "alarm_name": "errors",
        "comparison_operator": "GreaterThanThreshold",
        "evaluation_periods": 1,
        "statistic": "Sum",
    },
    "data.aws_vpc.main": {"id": "vpc-1"},
}

ABSENT = object()


class Mistake(NamedTuple):
    """A change of one value of `BODIES`, and the finding that must result from it."""

    title: str
    address: str
    path: tuple[str | int, ...]
    value: Any
    argument: str
    """The argument of the finding."""
    message: str
    """A part of the message."""
    repair: str = ""
    """A part of the repair."""


def changed(mistake: Mistake) -> dict[str, dict[str, Any]]:
    bodies = copy.deepcopy(BODIES)
    *outer, last = mistake.path
    container: Any = bodies[mistake.address]
    for key in outer:
        container = container[key]
    if mistake.value is ABSENT:
        del container[last]
    else:
        container[last] = mistake.value
    return bodies


def assert_found(check: Check, mistake: Mistake) -> None:
    """Check that a mistake has one finding at its place, and no findings at other addresses."""
    found = check(document(changed(mistake)).content)
    at_place = [finding for finding in found if finding.argument == mistake.argument]
    assert [finding.address for finding in at_place] == [mistake.address], found
    (finding,) = at_place
    assert mistake.message in finding.message
    assert mistake.repair in finding.repair
    assert finding.rule == "schema"
    assert finding.severity == Severity.HIGH
    assert {other.address for other in found} == {mistake.address}
