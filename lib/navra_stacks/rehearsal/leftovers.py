"""What a destroy leaves on AWS too, and so may be left in the emulator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from navra_stacks.rehearsal.result import Leftover

__all__ = ["classify_leftovers"]

KEPT: Mapping[tuple[str, str], tuple[str, str]] = {
    ("ec2", "NatGateway"): ("deleted", "EC2 shows a deleted NAT gateway for about an hour"),
    ("ecs", "Cluster"): ("INACTIVE", "ECS shows a deleted cluster as inactive for a while"),
    ("ecs", "Service"): ("INACTIVE", "ECS shows a deleted service as inactive for a while"),
    ("ecs", "TaskDefinition"): ("INACTIVE", "ECS keeps every revision of a task definition"),
    ("kms", "Key"): ("PendingDeletion", "KMS deletes a key after its waiting period"),
}
"""By service and kind: the status in which AWS keeps it, and why."""

LOST = {
    ("ecs", "TaskDefinition"): ("ACTIVE", "the answer was lost, and ECS registered one more"),
}
"""What else AWS keeps where an answer was lost after the call took effect."""


def classify_leftovers(
    found: Iterable[Mapping[str, str]], *, answers_were_lost: bool = False
) -> tuple[tuple[Leftover, ...], tuple[Leftover, ...]]:
    """What should not be left, and what AWS would keep too."""
    left: list[Leftover] = []
    kept: list[Leftover] = []
    for one in sorted(found, key=lambda one: tuple(one.values())):
        reasons = dict(
            known[what]
            for known in (KEPT, LOST if answers_were_lost else {})
            if (what := (one["service"], one["kind"])) in known
        )
        if one["status"] in reasons:
            kept.append(Leftover(**one, reason=reasons[one["status"]]))
        else:
            left.append(Leftover(**one))
    return tuple(left), tuple(kept)
