"""Read a target group and its health check from a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from navra_stacks.local.load_balancer.document_values import (
    DocumentValues,
    UnreadableArgumentError,
)
from navra_stacks.local.load_balancer.target_group import HealthCheck, TargetGroup
from navra_stacks.terraform.document import nested_blocks

__all__ = ["read_target_group"]

_MATCHER = re.compile(r"\d{3}(-\d{3})?(\s*,\s*\d{3}(-\d{3})?)*")
_PROVIDER_THRESHOLD = 3
"""The provider's default for both thresholds in a ``health_check`` block. Without the block, the
provider sends no value and AWS's defaults apply."""


def read_target_group(values: DocumentValues, address: str, omissions: list[str]) -> TargetGroup:
    """Return the target group at an address.

    Args:
        values: The values of the document.
        address: The address of a resource or data source.
        omissions: The list to which sentences about unsupported parts are appended.

    Raises:
        UnreadableArgumentError: the document has no such target group, or a value of it is not
            known before a plan, or is not valid.
    """
    block = values.block(address)
    if block is None:
        raise UnreadableArgumentError(
            f"{address} is not in the document; correct the reference to the target group"
        )
    body = block.body
    if block.kind == "data":
        omissions.append(
            f"{address}: the health check of a target group that is looked up is not in the "
            "document; AWS's defaults are used"
        )
        return TargetGroup(address, str(body.get("name") or address.rpartition(".")[2]))
    version = str(values.argument(body, "protocol_version", address, "HTTP1"))
    if version != "HTTP1":
        omissions.append(f"{address}: requests to its targets use HTTP/1.1 instead of {version}")
    if values.argument(body, "target_type", address, "instance") == "lambda":
        omissions.append(f"{address}: its functions are not run")
    for stickiness in nested_blocks(body, "stickiness"):
        if values.boolean(stickiness, "enabled", address, True):
            omissions.append(f"{address}: each request chooses its target, without stickiness")
    port = values.argument(body, "port", address)
    return TargetGroup(
        address=address,
        name=str(body.get("name") or address.rpartition(".")[2]),
        port=None if port is None else values.integer(body, "port", address, 0),
        protocol=str(values.argument(body, "protocol", address, "HTTP")),
        health_check=_health_check(values, nested_blocks(body, "health_check"), address),
        deregistration_delay=values.integer(body, "deregistration_delay", address, 300),
    )


def _health_check(
    values: DocumentValues, blocks: tuple[Mapping[str, Any], ...], address: str
) -> HealthCheck:
    if not blocks:
        return HealthCheck()
    body, where = blocks[0], f"{address}: health_check"
    default = HealthCheck()
    port = values.argument(body, "port", where, "traffic-port")
    matcher = str(values.argument(body, "matcher", where, default.matcher))
    if not _MATCHER.fullmatch(matcher):
        raise UnreadableArgumentError(
            f"{where}.matcher is {matcher!r}; use statuses such as 200, 200,301 or 200-299"
        )
    return HealthCheck(
        enabled=values.boolean(body, "enabled", where, True),
        protocol=str(values.argument(body, "protocol", where, default.protocol)),
        port=None if port == "traffic-port" else values.integer(body, "port", where, 0),
        path=str(values.argument(body, "path", where, default.path)),
        interval=values.integer(body, "interval", where, default.interval),
        timeout=values.integer(body, "timeout", where, default.timeout),
        healthy_threshold=values.integer(body, "healthy_threshold", where, _PROVIDER_THRESHOLD),
        unhealthy_threshold=values.integer(body, "unhealthy_threshold", where, _PROVIDER_THRESHOLD),
        matcher=matcher,
    )
