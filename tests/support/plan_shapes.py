"""Shapes of plans with the expected evaluation, and the contexts in which a shape occurs.

`generate` returns a plan document for each shape in each context. The file is long, because it is a
table.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.support.plan_fragments import (
    CREATE,
    DELETE,
    FORGET,
    NO_OP,
    REPLACE,
    UPDATE,
    change,
    plan_json,
)

CREATE_FIRST = ["create", "delete"]

Plan = dict[str, Any]
Changes = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Shape:
    """The changes of a plan, and how the guard evaluates them."""

    verdict: Literal["accepted", "warned", "refused"]
    """``warned``: accepted by default, and refused with ``--security``."""

    why: str
    """A part of the sentence of a finding with this verdict; empty for any."""

    changes: Changes

    source: str = ""
    """The public page with a plan of this shape. Empty for a shape of our own."""


def updated(
    type_: str, before: Mapping[str, Any], after: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    """Return an update in place of the resource ``it`` of a type."""
    return change(f"{type_}.it", UPDATE, before, {**before, **after}, **more)


def created(type_: str, unknown: tuple[str, ...] = (), **after: Any) -> dict[str, Any]:
    """Return a creation of the resource ``it`` of a type."""
    return change(f"{type_}.it", CREATE, None, after, unknown=dict.fromkeys(unknown, True))


def replaced(
    type_: str, *forced_by: str, actions: list[str] = REPLACE, **before: Any
) -> dict[str, Any]:
    """Return a replacement that is forced by arguments with unknown new values."""
    return change(
        f"{type_}.it",
        actions,
        {**dict.fromkeys(forced_by, "old"), **before},
        before,
        forced_by=[[name] for name in forced_by],
        unknown=dict.fromkeys(forced_by, True),
        action_reason="replace_because_cannot_update",
    )


def deleted(type_: str, **before: Any) -> dict[str, Any]:
    """Return a deletion of the resource ``it`` of a type."""
    return change(f"{type_}.it", DELETE, before, action_reason="delete_because_no_resource_config")


def rule(name: str, actions: list[str], before: int | None, after: int | None) -> dict[str, Any]:
    """Return the change of a listener rule with its priority before and after."""
    values = [
        {"listener_arn": "arn:listener", "priority": priority, "condition": [name]}
        for priority in (before, after)
    ]
    return change(f"aws_lb_listener_rule.{name}", actions, *values)


def ports(first: int, last: int, *cidrs: str, **more: Any) -> dict[str, Any]:
    """Return an inline rule of a security group."""
    empty: dict[str, Any] = {"ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": []}
    given = {"from_port": first, "to_port": last, "protocol": "tcp", "self": False}
    return empty | given | {"cidr_blocks": list(cidrs)} | more


def policy(**statement: Any) -> str:
    """Return a policy with one statement that allows something."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


# Contexts


def _map_addresses(changes: Changes, edit: Callable[[str], str]) -> list[dict[str, Any]]:
    return [{**copy.deepcopy(it), "address": edit(it["address"])} for it in changes]


def alone(changes: Changes) -> Plan:
    return plan_json(*changes)


def in_a_module(changes: Changes) -> Plan:
    prefix = 'module.shops["eu.west\\"1"].module.web[0]'
    edited = _map_addresses(changes, lambda address: f"{prefix}.{address}")
    return plan_json(*({**it, "module_address": prefix} for it in edited))


def with_for_each(changes: Changes) -> Plan:
    def edit(address: str) -> str:
        return re.sub(r"\[[^\]]*\]$", "", address) + '["a[0].b"]'

    return plan_json(*({**it, "index": "a[0].b"} for it in _map_addresses(changes, edit)))


def among_others(changes: Changes) -> Plan:
    """Return a plan with unchanged resources, data sources, drift, outputs and a configuration."""
    others = (
        change("aws_vpc.other", NO_OP, {"id": "vpc-1"}, {"id": "vpc-1"}),
        change("data.aws_iam_policy_document.other", ["read"]) | {"mode": "data"},
        change("aws_cloudwatch_metric_alarm.other", CREATE, None, {"alarm_name": "other"}),
        change("aws_instance.other", UPDATE, {"tags": {}}, {"tags": {"Name": "other"}}),
    )
    resources = [{"mode": "managed", "type": "aws_vpc", "name": "other", "expressions": {}}]
    return plan_json(
        *others[:2],
        *changes,
        *others[2:],
        resource_drift=[change("aws_db_instance.other", DELETE)],
        output_changes={"url": {"actions": ["update"], "before": "a", "after": "b"}},
        prior_state={"format_version": "1.0", "values": {"root_module": {}}},
        configuration={"root_module": {"resources": resources}},
        relevant_attributes=[{"resource": "aws_vpc.other", "attribute": ["id"]}],
    )


def from_an_early_version(changes: Changes) -> Plan:
    """Return a plan as Terraform 1.1 prints it: fewer members, and no marks."""
    plan = plan_json(*copy.deepcopy(changes), format_version="1.0", terraform_version="1.1.9")
    for it in plan["resource_changes"]:
        it["change"].pop("before_sensitive")
        it["change"].pop("after_sensitive")
    del plan["complete"], plan["errored"]
    return plan


CONTEXTS: tuple[Callable[[Changes], Plan], ...] = (
    alone,
    in_a_module,
    with_for_each,
    among_others,
    from_an_early_version,
)


def generate(shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Shape, Plan]]:
    """Yield a name, the shape and the plan document for each shape in each context."""
    for name, shape in shapes.items():
        for context in CONTEXTS:
            yield f"{name}, {context.__name__}", shape, context(shape.changes)


ROUTE = {"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}
HTTPS = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.0.0.0/8"}
ACL_ALLOW = {"rule_no": 100, "action": "allow", "protocol": "6", "from_port": 443, "to_port": 443}
ACL_ALLOW |= {"cidr_block": "10.0.0.0/8"}
EVERYBODY = policy(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::acme/*")
ONE_ACCOUNT = policy(
    Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="s3:*", Resource="*"
)

OWN: Mapping[str, Shape] = {
    # Creations
    "policy of an existing key": Shape(
        "refused",
        "an existing policy of the key would be replaced",
        (created("aws_kms_key_policy", key_id="1111-1111", policy="{}"),),
    ),
    "policy of a new key": Shape(
        "accepted", "", (created("aws_kms_key_policy", ("key_id",), policy="{}"),)
    ),
    "policy of a new bucket with a known name": Shape(
        "accepted",
        "",
        (
            created("aws_s3_bucket_policy", bucket="acme", policy=ONE_ACCOUNT),
            created("aws_s3_bucket", ("id",), bucket="acme"),
        ),
    ),
    "two configurations of an existing bucket": Shape(
        "refused",
        "an existing versioning status of the bucket would be replaced",
        (
            created("aws_s3_bucket_policy", bucket="acme", policy=ONE_ACCOUNT),
            created("aws_s3_bucket_versioning", bucket="acme"),
        ),
    ),
    "parameter that overwrites": Shape(
        "refused",
        "the value of an existing parameter would be overwritten",
        (created("aws_ssm_parameter", name="/acme/db", overwrite=True),),
    ),
    "parameter that does not overwrite": Shape(
        "accepted", "", (created("aws_ssm_parameter", name="/acme/db", overwrite=None),)
    ),
    "setting of the account": Shape(
        "refused",
        "the account has only one of it",
        (created("aws_s3_account_public_access_block", block_public_acls=True),),
    ),
    "exclusive policies of an existing role": Shape(
        "refused",
        "inline policies of the role that the configuration does not contain would be removed",
        (created("aws_iam_role_policies_exclusive", role_name="web", policy_names=["a"]),),
    ),
    "exclusive policies of a new role": Shape(
        "accepted",
        "",
        (
            created("aws_iam_role_policies_exclusive", role_name="web", policy_names=["a"]),
            created("aws_iam_role", name="web"),
        ),
    ),
    "web ACL of an existing load balancer": Shape(
        "refused",
        "the web ACL that is associated with the resource would be replaced",
        (created("aws_wafv2_web_acl_association", resource_arn="arn:lb", web_acl_arn="arn:acl"),),
    ),
    "permission for a function": Shape(
        "accepted",
        "",
        (created("aws_lambda_permission", function_name="web", principal="s3.amazonaws.com"),),
    ),
    "record of a host that exists": Shape(
        "refused",
        "an existing record for shop.example.com would be overwritten",
        (created("aws_route53_record", name="shop.example.com", allow_overwrite=True),),
    ),
    # Switches, retentions, capacities
    "stopped trail": Shape(
        "refused",
        "API calls are no longer recorded",
        (updated("aws_cloudtrail", {"enable_logging": True}, {"enable_logging": False}),),
    ),
    "unrecorded changes": Shape(
        "refused",
        "changes of resources are no longer recorded",
        (
            updated(
                "aws_config_configuration_recorder_status",
                {"is_enabled": True},
                {"is_enabled": False},
            ),
        ),
    ),
    "removed access logs": Shape(
        "refused",
        "requests are no longer logged",
        (updated("aws_lb", {"access_logs": [{"enabled": True}]}, {"access_logs": []}),),
    ),
    "disabled schedule": Shape(
        "refused",
        "its target is no longer invoked",
        (updated("aws_scheduler_schedule", {"state": "ENABLED"}, {"state": "DISABLED"}),),
    ),
    "enabled schedule": Shape(
        "accepted",
        "",
        (updated("aws_scheduler_schedule", {"state": "DISABLED"}, {"state": "ENABLED"}),),
    ),
    "switched-off resource of an unlisted type": Shape(
        "refused",
        "it is switched off; aws_fis_target is not classified",
        (updated("aws_fis_target", {"enabled": True}, {"enabled": False}),),
    ),
    "switched-off alarm": Shape(
        "accepted",
        "",
        (updated("aws_cloudwatch_dashboard", {"enabled": True}, {"enabled": False}),),
    ),
    "status that AWS computes": Shape(
        "accepted",
        "",
        (updated("aws_ecs_service", {"status": "ACTIVE"}, {}, unknown={"status": True}),),
    ),
    "shorter retention of messages": Shape(
        "refused",
        "older messages are deleted",
        (
            updated(
                "aws_sqs_queue",
                {"message_retention_seconds": 345600},
                {"message_retention_seconds": 60},
            ),
        ),
    ),
    "shorter retention of an unlisted type": Shape(
        "refused",
        "what is older than the new retention may be deleted",
        (updated("aws_fis_target", {"retention_period": 30}, {"retention_period": 7}),),
    ),
    "longer retention of backups": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": 35}
            ),
        ),
    ),
    "no requests to the endpoints": Shape(
        "refused",
        "the endpoints no longer receive requests",
        (
            updated(
                "aws_globalaccelerator_endpoint_group",
                {"traffic_dial_percentage": 100},
                {"traffic_dial_percentage": 0},
            ),
        ),
    ),
    "rejected requests to the default endpoint": Shape(
        "refused",
        "requests to the default endpoint are rejected",
        (
            updated(
                "aws_apigatewayv2_api",
                {"disable_execute_api_endpoint": False},
                {"disable_execute_api_endpoint": True},
            ),
        ),
    ),
    # Entries
    "emptied route table": Shape(
        "refused",
        "network traffic is no longer routed: 0.0.0.0/0",
        (updated("aws_route_table", {"route": [ROUTE]}, {"route": []}),),
    ),
    "new route": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_route_table",
                {"route": [ROUTE]},
                {"route": [ROUTE, {"cidr_block": "10.1.0.0/16", "transit_gateway_id": "tgw-1"}]},
            ),
        ),
    ),
    "host name that is no longer served": Shape(
        "refused",
        "requests to the host name are rejected: b.example.com",
        (
            updated(
                "aws_cloudfront_distribution",
                {"aliases": ["a.example.com", "b.example.com"]},
                {"aliases": ["a.example.com"]},
            ),
        ),
    ),
    "service without its target group": Shape(
        "refused",
        "tasks no longer receive requests through it: arn:b",
        (
            updated(
                "aws_ecs_service",
                {"load_balancer": [{"target_group_arn": "arn:a"}, {"target_group_arn": "arn:b"}]},
                {"load_balancer": [{"target_group_arn": "arn:a"}]},
            ),
        ),
    ),
    "emptied block of an unlisted argument": Shape(
        "accepted",
        "",
        (updated("aws_ecs_service", {"placement_constraints": [{"type": "a"}]}, {}),),
    ),
    # Allowed traffic
    "wider rule": Shape(
        "accepted",
        "",
        (updated("aws_vpc_security_group_ingress_rule", HTTPS, {"cidr_ipv4": "10.0.0.0/7"}),),
    ),
    "narrower rule": Shape(
        "refused",
        "it may no longer allow all traffic that was allowed before",
        (updated("aws_vpc_security_group_ingress_rule", HTTPS, {"cidr_ipv4": "10.0.0.0/9"}),),
    ),
    "rule with all protocols": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_vpc_security_group_egress_rule",
                HTTPS,
                {"ip_protocol": "-1", "from_port": None, "to_port": None},
            ),
        ),
    ),
    "network that is split in two": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_security_group",
                {"ingress": [ports(443, 443, "10.0.0.0/8")]},
                {"ingress": [ports(443, 443, "10.0.0.0/9"), ports(443, 443, "10.128.0.0/9")]},
            ),
        ),
    ),
    "ports that are split in two, with a gap": Shape(
        "refused",
        "its rules no longer allow all of tcp 80-90 10.0.0.0/8",
        (
            updated(
                "aws_security_group",
                {"ingress": [ports(80, 90, "10.0.0.0/8")]},
                {"ingress": [ports(80, 84, "10.0.0.0/8"), ports(86, 90, "10.0.0.0/8")]},
            ),
        ),
    ),
    "everybody instead of a network": Shape(
        "warned",
        "it opens tcp 0-65535 0.0.0.0/0 to everybody",
        (
            updated(
                "aws_security_group",
                {"ingress": [ports(443, 443, "10.0.0.0/8")]},
                {"ingress": [ports(0, 65535, "0.0.0.0/0")]},
            ),
        ),
    ),
    "everybody in two halves": Shape(
        "warned",
        "to everybody",
        (
            updated(
                "aws_security_group",
                {"ingress": []},
                {"ingress": [ports(22, 22, "0.0.0.0/1", "128.0.0.0/1")]},
            ),
        ),
    ),
    "outgoing traffic to everybody": Shape(
        "accepted",
        "",
        (updated("aws_security_group", {"egress": []}, {"egress": [ports(0, 0, "0.0.0.0/0")]}),),
    ),
    "everybody through a new rule": Shape(
        "warned",
        "it opens tcp 22-22 ::/0 to everybody",
        (
            created(
                "aws_vpc_security_group_ingress_rule",
                ip_protocol="tcp",
                from_port=22,
                to_port=22,
                cidr_ipv6="::/0",
            ),
        ),
    ),
    "network ACL with a wider rule": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_network_acl",
                {"ingress": [ACL_ALLOW]},
                {"ingress": [ACL_ALLOW | {"cidr_block": "0.0.0.0/0"}]},
            ),
        ),
    ),
    "network ACL with an earlier denial": Shape(
        "refused",
        "its rules no longer allow all of 6 443-443 10.0.0.0/8",
        (
            updated(
                "aws_network_acl",
                {"ingress": [ACL_ALLOW]},
                {"ingress": [ACL_ALLOW, ACL_ALLOW | {"rule_no": 50, "action": "deny"}]},
            ),
        ),
    ),
    "network ACL with a later denial": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_network_acl",
                {"ingress": [ACL_ALLOW]},
                {"ingress": [ACL_ALLOW, ACL_ALLOW | {"rule_no": 200, "action": "deny"}]},
            ),
        ),
    ),
    # Exposures
    "bucket for everybody": Shape(
        "warned",
        "a policy statement allows access to everybody",
        (updated("aws_s3_bucket_policy", {"policy": ONE_ACCOUNT}, {"policy": EVERYBODY}),),
    ),
    "bucket for everybody, as before": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_s3_bucket_policy",
                {"policy": EVERYBODY},
                {"policy": EVERYBODY.replace(", ", ",  ")},
            ),
        ),
    ),
    "bucket for an organization": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_s3_bucket_policy",
                {"policy": ONE_ACCOUNT},
                {
                    "policy": policy(
                        Principal="*",
                        Action="s3:GetObject",
                        Resource="*",
                        Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
                    )
                },
            ),
        ),
    ),
    "condition that matches everybody": Shape(
        "warned",
        "a policy statement allows access to everybody",
        (
            created(
                "aws_sqs_queue_policy",
                ("queue_url",),
                policy=policy(
                    Principal={"AWS": "*"},
                    Action="sqs:*",
                    Resource="*",
                    Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
                ),
            ),
        ),
    ),
    "everything for a role": Shape(
        "warned",
        "a policy statement allows all actions on all resources",
        (created("aws_iam_role_policy", role="web", policy=policy(Action=["*"], Resource="*")),),
    ),
    "administrator": Shape(
        "warned",
        "it grants the permissions of AdministratorAccess",
        (
            created(
                "aws_iam_role_policy_attachment",
                role="web",
                policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
            ),
        ),
    ),
    "function for everybody": Shape(
        "warned",
        "everybody can invoke the function",
        (
            updated(
                "aws_lambda_function_url",
                {"authorization_type": "AWS_IAM"},
                {"authorization_type": "NONE"},
            ),
        ),
    ),
    "older TLS versions": Shape(
        "warned",
        "the accepted TLS versions and ciphers change",
        (
            updated(
                "aws_lb_listener",
                {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
                {"ssl_policy": "ELBSecurityPolicy-2016-08"},
            ),
        ),
    ),
    "rule that only counts": Shape(
        "warned",
        "requests are inspected differently: a",
        (
            updated(
                "aws_wafv2_web_acl",
                {"rule": [{"name": "a", "action": [{"block": [{}], "count": []}]}]},
                {"rule": [{"name": "a", "action": [{"block": [], "count": [{}]}]}]},
            ),
        ),
    ),
    # Listener rules
    "swapped priorities": Shape(
        "refused",
        "and the two rules swap their priorities; first apply one of them",
        (rule("api", UPDATE, 10, 20), rule("hooks", UPDATE, 20, 10)),
    ),
    "priority of a rule that does not change": Shape(
        "refused",
        "use a priority that no rule has",
        (rule("api", UPDATE, 10, 20), rule("hooks", NO_OP, 20, 20)),
    ),
    "free priorities": Shape(
        "accepted",
        "",
        (rule("api", UPDATE, 10, 30), rule("hooks", UPDATE, 20, 40)),
    ),
    # Other actions
    "forgotten bucket": Shape(
        "accepted", "", (change("aws_s3_bucket.it", FORGET, {"bucket": "acme"}),)
    ),
    "tainted table": Shape(
        "refused",
        "it is tainted; it holds a database",
        (
            change(
                "aws_dynamodb_table.it",
                REPLACE,
                {"name": "a"},
                {"name": "a"},
                action_reason="replace_because_tainted",
            ),
        ),
    ),
}
"""Shapes of our own, by name."""
