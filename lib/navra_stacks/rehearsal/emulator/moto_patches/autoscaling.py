"""Patches for Application Auto Scaling."""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling.models import FakeScalableTarget
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = ["add_scalable_target_tags"]


def add_scalable_target_tags() -> None:
    """Add operations for the tags of scalable targets; RegisterScalableTarget stores tags as well.

    Remove this patch when moto's Application Auto Scaling has TagResource and ListTagsForResource.
    """
    if hasattr(ApplicationAutoScalingResponse, tag_resource.__name__):
        return
    add_to(ApplicationAutoScalingResponse, tag_resource, untag_resource, list_tags_for_resource)

    @around(ApplicationAutoScalingResponse)
    def register_scalable_target(register: Any, response: Any) -> Any:
        result = register(response)
        if tags := response._get_param("Tags"):
            (target,) = response.applicationautoscaling_backend.describe_scalable_targets(
                response._get_param("ServiceNamespace"),
                [response._get_param("ResourceId")],
                response._get_param("ScalableDimension"),
            )
            _tags(target).update(tags)
        return result


def _target(response: Any) -> FakeScalableTarget:
    """Return the scalable target whose ARN the request contains."""
    arn = response._get_param("ResourceARN")
    for by_id in response.applicationautoscaling_backend.targets.values():
        for target in by_id.values():
            if target.arn == arn:
                return target  # type: ignore[no-any-return]
    raise JsonRESTError("ResourceNotFoundException", f"no scalable target has the ARN {arn}")


def _tags(target: FakeScalableTarget) -> dict[str, str]:
    tags: dict[str, str] = vars(target).setdefault("tags", {})
    return tags


def tag_resource(response: Any) -> str:
    """Add tags to a scalable target, or change their values."""
    _tags(_target(response)).update(response._get_param("Tags"))
    return "{}"


def untag_resource(response: Any) -> str:
    """Remove the tags that the request names from a scalable target."""
    tags = _tags(_target(response))
    for name in response._get_param("TagKeys"):
        tags.pop(name, None)
    return "{}"


def list_tags_for_resource(response: Any) -> str:
    """Return all tags of a scalable target."""
    return json.dumps({"Tags": _tags(_target(response))})
