"""Log events of tasks in the emulator, which runs no containers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["write_log"]


def write_log(
    account: str, region: str, definition: Any, task_id: str, lines: Iterable[str]
) -> None:
    """Write what the first essential container of a task logs to its group, if the group exists.

    The log stream is ``prefix/container/task-id`` (Amazon ECS Developer Guide, "Example Amazon ECS
    task definition: Route logs to CloudWatch").

    Args:
        account: The ID of the account.
        region: The Region of the task.
        definition: The task definition of moto.
        task_id: The last part of the task's ARN.
        lines: The lines. Without lines, no stream is created.
    """
    from moto.core.utils import unix_time_millis
    from moto.logs.models import logs_backends

    essential = (one for one in definition.container_definitions if one["essential"])
    container: dict[str, Any] = next(essential, {})
    messages, configuration = list(lines), container.get("logConfiguration") or {}
    options = configuration.get("options") or {}
    if configuration.get("logDriver") != "awslogs" or not messages:
        return
    backend = logs_backends[account][options.get("awslogs-region", region)]
    group = options.get("awslogs-group")
    if group not in backend.groups:
        return
    stream = f"{options.get('awslogs-stream-prefix', '')}/{container['name']}/{task_id}"
    backend.ensure_log_stream(group, stream)
    now = int(unix_time_millis())
    events = [{"timestamp": now, "message": message} for message in messages]
    backend.put_log_events(group, stream, events)
