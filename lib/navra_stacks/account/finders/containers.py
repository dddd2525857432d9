"""ECS clusters, services and task definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import created, told
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupTarget,
    Survey,
    UnmanagedResource,
    UnusableResourceError,
)

__all__ = ["capacity_providers", "cluster", "other_services", "service", "task_definition"]


def cluster(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name. One that was deleted is still described for a while, as inactive."""
    for live in _clusters(wanted, wanted["name"]):
        name, arn = live["clusterName"], live["clusterArn"]
        yield Candidate(
            name,
            {"id": arn, "arn": arn, "name": name},
            told(
                f"{live.get('activeServicesCount', 0)} services",
                f"{live.get('runningTasksCount', 0)} tasks",
                tags=live.get("tags"),
            ),
            live,
        )


def _clusters(wanted: LookupTarget, name: str) -> list[Any]:
    answer = wanted.account.look("ecs", "describe_clusters", clusters=[name], include=["TAGS"])
    found = answer["clusters"] if answer is not None else []
    return [live for live in found if live["status"] == "ACTIVE"]


def capacity_providers(wanted: LookupTarget) -> Iterator[Candidate]:
    """A cluster's, if it has any."""
    name = wanted["cluster_name"]
    for live in _clusters(wanted, name):
        if live.get("capacityProviders"):
            yield Candidate(name, live=live)


def service(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its cluster and its name."""
    within = str(wanted["cluster"])
    answer = wanted.account.look(
        "ecs", "describe_services", cluster=within, services=[wanted["name"]]
    )
    for live in answer["services"] if answer is not None else ():
        name, arn = live["serviceName"], live["serviceArn"]
        if live["status"] == "DRAINING":
            raise UnusableResourceError(
                f"{name} is being deleted; wait until its tasks have stopped"
            )
        if live["status"] == "ACTIVE":
            yield Candidate(
                f"{within.rpartition('/')[2]}/{name}",
                {"id": arn, "arn": arn, "name": name},
                told(
                    # With a deployment controller of its own it has none.
                    f"runs {_revision(live['taskDefinition'])}" if "taskDefinition" in live else "",
                    created(live.get("createdAt")),
                ),
                live,
            )


def _revision(arn: str) -> str:
    return arn.rpartition("/")[2]


def task_definition(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its recorded revision, else what its service runs, else the family's latest one."""
    family = wanted["family"]
    if (recorded := wanted.recorded) is not None:
        live = _described(wanted, recorded)
        if live is None:
            raise UnusableResourceError(
                f"the recorded {recorded} is not in account {wanted.account.id}, "
                f"{wanted.account.region}; correct the record, or leave it out to register a new "
                "revision"
            )
    else:
        running = [
            found.live["taskDefinition"]
            for service in wanted.referring("aws_ecs_service", "arn")
            if (found := service.found()) is not None
            and _revision(found.live.get("taskDefinition", "")).rpartition(":")[0] == family
        ]
        live = _described(wanted, running[0] if running else family)
    if live is not None:
        arn = live["taskDefinitionArn"]
        # Terraform's provider takes it for deleted.
        if live.get("status", "ACTIVE") != "ACTIVE":
            raise UnusableResourceError(
                f"{_revision(arn)} was deregistered, so it cannot be imported, nor can a service "
                "that runs it be given it again; deploy a revision that is active first"
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
            told(_revision(arn), live.get("status", "").lower(), created(live.get("registeredAt"))),
            live,
        )


def _described(wanted: LookupTarget, name: str) -> Mapping[str, Any] | None:
    answer = wanted.account.look("ecs", "describe_task_definition", taskDefinition=name)
    return None if answer is None else answer["taskDefinition"]


def other_services(survey: Survey) -> Iterator[UnmanagedResource]:
    """The services of the environment's cluster that no resource describes."""
    for found in survey.found("aws_ecs_cluster").values():
        for arn in survey.account.all("ecs", "list_services", cluster=found.id):
            name = arn.rpartition("/")[2]
            yield UnmanagedResource(
                "aws_ecs_service", f"{found.id}/{name}", f"a service of {found.id}"
            )
