"""A Terraform plan of any size, with its allow-list and inventory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.guard.adopted_resources import AdoptedResource
from navra_stacks.guard.allow_list import Waiver

__all__ = ["ENTRIES", "inventory_of", "plan_json", "waivers_of"]

ENTRIES = 20
"""The number of plan entries of one application."""

_CREATE, _DELETE, _UPDATE, _NO_OP = ["create"], ["delete"], ["update"], ["no-op"]
_REPLACE = ["delete", "create"]


def plan_json(entries: int) -> dict[str, Any]:
    """Return the JSON of a plan with applications that have `entries` entries in total.

    The entries have all actions, and the types for which the guard compares an entry with others:
    listener rules with new priorities, revisions that services use, buckets with their policies,
    and services that are created again.
    """
    changes = [
        change for number in range(entries // ENTRIES) for change in _application(f"web{number}")
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {},
        "resource_changes": changes,
        "complete": True,
        "errored": False,
    }


def waivers_of(entries: int) -> tuple[Waiver, ...]:
    """Return an allow-list with three waivers for each application, one of them misspelt."""
    return tuple(
        Waiver(address=address, action=action, reason="the application moves", **more)
        for number in range(entries // ENTRIES)
        for address, action, more in (
            (f"module.web{number}.aws_lb_target_group.web", "replace", {}),
            (f"module.web{number}.aws_db_*", "update", {"arguments": ("*",)}),
            (f"module.web{number}.aws_ecs_service.wbe", "delete", {}),
        )
    )


def inventory_of(entries: int) -> dict[str, AdoptedResource]:
    """Return an inventory with two resources of each application."""
    return {
        f"module.web{number}.{address}": AdoptedResource(
            f"{address}-{number}", {}, "inventory.json"
        )
        for number in range(entries // ENTRIES)
        for address in ("aws_lb.web", "aws_iam_role_policy.web")
    }


def _application(module: str) -> Iterator[dict[str, Any]]:
    def change(
        address: str,
        actions: list[str],
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        **more: Any,
    ) -> dict[str, Any]:
        return {
            "address": f"module.{module}.{address}",
            "mode": "managed",
            "type": address.partition(".")[0],
            "change": {
                "actions": actions,
                "before": None if before is None else dict(before),
                "after": None if after is None else dict(after),
                "after_unknown": {},
                **more,
            },
        }

    listener = {"listener_arn": f"arn:{module}"}
    rule = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}
    other_rule = rule | {"from_port": 80, "to_port": 80}
    revision = {"family": module, "revision": 7, "arn": f"arn:aws:ecs:::task/{module}:7"}
    service = {"name": module, "task_definition": revision["arn"], "desired_count": 2}
    policy = {"role": module, "policy": _policy("s3:GetObject")}
    record = {"name": f"{module}.example", "type": "A", "ttl": 60}
    yield change("aws_lb.web", _UPDATE, {"idle_timeout": 60}, {"idle_timeout": 90})
    yield change("aws_lb_listener.web", _NO_OP, {"port": 443}, {"port": 443})
    for name, actions, before, after in (
        ("api", _UPDATE, 10, 20),
        ("hooks", _UPDATE, 20, 30),
        ("web", _NO_OP, 40, 40),
    ):
        priorities = [listener | {"priority": priority} for priority in (before, after)]
        yield change(f"aws_lb_listener_rule.{name}", actions, *priorities)
    yield change("aws_lb_listener_rule.new", _CREATE, None, listener | {"priority": 40})
    yield change(
        "aws_lb_target_group.web",
        _REPLACE,
        {"name": module, "port": 80},
        {"name": module, "port": 8080},
        replace_paths=[["port"]],
    )
    yield change("aws_ecs_task_definition.web", _REPLACE, revision, {"family": module})
    yield change("aws_ecs_service.web", _UPDATE, service, service | {"desired_count": 0})
    yield change("aws_ecs_service.api", _REPLACE, service, service, replace_paths=[["name"]])
    yield change(
        "aws_security_group.web", _UPDATE, {"ingress": [rule, other_rule]}, {"ingress": [rule]}
    )
    yield change(
        "aws_vpc_security_group_ingress_rule.web", _DELETE, {"cidr_ipv4": "10.0.0.0/8"}, None
    )
    yield change("aws_s3_bucket.logs", _CREATE, None, {"bucket": f"{module}-logs"})
    yield change(
        "aws_s3_bucket_policy.logs", _CREATE, None, {"bucket": f"{module}-logs", "policy": "{}"}
    )
    yield change(
        "aws_iam_role_policy.web", _UPDATE, policy, policy | {"policy": _policy("s3:PutObject")}
    )
    yield change(
        "aws_cloudwatch_log_group.web", _UPDATE, {"retention_in_days": 30}, {"retention_in_days": 7}
    )
    yield change("aws_cloudwatch_metric_alarm.web", _CREATE, None, {"alarm_name": module})
    yield change(
        "aws_db_instance.web",
        _UPDATE,
        {"deletion_protection": True},
        {"deletion_protection": False},
    )
    yield change("aws_route53_record.web", _NO_OP, record, record)
    yield change("aws_route53_record.new", _CREATE, None, record | {"allow_overwrite": True})


def _policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::logs/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
