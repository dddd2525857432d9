"""Resources that exist after a destroy: expected leftovers, which AWS keeps as well, and others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from navra_stacks.rehearsal.result import Leftover

__all__ = ["classify_leftovers"]

EXPECTED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("ec2", "NatGateway"): ("deleted", "EC2 shows a deleted NAT gateway for about an hour"),
    ("ecs", "Cluster"): ("INACTIVE", "ECS shows a deleted cluster as inactive for a while"),
    ("ecs", "Service"): ("INACTIVE", "ECS shows a deleted service as inactive for a while"),
    ("ecs", "Task"): ("STOPPED", "ECS shows a stopped task for about an hour"),
    ("ecs", "TaskDefinition"): ("INACTIVE", "ECS keeps every revision of a task definition"),
    ("kms", "Key"): ("PendingDeletion", "KMS deletes a key after its waiting period"),
    # https://docs.aws.amazon.com/cloud-map/latest/api/API_ListOperations.html: completed operations
    # can be listed by status and date. No API deletes one.
    ("servicediscovery", "Operation"): (
        "SUCCESS",
        "Cloud Map lists completed operations, and has no API to delete them",
    ),
}
"""The status in which AWS keeps a deleted resource, and the reason, by AWS service and kind."""

EXPECTED_AFTER_LOST_RESPONSE = {
    ("ecs", "TaskDefinition"): (
        "ACTIVE",
        "the response was lost, and ECS registered another revision",
    ),
}
"""Additional expected leftovers of a rehearsal in which responses to successful calls were lost."""


def classify_leftovers(
    found: Iterable[Mapping[str, str]],
    *,
    responses_were_lost: bool = False,
    active_revisions: Mapping[str, str] = MappingProxyType({}),
) -> tuple[tuple[Leftover, ...], tuple[Leftover, ...]]:
    """Divide the resources in `found` into unexpected and expected leftovers.

    Args:
        found: The resources that exist after the destroy, as the emulator reports them.
        responses_were_lost: Whether the emulator lost responses to successful calls.
        active_revisions: The reason why a revision of a task definition is still active, by the ARN
            of each revision that the destroy does not deregister.

    Returns:
        Two tuples: the unexpected leftovers, and the leftovers that AWS would keep as well.
    """
    unexpected: list[Leftover] = []
    expected: list[Leftover] = []
    for resource in sorted(found, key=lambda resource: tuple(resource.values())):
        kind = (resource["service"], resource["kind"])
        reasons = dict(
            known[kind]
            for known in (EXPECTED, EXPECTED_AFTER_LOST_RESPONSE if responses_were_lost else {})
            if kind in known
        )
        if kind == ("ecs", "TaskDefinition") and resource["name"] in active_revisions:
            reasons["ACTIVE"] = active_revisions[resource["name"]]
        if resource["status"] in reasons:
            expected.append(Leftover(**resource, reason=reasons[resource["status"]]))
        else:
            unexpected.append(Leftover(**resource))
    return tuple(unexpected), tuple(expected)
