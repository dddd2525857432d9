"""The ECS services of an environment as the emulator describes them, and their deployments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from navra_stacks.account.image_references import parse_image
from navra_stacks.deploy.description import DeploymentDescription, ServiceDescription
from navra_stacks.deploy.revisions import BASE_TAG
from navra_stacks.rehearsal.emulator.client import Emulator

__all__ = ["EmulatedServices", "revision_name"]


class EmulatedServices:
    """Reads what services run, without the code of `navra deploy`, and scripts their deployments.

    Args:
        description: The environment.
        emulator: The emulated AWS.
    """

    def __init__(self, description: DeploymentDescription, emulator: Emulator) -> None:
        self._cluster = description.cluster
        self._region = description.region
        self._emulator = emulator

    @property
    def _ecs(self) -> Any:
        return self._emulator.client("ecs", self._region)

    def revision(self, service: ServiceDescription) -> str:
        """Return the ARN of the revision of a service."""
        return str(self._live(service)["taskDefinition"])

    def images(self, service: ServiceDescription) -> dict[str, str]:
        """Return the images that a deployment replaces, by container."""
        containers = self._containers(service)
        return {name: str(containers[name]["image"]) for name in service.containers}

    def variables(self, service: ServiceDescription, container: str) -> dict[str, str]:
        """Return the environment variables of a container."""
        listed = self._containers(service)[container].get("environment") or ()
        return {one["name"]: one["value"] for one in listed}

    def repositories(self, services: Iterable[ServiceDescription]) -> dict[str, set[str]]:
        """Return the repositories of the images that deployments replace.

        Returns:
            The architectures of the tasks, by the repository with its registry.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for service in services:
            for image in self.images(service).values():
                found[parse_image(image).repository].add(service.architecture)
        return found

    def copies(self, service: ServiceDescription) -> set[str]:
        """Return the ARNs of the active revisions that deployments of a service registered."""
        families = (service.family, *(task.family for task in service.one_off_tasks))
        pages = self._ecs.get_paginator("list_task_definitions")
        revisions = (
            arn
            for family in families
            for page in pages.paginate(familyPrefix=family)
            for arn in page["taskDefinitionArns"]
        )
        return {arn for arn in revisions if BASE_TAG in self._tags(arn)}

    def set_strategy(self, service: ServiceDescription) -> None:
        """Give a service the deployment strategy of its description."""
        self._ecs.update_service(
            cluster=self._cluster,
            service=service.service,
            deploymentConfiguration={"strategy": service.strategy.upper()},
        )

    def script_failure(self, service: ServiceDescription) -> None:
        """Script the next deployment of a service: its tasks fail, and it is rolled back.

        The circuit breaker supports the rolling strategy only. With the others, alarms roll the
        deployment back. Without both, `navra deploy` stops it after its timeout.
        """
        configuration = self._live(service).get("deploymentConfiguration") or {}
        breaker = configuration.get("deploymentCircuitBreaker") or {}
        alarms = configuration.get("alarms") or {}
        if breaker.get("enable"):
            outcome = "breaker" if breaker.get("rollback") else "breaker-without-rollback"
        else:
            outcome = "alarm" if alarms.get("enable") and alarms.get("rollback") else "never-stable"
        self._emulator.script_deployments(self._region, service.service, [outcome])

    def _live(self, service: ServiceDescription) -> Mapping[str, Any]:
        found = self._ecs.describe_services(cluster=self._cluster, services=[service.service])
        live: Mapping[str, Any] = found["services"][0]
        return live

    def _containers(self, service: ServiceDescription) -> dict[str, Mapping[str, Any]]:
        found = self._ecs.describe_task_definition(taskDefinition=self.revision(service))
        return {one["name"]: one for one in found["taskDefinition"]["containerDefinitions"]}

    def _tags(self, revision: str) -> set[str]:
        found = self._ecs.describe_task_definition(taskDefinition=revision, include=["TAGS"])
        return {tag["key"] for tag in found.get("tags") or ()}


def revision_name(arn: str) -> str:
    """Return the family and the number of a revision, for example ``shop-web-qa:7``."""
    return arn.rpartition("/")[2]
