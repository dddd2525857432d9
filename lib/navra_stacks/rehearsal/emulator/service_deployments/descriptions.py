"""Service deployments and revisions in the form of the API."""

from __future__ import annotations

from typing import Any

from navra_stacks.rehearsal.emulator.service_deployments.deployment import ServiceDeployment
from navra_stacks.rehearsal.emulator.service_deployments.revision import ServiceRevision

__all__ = ["deployment_description", "deployment_summary", "revision_description"]


def deployment_summary(deployment: ServiceDeployment) -> dict[str, Any]:
    """Return a deployment in a response of ListServiceDeployments.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeploymentBrief.html
    """
    return _present(_common(deployment)) | {"targetServiceRevisionArn": deployment.target.arn}


def deployment_description(deployment: ServiceDeployment) -> dict[str, Any]:
    """Return a deployment in a response of DescribeServiceDeployments.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
    """
    return _present(
        _common(deployment)
        | {
            "alarms": _alarms(deployment),
            "deploymentCircuitBreaker": _circuit_breaker(deployment),
            "deploymentConfiguration": deployment.configuration,
            "lifecycleHookDetails": [deployment.hook] if deployment.hook else None,
            "lifecycleStage": deployment.stage,
            "rollback": deployment.rollback,
            "sourceServiceRevisions": [
                _revision_summary(deployment, source) for source in deployment.sources
            ],
            "stoppedAt": deployment.stopped_at,
            "targetServiceRevision": _revision_summary(deployment, deployment.target),
            "updatedAt": deployment.updated_at,
        }
    )


def revision_description(revision: ServiceRevision) -> dict[str, Any]:
    """Return a revision in a response of DescribeServiceRevisions.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html
    """
    balancers = revision.resolved_load_balancers
    return _present(
        revision.settings
        | {
            "clusterArn": revision.service.cluster_arn,
            "containerImages": revision.container_images,
            "createdAt": revision.created_at,
            "resolvedConfiguration": {"loadBalancers": balancers} if balancers else None,
            "serviceArn": revision.service.arn,
            "serviceRevisionArn": revision.arn,
        }
    )


def _common(deployment: ServiceDeployment) -> dict[str, Any]:
    return {
        "clusterArn": deployment.service.cluster_arn,
        "createdAt": deployment.created_at,
        "finishedAt": deployment.finished_at,
        "serviceArn": deployment.service.arn,
        "serviceDeploymentArn": deployment.arn,
        "startedAt": deployment.started_at,
        "status": deployment.status,
        "statusReason": deployment.reason,
    }


def _revision_summary(deployment: ServiceDeployment, revision: ServiceRevision) -> dict[str, Any]:
    is_target = revision is deployment.target
    summary: dict[str, Any] = {
        "arn": revision.arn,
        "requestedTaskCount": deployment.service.desired_count if is_target else None,
        "runningTaskCount": revision.count("RUNNING"),
        "pendingTaskCount": revision.count("PENDING"),
    }
    if not is_target:
        summary["requestedTaskCount"] = len(revision.live_tasks)
    if deployment.is_shifting:
        production, test = deployment.production_weight, deployment.test_weight
        if not is_target:
            # Only one of the sources receives traffic: the revision that was last completed.
            has_traffic = revision is deployment.sources[0]
            production, test = (100 - production, 0.0) if has_traffic else (0.0, 0.0)
        summary |= {
            "requestedProductionTrafficWeight": production,
            "requestedTestTrafficWeight": test,
        }
    return summary


def _circuit_breaker(deployment: ServiceDeployment) -> dict[str, Any]:
    settings = deployment.configuration.get("deploymentCircuitBreaker") or {}
    return {
        "status": _monitor_status(deployment, "breaker", is_enabled=settings.get("enable", False)),
        "failureCount": deployment.failure_count,
        "threshold": deployment.threshold,
    }


def _alarms(deployment: ServiceDeployment) -> dict[str, Any]:
    settings = deployment.configuration.get("alarms") or {}
    names = settings.get("alarmNames") or []
    if deployment.triggered == "alarms":
        names = names or [f"{deployment.service.name}-errors"]
    return {
        "status": _monitor_status(deployment, "alarms", is_enabled=settings.get("enable", False)),
        "alarmNames": names,
        "triggeredAlarmNames": names[:1] if deployment.triggered == "alarms" else [],
    }


def _monitor_status(deployment: ServiceDeployment, detector: str, *, is_enabled: bool) -> str:
    """Return the status of what detects failures.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeploymentAlarms.html. A
    script triggers also what the service has disabled.
    """
    if deployment.triggered == detector:
        return "TRIGGERED"
    if not is_enabled:
        return "DISABLED"
    return "MONITORING_COMPLETE" if deployment.is_finished else "MONITORING"


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
