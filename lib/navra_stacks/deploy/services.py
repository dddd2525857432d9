"""ECS services: what they run, and the deployments that move them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.deploy.account import DeploymentAccount, LostResponseError
from navra_stacks.deploy.outcome import RefusedError

__all__ = [
    "ROLLED_BACK",
    "TEST_STAGE",
    "EcsService",
    "Followed",
    "deployed_revision",
    "deployed_target_groups",
    "describe_progress",
    "follow",
    "holds_test_stage",
    "is_held",
    "running_digests",
    "service_deployments",
    "start_deployment",
    "stop_deployment",
    "unfinished_deployments",
]

UNFINISHED = (
    "PENDING",
    "IN_PROGRESS",
    "STOP_REQUESTED",
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
)
ROLLED_BACK = "ROLLBACK_SUCCESSFUL"
TERMINAL = ("SUCCESSFUL", "STOPPED", ROLLED_BACK, "ROLLBACK_FAILED")
"""The statuses after which a service deployment does not change (Amazon ECS API Reference,
"ServiceDeployment"). Any other status is followed until the timeout.
"""

TEST_STAGE = "POST_TEST_TRAFFIC_SHIFT"
"""The lifecycle stage in which the new revision receives all test requests, and nothing else."""

HOLDING = ("AWAITING_ACTION", "IN_PROGRESS")
"""The statuses of a lifecycle hook for which a deployment waits (Amazon ECS API Reference,
"DeploymentLifecycleHookDetail").
"""

MAX_ATTEMPTS = 3
MAX_POLLS_TO_APPEAR = 24


@dataclass(frozen=True)
class EcsService:
    """A service as AWS describes it."""

    live: Mapping[str, Any]

    @classmethod
    def read(cls, account: DeploymentAccount, cluster: str, name: str) -> EcsService:
        """Read a service.

        Raises:
            RefusedError: the service does not exist.
            AccountError: the account cannot be read.
        """
        try:
            found = account.request("ecs", "describe_services", cluster=cluster, services=[name])
        except OperationError as error:
            if "ClusterNotFound" not in str(error):
                raise
            found = {"services": []}
        for live in found["services"]:
            if live["status"] == "ACTIVE":
                return cls(live)
        raise RefusedError(
            f"the cluster {cluster} has no active service {name}; apply the settings with "
            "Terraform first"
        )

    @property
    def revision(self) -> str:
        """The ARN of the revision of the service."""
        return str(self.live.get("taskDefinition", ""))

    @property
    def is_steady(self) -> bool:
        """True if the service has one deployment, and runs as many tasks as desired."""
        return (
            len(self.live["deployments"]) == 1
            and self.live["runningCount"] == self.live["desiredCount"]
            and self.live.get("pendingCount", 0) == 0
        )

    def describe_tasks(self) -> str:
        """Return the numbers of running and desired tasks."""
        return f"{self.live['runningCount']} of {self.live['desiredCount']} tasks"


def service_deployments(
    account: DeploymentAccount, cluster: str, name: str, *statuses: str
) -> list[Mapping[str, Any]]:
    """Return the deployments of a service, the newest one first.

    Args:
        account: The account.
        cluster: The name of the cluster.
        name: The name of the ECS service.
        statuses: The statuses of the deployments; all if there is none.

    Raises:
        AccountError: the account cannot be read.
    """
    arguments: dict[str, Any] = {"cluster": cluster, "service": name}
    if statuses:
        arguments["status"] = list(statuses)
    deployments: list[Mapping[str, Any]] = []
    while True:
        found = account.request("ecs", "list_service_deployments", **arguments)
        deployments += found["serviceDeployments"]
        if not found.get("nextToken"):
            # AWS documents no order.
            return sorted(deployments, key=lambda one: one["createdAt"], reverse=True)
        arguments["nextToken"] = found["nextToken"]


def _service_revision(account: DeploymentAccount, arn: str) -> Mapping[str, Any]:
    """Return a service revision; empty if ECS no longer has it."""
    found = account.request("ecs", "describe_service_revisions", serviceRevisionArns=[arn])
    return next(iter(found["serviceRevisions"]), {})


def deployed_revision(account: DeploymentAccount, deployment: Mapping[str, Any]) -> str:
    """Return the ARN of the task definition that a deployment deploys; empty if it is not known.

    Args:
        account: The account.
        deployment: The deployment in the form of ListServiceDeployments.

    Raises:
        AccountError: the account cannot be read.
    """
    revision = _service_revision(account, deployment["targetServiceRevisionArn"])
    return str(revision.get("taskDefinition", ""))


def deployed_target_groups(account: DeploymentAccount, deployment: Mapping[str, Any]) -> list[str]:
    """Return the ARNs of the target groups of the revision that a deployment deploys.

    With a strategy that shifts traffic, a service has two target groups, and the new revision uses
    one of them. The list is empty if ECS does not describe them.

    Args:
        account: The account.
        deployment: The deployment in the form of DescribeServiceDeployments.

    Raises:
        AccountError: the account cannot be read.
    """
    target = deployment.get("targetServiceRevision") or {}
    if "arn" not in target:
        return []
    resolved = _service_revision(account, target["arn"]).get("resolvedConfiguration") or {}
    balancers = resolved.get("loadBalancers") or ()
    return [one["targetGroupArn"] for one in balancers if one.get("targetGroupArn")]


def running_digests(
    account: DeploymentAccount, cluster: str, service: EcsService
) -> dict[str, str]:
    """Return the digests of the images that a service runs, by container, as far as ECS has them.

    A tag in the revision can point to another image by now. Nothing is returned if the last
    successful deployment was of another revision than the service has.

    Args:
        account: The account.
        cluster: The name of the cluster.
        service: The service.

    Raises:
        AccountError: the account cannot be read.
    """
    for one in service_deployments(account, cluster, service.live["serviceName"], "SUCCESSFUL")[:1]:
        deployed = _service_revision(account, one["targetServiceRevisionArn"])
        if deployed.get("taskDefinition") == service.revision:
            return {
                image["containerName"]: image["imageDigest"]
                for image in deployed.get("containerImages") or ()
                if image.get("imageDigest")
            }
    return {}


def unfinished_deployments(account: DeploymentAccount, cluster: str, name: str) -> list[str]:
    """Return the ARNs of the service deployments that have not ended."""
    found = service_deployments(account, cluster, name, *UNFINISHED)
    return [one["serviceDeploymentArn"] for one in found]


def start_deployment(
    account: DeploymentAccount,
    cluster: str,
    name: str,
    revision: str,
    *,
    poll_seconds: float,
) -> str:
    """Move a service to a revision, and return the ARN of the service deployment.

    Args:
        account: The account.
        cluster: The name of the cluster.
        name: The name of the ECS service.
        revision: The ARN of the revision.
        poll_seconds: The time between two requests.

    Raises:
        LostResponseError: the deployment of the revision did not appear.
        AccountError: AWS rejected the update.
    """
    before = _deployments_of(account, cluster, name)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            account.change("update_service", cluster=cluster, service=name, taskDefinition=revision)
            break
        except LostResponseError:
            # AWS may have started the deployment. A second request could start another one.
            if (found := _new_deployment(account, cluster, name, revision, before)) is not None:
                return found
            if attempt == MAX_ATTEMPTS:
                raise
    for _ in range(MAX_POLLS_TO_APPEAR):
        if (found := _new_deployment(account, cluster, name, revision, before)) is not None:
            return found
        account.sleep(poll_seconds)
    raise LostResponseError(f"no deployment of {revision.rpartition('/')[2]} to {name} appeared")


def _deployments_of(account: DeploymentAccount, cluster: str, name: str) -> set[str]:
    found = service_deployments(account, cluster, name)
    return {one["serviceDeploymentArn"] for one in found}


def _new_deployment(
    account: DeploymentAccount, cluster: str, name: str, revision: str, before: set[str]
) -> str | None:
    """Return the deployment of a revision that is not among those of before."""
    for one in service_deployments(account, cluster, name):
        if one["serviceDeploymentArn"] in before:
            continue
        if deployed_revision(account, one) == revision:
            return str(one["serviceDeploymentArn"])
    return None


def stop_deployment(account: DeploymentAccount, deployment: str) -> None:
    """Stop a service deployment, which rolls the service back.

    A deployment that has ended in the meantime is left as it is.

    Raises:
        AccountError: AWS did not stop it.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            account.change(
                "stop_service_deployment", serviceDeploymentArn=deployment, stopType="ROLLBACK"
            )
            return
        except OperationError as error:
            if _describe(account, deployment)["status"] not in ("PENDING", "IN_PROGRESS"):
                return  # it was stopped, or has ended in the meantime
            if attempt == MAX_ATTEMPTS or not isinstance(error, LostResponseError):
                raise


@dataclass(frozen=True)
class Followed:
    """A service deployment when it ended, or when it was no longer followed."""

    live: Mapping[str, Any]
    timed_out: bool = False

    @property
    def status(self) -> str:
        return str(self.live["status"])

    @property
    def reason(self) -> str:
        """The reason that AWS gives."""
        rollback = self.live.get("rollback") or {}
        alarms = (self.live.get("alarms") or {}).get("triggeredAlarmNames") or []
        parts = [(self.live.get("statusReason") or rollback.get("reason") or "").rstrip(".")]
        if alarms:
            parts.append(f"alarms: {', '.join(alarms)}")
        return "; ".join(filter(None, parts))


def follow(
    account: DeploymentAccount,
    deployment: str,
    *,
    timeout_seconds: float,
    includes_hooks: bool,
    poll_seconds: float,
    clock: Callable[[], float],
    observe: Callable[[Mapping[str, Any], float], None],
) -> Followed:
    """Follow a service deployment until it ends, or until the timeout.

    Args:
        account: The account.
        deployment: The ARN of the service deployment.
        timeout_seconds: The time after which it is no longer followed.
        includes_hooks: Whether the time includes that in which the deployment waits for a lifecycle
            hook, which has a timeout of its own.
        poll_seconds: The time between two requests.
        clock: A function that returns the time in seconds.
        observe: A function that is called with each description of the deployment, and with the
            seconds since the beginning.

    Raises:
        AccountError: the account cannot be read.
    """
    start = last = clock()
    held_seconds = 0.0
    while True:
        live = account.read_repeatedly(lambda: _describe(account, deployment), poll_seconds)
        now = clock()
        if is_held(live):
            held_seconds += now - last
        last = now
        observe(live, now - start)
        if live["status"] in TERMINAL:
            return Followed(live)
        if now - start - (0 if includes_hooks else held_seconds) >= timeout_seconds:
            return Followed(live, timed_out=True)
        account.sleep(poll_seconds)


def holds_test_stage(live: Mapping[str, Any]) -> bool:
    """Return True if a lifecycle hook decides when a deployment leaves the `TEST_STAGE`.

    Args:
        live: A service or a service deployment, as AWS describes it.
    """
    configuration = live.get("deploymentConfiguration") or {}
    hooks = configuration.get("lifecycleHooks") or ()
    return any(TEST_STAGE in (hook.get("lifecycleStages") or ()) for hook in hooks)


def is_held(live: Mapping[str, Any]) -> bool:
    """Return True if a service deployment waits for a lifecycle hook."""
    hooks = live.get("lifecycleHookDetails") or ()
    return live["status"] == "IN_PROGRESS" and any(hook.get("status") in HOLDING for hook in hooks)


def _describe(account: DeploymentAccount, deployment: str) -> Mapping[str, Any]:
    found = account.request(
        "ecs", "describe_service_deployments", serviceDeploymentArns=[deployment]
    )
    if not found["serviceDeployments"]:
        raise LostResponseError(f"the service deployment {deployment} is no longer described")
    live: Mapping[str, Any] = found["serviceDeployments"][0]
    return live


def describe_progress(live: Mapping[str, Any]) -> str:
    """Return the status of a service deployment in one line."""
    parts = [live["status"].lower().replace("_", " ")]
    if stage := live.get("lifecycleStage"):
        parts.append(stage.lower().replace("_", " "))
    target = live.get("targetServiceRevision") or {}
    if "requestedTaskCount" in target:
        parts.append(
            f"{target.get('runningTaskCount', 0)} of {target['requestedTaskCount']} tasks run"
        )
    if (weight := target.get("requestedProductionTrafficWeight")) is not None:
        parts.append(f"{weight:g} % of the traffic")
    breaker = live.get("deploymentCircuitBreaker") or {}
    if breaker.get("failureCount"):
        parts.append(f"{breaker['failureCount']} of {breaker.get('threshold')} failures")
    hooks = {hook.get("status") for hook in live.get("lifecycleHookDetails") or ()}
    if "AWAITING_ACTION" in hooks:
        parts.append("waits for ContinueServiceDeployment")
    elif "IN_PROGRESS" in hooks:
        parts.append("waits for a lifecycle hook")
    return ", ".join(parts)
