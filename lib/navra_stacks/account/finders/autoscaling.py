"""Finders for Application Auto Scaling: scalable targets and scaling policies."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import describe
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
    Unsearchable,
)

__all__ = ["SCHEDULED_ACTION", "other_policies", "policy", "scalable_target"]

SERVICE = "application-autoscaling"

SCHEDULED_ACTION = Unsearchable(
    "the provider cannot import it; creating it overwrites an existing action of the same name"
)


def scalable_target(target: LookupTarget) -> Iterator[Candidate]:
    """Find a scalable target by its service namespace, resource ID and scalable dimension."""
    namespace, resource = target["service_namespace"], target["resource_id"]
    dimension = target["scalable_dimension"]
    for live in target.account.list_all(
        SERVICE,
        "describe_scalable_targets",
        ServiceNamespace=namespace,
        ResourceIds=[resource],
        ScalableDimension=dimension,
    ):
        yield Candidate(
            f"{namespace}/{resource}/{dimension}",
            {"arn": live.get("ScalableTargetARN"), "id": resource, "resource_id": resource},
            describe(f"capacity {live['MinCapacity']}-{live['MaxCapacity']}"),
            live,
        )


def policy(target: LookupTarget) -> Iterator[Candidate]:
    """Find a scaling policy by its scalable target and name."""
    namespace, resource = target["service_namespace"], target["resource_id"]
    dimension, name = target["scalable_dimension"], target["name"]
    for live in target.account.list_all(
        SERVICE,
        "describe_scaling_policies",
        ServiceNamespace=namespace,
        ResourceId=resource,
        ScalableDimension=dimension,
    ):
        if live["PolicyName"] == name:
            yield Candidate(
                f"{namespace}/{resource}/{dimension}/{name}",
                {"arn": live["PolicyARN"], "id": name},
                live=live,
            )


def other_policies(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find all scaling policies of the matched scalable targets."""
    for match in results.matches("aws_appautoscaling_target").values():
        live = match.live
        for live_policy in results.account.list_all(
            SERVICE,
            "describe_scaling_policies",
            ServiceNamespace=live["ServiceNamespace"],
            ResourceId=live["ResourceId"],
        ):
            yield UnmanagedResource(
                "aws_appautoscaling_policy",
                f"{match.id}/{live_policy['PolicyName']}",
                f"{live_policy['PolicyType']} of {live['ResourceId']}",
            )
