"""The exit codes and log lines of one-off tasks in the emulator, which runs no containers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["TaskScript", "script_of", "set_exit_code"]

ATTRIBUTE = "task_scripts"
"""The attribute of moto's ECS backend with the scripts by family. A reset of the emulator removes
it.
"""


@dataclass(frozen=True)
class TaskScript:
    """How the tasks of a family end; see :func:`set_exit_code`."""

    exit_code: int | None = 0
    log_lines: Sequence[str] = ()
    runs_until_stopped: bool = False
    stops_at_once: bool = False


def set_exit_code(account: str, region: str, family: str, **script: Any) -> None:
    """Set how the tasks of a family end that are started from now on.

    Args:
        account: The ID of the account.
        region: The Region.
        family: The task definition family.
        **script: ``exit_code``: the exit code of all containers; None for containers that never
            start, for example because their image is missing. Without a call it is 0.
            ``log_lines``: what the first essential container logs before it exits.
            ``runs_until_stopped``: whether the tasks run until StopTask is called.
            ``stops_at_once``: whether the first DescribeTasks finds the tasks stopped. The waiter
            of the AWS CLI waits 6 s between two calls.
    """
    from moto.ecs.models import ecs_backends

    scripts = vars(ecs_backends[account][region]).setdefault(ATTRIBUTE, {})
    scripts[family] = TaskScript(**script)


def script_of(backend: Any, family: str) -> TaskScript:
    """Return how the tasks of a family end in one backend of moto."""
    scripts: dict[str, TaskScript] = vars(backend).get(ATTRIBUTE, {})
    return scripts.get(family, TaskScript())
