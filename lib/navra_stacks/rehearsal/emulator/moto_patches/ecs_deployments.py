"""Patches for ECS service deployments, which newer versions of the AWS provider read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to

__all__ = ["add_service_deployments"]


def add_service_deployments() -> None:
    """Add operations for service deployments; they return only a service's last deployment.

    Remove this patch when moto has ListServiceDeployments.
    """
    add_to(
        EC2ContainerServiceResponse,
        list_service_deployments,
        describe_service_deployments,
        describe_service_revisions,
    )


def list_service_deployments(response: Any) -> ActionResult:
    """Return summaries of a service's deployments, filtered by status and creation time."""
    name = response._get_param("service")
    services, _ = response.ecs_backend.describe_services(
        response._get_param("cluster", "default"), [name]
    )
    if not services:
        raise ServiceNotFoundException
    statuses, created = response._get_param("status"), response._get_param("createdAt", {})
    after = created.get("after", datetime.min).replace(tzinfo=None)
    before = created.get("before", datetime.max).replace(tzinfo=None)
    found = [
        {
            "clusterArn": deployment["clusterArn"],
            "createdAt": deployment["createdAt"],
            "finishedAt": deployment["finishedAt"],
            "serviceArn": deployment["serviceArn"],
            "serviceDeploymentArn": deployment["serviceDeploymentArn"],
            "startedAt": deployment["startedAt"],
            "status": deployment["status"],
            "targetServiceRevisionArn": deployment["targetServiceRevision"]["arn"],
        }
        for deployment in _deployments(services[0])
        if (not statuses or deployment["status"] in statuses)
        and after <= deployment["createdAt"] <= before
    ]
    return ActionResult({"serviceDeployments": found})


def describe_service_deployments(response: Any) -> ActionResult:
    """Return the deployments whose ARNs the request contains."""
    known = {
        deployment["serviceDeploymentArn"]: deployment
        for service in response.ecs_backend.services.values()
        for deployment in _deployments(service)
    }
    return _described(response, "serviceDeploymentArns", "serviceDeployments", known)


def describe_service_revisions(response: Any) -> ActionResult:
    """Return the service revisions whose ARNs the request contains."""
    known = {
        deployment["targetServiceRevision"]["arn"]: {
            "clusterArn": service.cluster_arn,
            "createdAt": deployment["createdAt"],
            "launchType": service.launch_type,
            "loadBalancers": service.load_balancers,
            "networkConfiguration": service.network_configuration,
            "platformVersion": service.platform_version,
            "serviceArn": service.arn,
            "serviceRevisionArn": deployment["targetServiceRevision"]["arn"],
            "taskDefinition": service.task_definition,
        }
        for service in response.ecs_backend.services.values()
        for deployment in _deployments(service)
    }
    return _described(response, "serviceRevisionArns", "serviceRevisions", known)


def _described(response: Any, parameter: str, key: str, known: dict[str, Any]) -> ActionResult:
    """Return the response of a describe operation, with a failure for each unknown ARN."""
    arns = response._get_param(parameter, [])
    missing = [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known]
    found = [known[arn] for arn in arns if arn in known]
    return ActionResult({key: found, "failures": missing})


def _deployments(service: Any) -> Iterator[dict[str, Any]]:
    for deployment in service.deployments:
        number = deployment["id"].removeprefix("ecs-svc/")
        revision = {
            "arn": f"{service.arn.replace(':service/', ':service-revision/')}/{number}",
            "requestedTaskCount": deployment["desiredCount"],
            "runningTaskCount": deployment["runningCount"],
            "pendingTaskCount": deployment["pendingCount"],
        }
        arn = f"{service.arn.replace(':service/', ':service-deployment/')}/{number}"
        yield {
            "clusterArn": service.cluster_arn,
            "createdAt": deployment["createdAt"],
            "deploymentConfiguration": getattr(service, "deployment_configuration", None),
            "finishedAt": deployment["updatedAt"],
            "serviceArn": service.arn,
            "serviceDeploymentArn": arn,
            "startedAt": deployment["createdAt"],
            "status": "SUCCESSFUL" if deployment["rolloutState"] == "COMPLETED" else "IN_PROGRESS",
            "targetServiceRevision": revision,
            "updatedAt": deployment["updatedAt"],
        }
