"""Service revisions: what a service deployment deploys, and the tasks that run it."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from navra_stacks.rehearsal.emulator.container_images import image_digest
from navra_stacks.rehearsal.emulator.service_deployments.outcomes import DeploymentScript
from navra_stacks.rehearsal.emulator.service_deployments.service_task import ServiceTask

__all__ = ["ServiceRevision", "deployed_settings", "restore_settings"]

DEPLOYED = {
    "loadBalancers": "load_balancers",
    "networkConfiguration": "network_configuration",
    "platformVersion": "platform_version",
    "serviceConnectConfiguration": "service_connect_configuration",
    "serviceRegistries": "service_registries",
    "taskDefinition": "task_definition",
    "volumeConfigurations": "volume_configurations",
    "vpcLatticeConfigurations": "vpc_lattice_configurations",
}
"""The parameters of UpdateService that start a service deployment when they change: the name in the
API, and the attribute of moto's service.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html: "This parameter
triggers a new service deployment."
"""

OTHERS = {
    "capacityProviderStrategy": "capacity_provider_strategy",
    "launchType": "launch_type",
}
"""Other settings of a service that its revisions contain."""

STOPPED_TASKS = 20
"""The number of stopped tasks of a revision to keep. On AWS they are listed for about an hour."""


def deployed_settings(service: Any) -> dict[str, Any]:
    """Return the settings of a service that start a deployment when they change."""
    return {name: getattr(service, own, None) or None for name, own in DEPLOYED.items()}


def restore_settings(service: Any, settings: dict[str, Any]) -> None:
    """Change a service to the settings that one of its revisions has."""
    for name, own in DEPLOYED.items():
        if getattr(service, own, None) or settings[name]:
            setattr(service, own, settings[name])


class ServiceRevision:
    """A revision of a service.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html

    Args:
        service: The service of moto.
        settings: The deployed settings; without them, the current settings of the service.
    """

    def __init__(self, service: Any, settings: dict[str, Any] | None = None) -> None:
        self.service = service
        self.settings: dict[str, Any] = settings or (
            deployed_settings(service)
            | {name: getattr(service, own, None) for name, own in OTHERS.items()}
        )
        self.number = str(mock_random.randint(10**18, 9 * 10**18))
        self.created_at = self.updated_at = utcnow()
        self.tasks: list[ServiceTask] = []
        self.failed_tasks = 0
        self.rollout_state, self.rollout_reason = "", ""
        self.set_rollout("IN_PROGRESS", f"ECS deployment {self.id} in progress.")
        self.uses_alternate = False
        """Whether the tasks are registered in the alternate target group."""
        self.is_draining = False
        """Whether DescribeServices shows the revision although it has no tasks."""
        self._definition = service._backend.describe_task_definition(
            self.settings["taskDefinition"]
        )
        containers = self._definition.container_definitions
        self.container_images = [_container_image(container) for container in containers]

    @property
    def id(self) -> str:
        """The ID in the deployments of DescribeServices."""
        return f"ecs-svc/{self.number}"

    @property
    def arn(self) -> str:
        path = self.service.arn.replace(":service/", ":service-revision/")
        return f"{path}/{self.number}"

    @property
    def live_tasks(self) -> list[ServiceTask]:
        """The tasks that the service keeps running."""
        return [task for task in self.tasks if task.is_live]

    @property
    def resolved_load_balancers(self) -> list[dict[str, str]]:
        """The target groups of the revision, and the rules that forward to them.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevisionLoadBalancer.html
        """
        found = []
        for balancer in self.settings["loadBalancers"] or ():
            advanced = balancer.get("advancedConfiguration") or {}
            group = balancer.get("targetGroupArn")
            if self.uses_alternate:
                group = advanced.get("alternateTargetGroupArn") or group
            one = {
                "targetGroupArn": group,
                "productionListenerRule": advanced.get("productionListenerRule"),
            }
            found.append({name: value for name, value in one.items() if value})
        return found

    def count(self, status: str) -> int:
        """Return the number of live tasks with a status."""
        return sum(task.last_status == status for task in self.live_tasks)

    def set_rollout(self, state: str, reason: str) -> None:
        """Set what DescribeServices returns as the rollout state."""
        self.rollout_state, self.rollout_reason = state, reason
        self.updated_at = utcnow()

    def complete(self) -> None:
        self.set_rollout("COMPLETED", f"ECS deployment {self.id} completed.")

    def start(self, count: int) -> None:
        """Start tasks, which are pending, until `count` tasks are live."""
        missing = count - len(self.live_tasks)
        self.tasks += [self._task() for _ in range(missing)]

    def run(self, count: int) -> None:
        """Run exactly `count` tasks."""
        for task in self.live_tasks[count:]:
            task.stop(f"Scaling activity initiated by (deployment {self.id})")
        self.start(count)
        for task in self.live_tasks:
            task.run()

    def stop(self, reason: str) -> None:
        """Stop all tasks."""
        for task in self.live_tasks:
            task.stop(reason)

    def stop_pending(self) -> None:
        """Stop the tasks that do not run yet."""
        for task in self.live_tasks:
            if task.last_status == "PENDING":
                task.stop("the deployment was stopped")

    def fail_task(self, script: DeploymentScript) -> None:
        """Fail one of the live tasks, and start another in its place."""
        live = self.live_tasks
        if not live:
            return
        live[0].fail(script)
        self.start(len(live))
        stopped = [task for task in self.tasks if not task.is_live]
        self.tasks = [*stopped[-STOPPED_TASKS:], *self.live_tasks]

    def _task(self) -> ServiceTask:
        return ServiceTask(self.service, self._definition, self.id, self.settings)


def _container_image(container: dict[str, Any]) -> dict[str, str]:
    """Return a container's image, with the digest if it is known.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerImage.html: Amazon ECS
    resolves the tags when a deployment begins.
    """
    image = container.get("image", "")
    found = {"containerName": container["name"], "image": image}
    if digest := image_digest(image):
        found["imageDigest"] = digest
    return found
