"""Patches for SQS queues."""

from __future__ import annotations

import json
from typing import Any

from moto.sqs.models import Queue

__all__ = ["return_compact_redrive_policy"]


def return_compact_redrive_policy() -> None:
    """Make GetQueueAttributes return the redrive policy without spaces, as the provider sets it.

    Without the patch, each plan changes the policy, because the provider compares the texts.

    Remove this patch when the redrive policy from moto's GetQueueAttributes has no spaces.
    """
    original = vars(Queue)["attributes"].fget

    def attributes(queue: Any) -> dict[str, Any]:
        result: dict[str, Any] = original(queue)
        if queue.redrive_policy:
            result["RedrivePolicy"] = json.dumps(queue.redrive_policy, separators=(",", ":"))
        return result

    setattr(Queue, "attributes", property(attributes))  # noqa: B010 - mypy: a property is read-only
