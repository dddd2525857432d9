"""What Terraform tells while it runs, in lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["line_of"]

DONE = {"create": "created", "update": "changed", "delete": "destroyed"}
SLOW_SECONDS = 5


def line_of(event: Mapping[str, Any]) -> str | None:
    """One line for an event that is worth one: a resource is done, failed, or takes its time."""
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
