"""The differences between the resources of two documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from navra_stacks.terraform.document import TerraformDocument

__all__ = ["ResourceChange", "area_of_resource", "resource_changes"]

AREAS = {
    "network": (
        *("aws_vpc", "aws_subnet", "aws_route_table", "aws_route", "aws_internet_gateway"),
        *("aws_nat_gateway", "aws_eip", "aws_security_group", "aws_default_", "aws_flow_log"),
        "aws_network_acl",
    ),
    "load balancing": ("aws_lb", "aws_wafv2", "aws_acm", "aws_route53"),
    "services": ("aws_ecs", "aws_appautoscaling", "aws_service_discovery", "terraform_data"),
    "data": (
        *("aws_db", "aws_rds", "aws_elasticache", "aws_secretsmanager", "aws_backup"),
        *("aws_dynamodb", "random_"),
    ),
    "observability": ("aws_cloudwatch", "aws_sns"),
    "delivery": ("aws_ecr", "aws_iam_openid"),
    "permissions and keys": ("aws_iam", "aws_kms"),
    "buckets": ("aws_s3",),
}
"""The prefixes of the resource types by area, in the order of a report. The longest one counts."""

OTHERS = "others"


class ResourceChange(NamedTuple):
    """A resource that only one document has, or that differs between the two."""

    address: str

    kind: str
    """``added``, ``removed`` or ``changed``."""

    arguments: tuple[str, ...] = ()
    """The arguments that differ."""


def resource_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], names: tuple[str, str] | None = None
) -> Iterator[ResourceChange]:
    """Yield the differences between the resources of two documents, by address.

    Args:
        before: The first document.
        after: The second document.
        names: The names of the two environments, which are part of most physical names and are no
            difference; None to compare all texts as they are.
    """
    if names is not None:
        before = _renamed(before, *names)
    old, new = (
        {block.address: block.body for block in TerraformDocument(one).resources}
        for one in (before, after)
    )
    for address in sorted({*old, *new}):
        if address not in old:
            yield ResourceChange(address, "added")
        elif address not in new:
            yield ResourceChange(address, "removed")
        elif arguments := _different_arguments(old[address], new[address]):
            yield ResourceChange(address, "changed", arguments)


def _renamed(document: Mapping[str, Any], old: str, new: str) -> Mapping[str, Any]:
    text = json.dumps(document)
    renamed: Mapping[str, Any] = json.loads(
        re.sub(rf"(?<![A-Za-z0-9]){re.escape(old)}(?![A-Za-z0-9])", new, text)
    )
    return renamed


def _different_arguments(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        sorted(
            name
            for name in {*old, *new} - {"//"}  # the comment of CDKTF
            if old.get(name) != new.get(name)
        )
    )


def area_of_resource(address: str) -> str:
    """Return the area of a resource."""
    type_ = address.partition(".")[0]
    matches = [
        (prefix, area)
        for area, prefixes in AREAS.items()
        for prefix in prefixes
        if type_.startswith(prefix)
    ]
    return max(matches, key=lambda match: len(match[0]), default=("", OTHERS))[1]
