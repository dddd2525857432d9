"""Describe the settings that an apply does not bring into the running tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from navra_stacks.stacks.pending_settings import PendingSettings

__all__ = ["describe_pending", "shorten"]

MAX_LENGTH = 60
"""Maximum length of a printed value, in characters. A longer value is cut."""

_REASONS = {
    "deploy": "reaches the running tasks with the next deploy of the pipeline",
    "access": "reaches the running tasks with the next deploy of the pipeline; until then, ECS "
    "cannot start tasks, because the apply removes access to the value before",
    "inventory": "has no effect while the inventory preserves the live value",
    "autoscaling": "has no effect, because autoscaling determines the number of tasks",
}


def describe_pending(stack: str, pending: PendingSettings) -> Iterator[str]:
    """Yield a line for each pending setting of a stack, and for each service without a baseline."""
    for setting in pending.settings:
        yield (
            f"{stack}: {setting.field}: {shorten(setting.before)} -> {shorten(setting.after)} "
            f"{_REASONS[setting.reason]}"
        )
    for service in pending.unknown:
        yield (
            f"{stack}: changes of services.{service} reach the running tasks with the next deploy "
            "of the pipeline"
        )


def shorten(value: Any) -> str:
    """Return a value as text of at most `MAX_LENGTH` characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "absent" if value is None else text
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 3]}..."
