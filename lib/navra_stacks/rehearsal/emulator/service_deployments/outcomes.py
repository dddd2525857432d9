"""Scripted outcomes of service deployments, set by tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = [
    "CAUSES",
    "OUTCOMES",
    "UNKNOWN_STATUS",
    "DeploymentScript",
    "next_script",
    "script_deployments",
    "validated",
]

OUTCOMES = (
    "success",
    "breaker",
    "breaker-without-rollback",
    "never-stable",
    "alarm",
    "pause",
    "rollback-failed",
    "superseded",
    "unknown-status",
)
"""How a deployment ends:

``success``: it completes.
``breaker``: tasks fail until the circuit breaker's threshold, then the service is rolled back.
``breaker-without-rollback``: tasks fail until the threshold, then the deployment stops.
``never-stable``: tasks fail until the deployment is stopped.
``alarm``: an alarm goes into ALARM in the bake time, then the service is rolled back.
``pause``: the deployment waits for ContinueServiceDeployment, then it completes.
``rollback-failed``: as ``breaker``, but the rollback fails too.
``superseded``: another deployment, of the previous task definition, begins in the meantime.
``unknown-status``: it has a status that no version of the API has, until it is stopped.
"""

CAUSES = ("exit", "image", "health-check")
"""Why tasks fail: a container exits, an image is missing, or health checks fail."""

UNKNOWN_STATUS = "VALIDATING"
"""A status that no version of the API has."""

ATTRIBUTE = "deployment_scripts"
"""The attribute of moto's ECS backend with the scripts by service. A reset removes it."""


@dataclass(frozen=True)
class DeploymentScript:
    """How one deployment of a service proceeds.

    Args:
        outcome: One of :data:`OUTCOMES`.
        cause: Why tasks of the deployment fail, if they do: one of :data:`CAUSES`.
        exit_code: The exit code of the essential containers of failed tasks.
        log_lines: What the first essential container of a failed task logs.
    """

    outcome: str = "success"
    cause: str = "exit"
    exit_code: int = 1
    log_lines: Sequence[str] = ("the application does not start",)


def validated(outcomes: Sequence[str], **failure: Any) -> list[dict[str, Any]]:
    """Return the scripts of coming deployments in the form that is sent to the emulator.

    Raises:
        ValueError: an outcome or the cause is unknown.
    """
    scripts = [DeploymentScript(outcome, **failure) for outcome in outcomes]
    for script in scripts:
        if script.outcome not in OUTCOMES:
            raise ValueError(f"{script.outcome!r} is not an outcome; use one of {OUTCOMES}")
        if script.cause not in CAUSES:
            raise ValueError(f"{script.cause!r} is not a cause; use one of {CAUSES}")
    return [asdict(script) for script in scripts]


def script_deployments(
    account: str, region: str, service: str, scripts: Sequence[dict[str, Any]]
) -> None:
    """Script the coming deployments of a service, in place of earlier scripts that were not used.

    Args:
        account: The ID of the account.
        region: The Region.
        service: The name of the service, which need not exist yet.
        scripts: The arguments of a :class:`DeploymentScript` for each coming deployment.
    """
    from moto.ecs.models import ecs_backends

    scripted = vars(ecs_backends[account][region]).setdefault(ATTRIBUTE, {})
    scripted[service] = [DeploymentScript(**script) for script in scripts]


def next_script(backend: Any, service: str) -> DeploymentScript | None:
    """Return and remove the script of the next deployment of a service; None without a script."""
    waiting: list[DeploymentScript] = vars(backend).get(ATTRIBUTE, {}).get(service, [])
    return waiting.pop(0) if waiting else None
