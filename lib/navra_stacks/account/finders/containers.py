"""Finders for ECS clusters, services and task definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import created, describe
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
    UnusableResourceError,
)

__all__ = ["capacity_providers", "cluster", "other_services", "service", "task_definition"]


def cluster(target: LookupTarget) -> Iterator[Candidate]:
    """Find an ECS cluster by its name.

    A deleted cluster, which ECS returns as INACTIVE for a while, does not match.
    """
    for live in _clusters(target, target["name"]):
        name, arn = live["clusterName"], live["clusterArn"]
        yield Candidate(
            name,
            {"id": arn, "arn": arn, "name": name},
            describe(
                f"{live.get('activeServicesCount', 0)} services",
                f"{live.get('runningTasksCount', 0)} tasks",
                tags=live.get("tags"),
            ),
            live,
        )


def _clusters(target: LookupTarget, name: str) -> list[Any]:
    response = target.account.find("ecs", "describe_clusters", clusters=[name], include=["TAGS"])
    clusters = response["clusters"] if response is not None else []
    return [live for live in clusters if live["status"] == "ACTIVE"]


def capacity_providers(target: LookupTarget) -> Iterator[Candidate]:
    """Find the capacity providers of a cluster; the import ID is the name of the cluster."""
    name = target["cluster_name"]
    for live in _clusters(target, name):
        if live.get("capacityProviders"):
            yield Candidate(name, live=live)


def service(target: LookupTarget) -> Iterator[Candidate]:
    """Find an ECS service by its cluster and name."""
    cluster_name = str(target["cluster"])
    response = target.account.find(
        "ecs", "describe_services", cluster=cluster_name, services=[target["name"]]
    )
    for live in response["services"] if response is not None else ():
        name, arn = live["serviceName"], live["serviceArn"]
        if live["status"] == "DRAINING":
            raise UnusableResourceError(
                f"{name} is being deleted; wait until its tasks have stopped"
            )
        if live["status"] == "ACTIVE":
            yield Candidate(
                f"{cluster_name.rpartition('/')[2]}/{name}",
                {"id": arn, "arn": arn, "name": name},
                describe(
                    # A service with an external deployment controller has no task definition.
                    f"running {_revision(live['taskDefinition'])}"
                    if "taskDefinition" in live
                    else "",
                    created(live.get("createdAt")),
                ),
                live,
            )


def _revision(arn: str) -> str:
    return arn.rpartition("/")[2]


def task_definition(target: LookupTarget) -> Iterator[Candidate]:
    """Find the task definition revision in `existing_ids`, else the revision that its service runs.

    If there is neither, find the latest revision of the family.
    """
    family = target["family"]
    if (recorded_id := target.recorded_id) is not None:
        live = _describe_revision(target, recorded_id)
        if live is None:
            raise UnusableResourceError(
                f"{recorded_id}, from `existing_ids.task_definition_revisions`, does not exist in "
                f"account {target.account.id}, {target.account.region}; correct the revision, or "
                "remove it from the setting to use the one that the service runs"
            )
        repair = "use an active revision in `existing_ids.task_definition_revisions`"
    else:
        repair = "deploy an active revision, then try again"
        running = [
            match.live["taskDefinition"]
            for service in target.referenced_by("aws_ecs_service", "arn")
            if (match := service.match()) is not None
            and _revision(match.live.get("taskDefinition", "")).rpartition(":")[0] == family
        ]
        live = _describe_revision(target, running[0] if running else family)
    if live is not None:
        arn = live["taskDefinitionArn"]
        # The Terraform provider treats an inactive revision as deleted.
        if live.get("status", "ACTIVE") != "ACTIVE":
            raise UnusableResourceError(
                f"{_revision(arn)} is deregistered, so it can be neither imported nor deployed; "
                f"{repair}"
            )
        yield Candidate(
            arn,
            {
                "arn": arn,
                "arn_without_revision": arn.rpartition(":")[0],
                "family": live["family"],
                "id": live["family"],
                "revision": live["revision"],
            },
            describe(
                _revision(arn), live.get("status", "").lower(), created(live.get("registeredAt"))
            ),
            live,
        )


def _describe_revision(target: LookupTarget, name: str) -> Mapping[str, Any] | None:
    response = target.account.find("ecs", "describe_task_definition", taskDefinition=name)
    return None if response is None else response["taskDefinition"]


def other_services(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find all services in the matched clusters."""
    for match in results.matches("aws_ecs_cluster").values():
        for arn in results.account.list_all("ecs", "list_services", cluster=match.id):
            name = arn.rpartition("/")[2]
            yield UnmanagedResource(
                "aws_ecs_service", f"{match.id}/{name}", f"a service of {match.id}"
            )
