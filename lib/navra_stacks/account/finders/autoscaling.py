"""What scales services."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import told
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupTarget,
    Survey,
    UnmanagedResource,
    Unsearchable,
)

__all__ = ["SCHEDULED_ACTION", "other_policies", "policy", "target"]

SERVICE = "application-autoscaling"

SCHEDULED_ACTION = Unsearchable(
    "the provider cannot import one; to create it puts it in the place of one of its name"
)


def target(wanted: LookupTarget) -> Iterator[Candidate]:
    """By what it scales."""
    namespace, resource = wanted["service_namespace"], wanted["resource_id"]
    dimension = wanted["scalable_dimension"]
    for live in wanted.account.all(
        SERVICE,
        "describe_scalable_targets",
        ServiceNamespace=namespace,
        ResourceIds=[resource],
        ScalableDimension=dimension,
    ):
        yield Candidate(
            f"{namespace}/{resource}/{dimension}",
            {"arn": live.get("ScalableTargetARN"), "id": resource, "resource_id": resource},
            told(f"{live['MinCapacity']}-{live['MaxCapacity']}"),
            live,
        )


def policy(wanted: LookupTarget) -> Iterator[Candidate]:
    """By what it scales, and its name."""
    namespace, resource = wanted["service_namespace"], wanted["resource_id"]
    dimension, name = wanted["scalable_dimension"], wanted["name"]
    for live in wanted.account.all(
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


def other_policies(survey: Survey) -> Iterator[UnmanagedResource]:
    """Policies of the found targets that no resource describes."""
    for found in survey.found("aws_appautoscaling_target").values():
        live = found.live
        for one in survey.account.all(
            SERVICE,
            "describe_scaling_policies",
            ServiceNamespace=live["ServiceNamespace"],
            ResourceId=live["ResourceId"],
        ):
            yield UnmanagedResource(
                "aws_appautoscaling_policy",
                f"{found.id}/{one['PolicyName']}",
                f"{one['PolicyType']} of {live['ResourceId']}",
            )
