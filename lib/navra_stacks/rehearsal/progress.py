"""Format Terraform's progress events as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["format_event"]

DONE = {"create": "created", "update": "changed", "delete": "destroyed"}
SLOW_SECONDS = 5
"""The shortest duration, in seconds, that the line for an operation mentions."""


def format_event(event: Mapping[str, Any]) -> str | None:
    """Return the line for a resource that is complete or has failed; None for other events.

    Events of data sources have no line.
    """
    hook = event.get("hook") or {}
    address = (hook.get("resource") or {}).get("addr", "")
    action = hook.get("action", "")
    if address.startswith("data.") or not action:
        return None
    seconds = hook.get("elapsed_seconds", 0)
    after = f" after {seconds} s" if seconds >= SLOW_SECONDS else ""
    if event.get("type") == "apply_complete" and action in DONE:
        return f"{address} {DONE[action]}{after}"
    if event.get("type") == "apply_errored":
        return f"{address} failed{after}"
    return None
