"""Patches for ECS service deployments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException, ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around, page_of
from navra_stacks.rehearsal.emulator.service_deployments.deployment import ServiceDeployment
from navra_stacks.rehearsal.emulator.service_deployments.descriptions import (
    deployment_description,
    deployment_summary,
    revision_description,
)
from navra_stacks.rehearsal.emulator.service_deployments.history import (
    DeploymentHistory,
    begin_history,
    histories,
    history_of,
)
from navra_stacks.rehearsal.emulator.service_deployments.revision import deployed_settings

__all__ = ["add_service_deployments", "deploy_services"]

PAGE = 20
"""The number of deployments that ListServiceDeployments returns without ``maxResults``."""


def deploy_services() -> None:
    """Make CreateService and UpdateService begin service deployments, and run tasks.

    moto leaves deployments and tasks pending forever. A deployment advances by one step each time
    that it is described. Remove this patch when moto has a setting that runs the desired count of
    each service, and outcomes of deployments that can be scripted.
    """

    @around(EC2ContainerServiceResponse)
    def create_service(create: Any, response: Any) -> Any:
        result = create(response)
        begin_history(result.result["service"])
        return result

    @around(EC2ContainerServiceResponse)
    def update_service(update: Any, response: Any) -> Any:
        service = _service(response)
        history = history_of(service)
        before = deployed_settings(service)
        result = update(response)
        if history is not None:
            is_forced = response._get_param("forceNewDeployment", False)
            if is_forced or deployed_settings(service) != before:
                history.begin()
            history.show()
        return result

    @around(EC2ContainerServiceResponse)
    def describe_services(describe: Any, response: Any) -> Any:
        result = describe(response)
        for service in result.result["services"]:
            if service.status == "ACTIVE" and (history := history_of(service)) is not None:
                history.advance()
        return result


def add_service_deployments() -> None:
    """Add the operations for service deployments and service revisions.

    Remove this patch when moto has ListServiceDeployments.
    """
    add_to(
        EC2ContainerServiceResponse,
        list_service_deployments,
        describe_service_deployments,
        describe_service_revisions,
        stop_service_deployment,
        continue_service_deployment,
    )


def list_service_deployments(response: Any) -> ActionResult:
    """Return summaries of a service's deployments, the newest first.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html
    """
    service = _service(response)
    history = history_of(service)
    if service.status != "ACTIVE" or history is None:
        raise ServiceNotFoundException
    is_listed = _filter(response)
    found = [deployment for deployment in history.deployments if is_listed(deployment)]
    page, token = page_of(found, response, PAGE)
    return ActionResult({"serviceDeployments": list(map(deployment_summary, page)), **token})


def describe_service_deployments(response: Any) -> ActionResult:
    """Return the deployments whose ARNs the request contains, each one step further.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html
    """
    arns = response._get_param("serviceDeploymentArns", [])
    for history in histories(response.ecs_backend):
        if history.latest.arn in arns:
            history.advance()
    known = {arn: deployment for arn, (_, deployment) in _deployments(response).items()}
    return _described(arns, "serviceDeployments", known, deployment_description)


def describe_service_revisions(response: Any) -> ActionResult:
    """Return the service revisions whose ARNs the request contains.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html
    """
    known = {
        revision.arn: revision
        for history in histories(response.ecs_backend)
        for revision in history.revisions
    }
    arns = response._get_param("serviceRevisionArns", [])
    return _described(arns, "serviceRevisions", known, revision_description)


def stop_service_deployment(response: Any) -> ActionResult:
    """Stop a deployment, or roll it back.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html
    """
    stop_type = response._get_param("stopType", "ROLLBACK")
    if stop_type not in ("ABORT", "ROLLBACK"):
        raise InvalidParameterException(f"{stop_type} is not a stop type.")
    history, deployment = _deployment(response)
    history.stop(deployment, stop_type)
    return ActionResult({"serviceDeploymentArn": deployment.arn})


def continue_service_deployment(response: Any) -> ActionResult:
    """Continue a paused deployment, or roll it back.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContinueServiceDeployment.html
    """
    history, deployment = _deployment(response)
    action = response._get_param("action", "CONTINUE")
    history.resume(deployment, response._get_param("hookId"), action)
    return ActionResult({"serviceDeploymentArn": deployment.arn})


def _service(response: Any) -> Any:
    cluster = response._get_param("cluster", "default")
    name = response._get_param("service").rpartition("/")[2]
    return response.ecs_backend._get_service(cluster, name)


def _filter(response: Any) -> Callable[[ServiceDeployment], bool]:
    """Return whether ListServiceDeployments lists a deployment: by status and creation time."""
    statuses, created = response._get_param("status"), response._get_param("createdAt", {})
    after = created.get("after", datetime.min).replace(tzinfo=None)
    before = created.get("before", datetime.max).replace(tzinfo=None)

    def is_listed(deployment: ServiceDeployment) -> bool:
        has_status = not statuses or deployment.status in statuses
        return has_status and after <= deployment.created_at <= before

    return is_listed


def _deployments(response: Any) -> dict[str, tuple[DeploymentHistory, ServiceDeployment]]:
    return {
        deployment.arn: (history, deployment)
        for history in histories(response.ecs_backend)
        for deployment in history.deployments
    }


def _deployment(response: Any) -> tuple[DeploymentHistory, ServiceDeployment]:
    arn = response._get_param("serviceDeploymentArn")
    if (found := _deployments(response).get(arn)) is None:
        message = f"The service deployment {arn} does not exist."
        raise ECSException("ServiceDeploymentNotFoundException", message)
    return found


def _described(
    arns: list[str], key: str, known: dict[str, Any], describe: Callable[[Any], dict[str, Any]]
) -> ActionResult:
    """Return the response of a describe operation, with a failure for each unknown ARN."""
    missing = [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known]
    found = [describe(known[arn]) for arn in arns if arn in known]
    return ActionResult({key: found, "failures": missing})
