"""Tasks of ECS services in the emulator, which runs no containers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from navra_stacks.rehearsal.emulator.container_images import image_digest, pull_error
from navra_stacks.rehearsal.emulator.service_deployments.outcomes import DeploymentScript
from navra_stacks.rehearsal.emulator.task_logs import write_log

__all__ = ["ServiceTask"]


class ServiceTask:
    """A task of a service revision, with the attributes that moto's responses contain.

    It has no network interface in EC2, which a destroy of the subnets would meet.

    Args:
        service: The service of moto.
        definition: The task definition of moto.
        revision_id: The ID of the service revision, for example ``ecs-svc/1234567890``.
        settings: The settings of the service revision, with the names of the API.
    """

    def __init__(
        self, service: Any, definition: Any, revision_id: str, settings: dict[str, Any]
    ) -> None:
        self.id = mock_random.uuid4().hex
        cluster, _, _ = service.arn.replace(":service/", ":task/").rpartition("/")
        self.task_arn = f"{cluster}/{self.id}"
        self.cluster_arn = service.cluster_arn
        self.task_definition_arn = definition.arn
        self.family = definition.family
        self.group = f"service:{service.name}"
        self.started_by = revision_id
        self.launch_type = settings.get("launchType")
        strategy = settings.get("capacityProviderStrategy") or [{}]
        self.capacity_provider_name = strategy[0].get("capacityProvider")
        self.platform_version = settings.get("platformVersion")
        self.cpu, self.memory = definition.cpu, definition.memory
        self.created_at = utcnow()
        self.started_at: datetime | None = None
        self.stopping_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.stop_code: str | None = None
        self.stopped_reason: str | None = None
        self.desired_status, self.last_status = "RUNNING", "PENDING"
        self.overrides: dict[str, Any] = {"containerOverrides": []}
        self.tags: list[dict[str, str]] = []
        self.attachments = _attachments(settings)
        self.containers = [self._container(one) for one in definition.container_definitions]
        self._definition, self._service = definition, service

    @property
    def is_live(self) -> bool:
        """Whether the service keeps this task running."""
        return self.desired_status == "RUNNING"

    def run(self) -> None:
        """Change a pending task to RUNNING."""
        if self.last_status == "PENDING":
            self.started_at = utcnow()
            self._set_status("RUNNING")

    def stop(self, reason: str) -> None:
        """Stop the task, as the scheduler of the service does."""
        self._stop("ServiceSchedulerInitiated", reason)

    def fail(self, script: DeploymentScript) -> None:
        """Stop the task for the scripted cause.

        Amazon ECS Developer Guide, "Amazon ECS stopped tasks error messages".
        """
        if script.cause == "image":
            self._fail_to_pull()
            return
        if script.cause == "health-check":
            self.stop(f"Task failed {self._health_checks()}")
        else:
            self._stop("EssentialContainerExited", "Essential container in task exited")
        self.started_at = self.started_at or self.created_at
        for container, settings in self._containers():
            container["exitCode"] = script.exit_code if settings["essential"] else 0
        account, region = self._service._account_id, self._service.region_name
        write_log(account, region, self._definition, self.id, script.log_lines)

    def _fail_to_pull(self) -> None:
        container = self.containers[0]
        container["reason"] = pull_error(container["image"])
        self._stop("TaskFailedToStart", container["reason"])

    def _health_checks(self) -> str:
        groups = [one.get("targetGroupArn") for one in self._service.load_balancers or ()]
        return (
            f"ELB health checks in (target-group {groups[0]})"
            if groups
            else ("container health checks")
        )

    def _stop(self, code: str, reason: str) -> None:
        self.desired_status = "STOPPED"
        self.stop_code, self.stopped_reason = code, reason
        self.stopping_at = self.stopped_at = utcnow()
        self._set_status("STOPPED")

    def _set_status(self, status: str) -> None:
        self.last_status = status
        for container in self.containers:
            container["lastStatus"] = status

    def _containers(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Return each container with its definition."""
        definitions = self._definition.container_definitions
        return list(zip(self.containers, definitions, strict=True))

    def _container(self, settings: dict[str, Any]) -> dict[str, Any]:
        path = self.task_arn.replace(":task/", ":container/")
        container = {
            "containerArn": f"{path}/{settings['name']}",
            "taskArn": self.task_arn,
            "name": settings["name"],
            "image": settings.get("image", ""),
            "lastStatus": "PENDING",
            "healthStatus": "UNKNOWN",
            "networkInterfaces": [],
        }
        if digest := image_digest(container["image"]):
            container["imageDigest"] = digest
        return container


def _attachments(settings: dict[str, Any]) -> list[dict[str, Any]]:
    network = (settings.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if not network:
        return []
    address = ".".join(["10", *(str(mock_random.randint(0, 255)) for _ in range(3))])
    details = {
        "subnetId": network["subnets"][0],
        "networkInterfaceId": f"eni-{mock_random.uuid4().hex[:17]}",
        "privateIPv4Address": address,
    }
    return [
        {
            "id": str(mock_random.uuid4()),
            "type": "ElasticNetworkInterface",
            "status": "ATTACHED",
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }
    ]
