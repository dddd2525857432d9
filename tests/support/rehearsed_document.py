"""A small document that is applied in seconds.

Some of its resources have unique names, some have dependencies, and some are of a type of which AWS
creates another resource if a request is repeated.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["NAMES", "SMALL", "document_with"]

VPC = "vpc-0a1b2c3d"

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            }
        ],
    }
)
_PERMISSIONS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}],
    }
)
NAMES = ("web", "api", "jobs")


def _rule(name: str) -> dict[str, Any]:
    return {
        "security_group_id": f"${{aws_security_group.{name}.id}}",
        "cidr_ipv4": "10.0.0.0/8",
        "ip_protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "description": f"to {name}",
        # Terraform then creates its security group before destroy too, and that has a unique name.
        "lifecycle": {"create_before_destroy": True},
    }


# Any provider version: no argument must be omitted, so the large schema is not read.
_HEAD: dict[str, Any] = {
    "terraform": {"required_providers": {"aws": {"source": "aws", "version": ">= 5.0"}}},
    "provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}]},
}


def document_with(type_: str, **arguments: Any) -> dict[str, Any]:
    """Build a document with one resource."""
    return {**_HEAD, "resource": {type_: {"one": arguments}}}


SMALL: dict[str, Any] = {
    **_HEAD,
    "resource": {
        "aws_cloudwatch_log_group": {
            name: {"name": f"/small/{name}", "retention_in_days": 30} for name in NAMES
        },
        "aws_iam_role": {
            name: {"name": f"small-{name}", "assume_role_policy": _TRUST} for name in NAMES
        },
        "aws_iam_role_policy": {
            name: {
                "name": "write",
                "role": f"${{aws_iam_role.{name}.name}}",
                "policy": _PERMISSIONS,
            }
            for name in NAMES
        },
        "aws_security_group": {
            name: {
                "name": f"small-{name}",
                "description": name,
                "vpc_id": "${data.aws_vpc.vpc.id}",
                "tags": {"Name": f"small-{name}"},
            }
            for name in NAMES
        },
        "aws_vpc_security_group_ingress_rule": {name: _rule(name) for name in NAMES},
        "aws_lb_target_group": {
            name: {
                "name": f"small-{name}",
                "port": 80,
                "protocol": "HTTP",
                "target_type": "ip",
                "vpc_id": "${data.aws_vpc.vpc.id}",
                # Created late, so that an interruption affects resources of every type.
                "depends_on": [f"aws_iam_role_policy.{name}"],
            }
            for name in NAMES
        },
    },
    "data": {"aws_vpc": {"vpc": {"id": VPC}}},
}
