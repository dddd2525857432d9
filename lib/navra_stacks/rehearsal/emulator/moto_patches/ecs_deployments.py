"""Deployments of services, as newer providers follow them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to

__all__ = ["a_service_tells_its_deployment"]


def a_service_tells_its_deployment() -> None:
    """The last one, which has ended: it runs at once. Goes when moto has ListServiceDeployments."""
    add_to(
        EC2ContainerServiceResponse,
        list_service_deployments,
        describe_service_deployments,
        describe_service_revisions,
    )


def list_service_deployments(response: Any) -> ActionResult:
    """Those of one service, briefly, by status and by the time of their creation."""
    name = response._get_param("service")
    services, _ = response.ecs_backend.describe_services(
        response._get_param("cluster", "default"), [name]
    )
    if not services:
        raise ServiceNotFoundException
    wanted, created = response._get_param("status"), response._get_param("createdAt", {})
    after = created.get("after", datetime.min).replace(tzinfo=None)
    before = created.get("before", datetime.max).replace(tzinfo=None)
    found = [
        {
            "clusterArn": one["clusterArn"],
            "createdAt": one["createdAt"],
            "finishedAt": one["finishedAt"],
            "serviceArn": one["serviceArn"],
            "serviceDeploymentArn": one["serviceDeploymentArn"],
            "startedAt": one["startedAt"],
            "status": one["status"],
            "targetServiceRevisionArn": one["targetServiceRevision"]["arn"],
        }
        for one in _deployments(services[0])
        if (not wanted or one["status"] in wanted) and after <= one["createdAt"] <= before
    ]
    return ActionResult({"serviceDeployments": found})


def describe_service_deployments(response: Any) -> ActionResult:
    """Those whose ARNs are named."""
    known = {
        one["serviceDeploymentArn"]: one
        for service in response.ecs_backend.services.values()
        for one in _deployments(service)
    }
    return _described(response, "serviceDeploymentArns", "serviceDeployments", known)


def describe_service_revisions(response: Any) -> ActionResult:
    """What a service was, or is, to run: those whose ARNs are named."""
    known = {
        one["targetServiceRevision"]["arn"]: {
            "clusterArn": service.cluster_arn,
            "createdAt": one["createdAt"],
            "launchType": service.launch_type,
            "loadBalancers": service.load_balancers,
            "networkConfiguration": service.network_configuration,
            "platformVersion": service.platform_version,
            "serviceArn": service.arn,
            "serviceRevisionArn": one["targetServiceRevision"]["arn"],
            "taskDefinition": service.task_definition,
        }
        for service in response.ecs_backend.services.values()
        for one in _deployments(service)
    }
    return _described(response, "serviceRevisionArns", "serviceRevisions", known)


def _described(response: Any, asked: str, told: str, known: dict[str, Any]) -> ActionResult:
    arns = response._get_param(asked, [])
    missing = [{"arn": one, "reason": "MISSING"} for one in arns if one not in known]
    found = [known[one] for one in arns if one in known]
    return ActionResult({told: found, "failures": missing})


def _deployments(service: Any) -> Iterator[dict[str, Any]]:
    for one in service.deployments:
        number = one["id"].removeprefix("ecs-svc/")
        revision = {
            "arn": f"{service.arn.replace(':service/', ':service-revision/')}/{number}",
            "requestedTaskCount": one["desiredCount"],
            "runningTaskCount": one["runningCount"],
            "pendingTaskCount": one["pendingCount"],
        }
        arn = f"{service.arn.replace(':service/', ':service-deployment/')}/{number}"
        yield {
            "clusterArn": service.cluster_arn,
            "createdAt": one["createdAt"],
            "deploymentConfiguration": getattr(service, "deployment_configuration", None),
            "finishedAt": one["updatedAt"],
            "serviceArn": service.arn,
            "serviceDeploymentArn": arn,
            "startedAt": one["createdAt"],
            "status": "SUCCESSFUL" if one["rolloutState"] == "COMPLETED" else "IN_PROGRESS",
            "targetServiceRevision": revision,
            "updatedAt": one["updatedAt"],
        }
