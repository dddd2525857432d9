"""The differences between the resources of two documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from navra_stacks.terraform.document import TerraformDocument

__all__ = ["Names", "ResourceChange", "area_of_resource", "resource_changes"]

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
"""The prefixes of the resource types by area, in the order of a report. The longest matching prefix
determines the area.
"""

OTHERS = "others"


_PHYSICAL_NAME = re.compile(r"\$\{[^}]*\}|[A-Za-z0-9/._-]+")
"""A reference, which is not changed, or a part of a text that can be a physical name."""


class Names(NamedTuple):
    """The names of two environments of one project."""

    project: str

    before: str

    after: str


class ResourceChange(NamedTuple):
    """A resource that only one document has, or that differs between the two."""

    address: str

    kind: str
    """``added``, ``removed`` or ``changed``."""

    arguments: tuple[str, ...] = ()
    """The arguments that differ."""


def resource_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Names | None = None
) -> Iterator[ResourceChange]:
    """Yield the differences between the resources of two documents, by address.

    Args:
        before: The first document.
        after: The second document.
        names: The names in physical names that are no difference; None to compare all texts as
            they are.
    """
    old, new = (
        {block.address: block.body for block in TerraformDocument(one).resources}
        for one in (before, after)
    )
    for address in sorted({*old, *new}):
        if address not in old:
            yield ResourceChange(address, "added")
        elif address not in new:
            yield ResourceChange(address, "removed")
        else:
            expected = old[address] if names is None else _renamed(old[address], names)
            if arguments := _different_arguments(expected, new[address]):
                yield ResourceChange(address, "changed", arguments)


def _renamed(value: Any, names: Names) -> Any:
    """Return a value in which the second environment's name replaces the first one's.

    Only names that contain the project are changed, such as ``shop-web-qa`` or ``shop/qa/KEY``: the
    name of an environment can also be part of a Region or of an argument.
    """
    if isinstance(value, Mapping):
        return {name: _renamed(item, names) for name, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, str):
        return value
    return _PHYSICAL_NAME.sub(lambda found: _renamed_name(found[0], names), value)


def _renamed_name(name: str, names: Names) -> str:
    if name.startswith("${"):
        return name
    parts = re.split(r"([/._-])", name)
    if names.project not in name or names.before not in parts:
        return name
    return "".join(names.after if part == names.before else part for part in parts)


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
