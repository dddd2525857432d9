"""Scaling of services."""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling.models import FakeScalableTarget
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = ["scalable_targets_have_tags"]


def scalable_targets_have_tags() -> None:
    """Goes when moto's application autoscaling has TagResource and ListTagsForResource."""
    if hasattr(ApplicationAutoScalingResponse, tag_resource.__name__):
        return
    add_to(ApplicationAutoScalingResponse, tag_resource, untag_resource, list_tags_for_resource)

    @around(ApplicationAutoScalingResponse)
    def register_scalable_target(register: Any, response: Any) -> Any:
        answer = register(response)
        if tags := response._get_param("Tags"):
            (target,) = response.applicationautoscaling_backend.describe_scalable_targets(
                response._get_param("ServiceNamespace"),
                [response._get_param("ResourceId")],
                response._get_param("ScalableDimension"),
            )
            _tags(target).update(tags)
        return answer


def _target(response: Any) -> FakeScalableTarget:
    """The target that a request names by its ARN."""
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
    """More tags, or other values."""
    _tags(_target(response)).update(response._get_param("Tags"))
    return "{}"


def untag_resource(response: Any) -> str:
    """Fewer tags."""
    tags = _tags(_target(response))
    for name in response._get_param("TagKeys"):
        tags.pop(name, None)
    return "{}"


def list_tags_for_resource(response: Any) -> str:
    """All tags of one target."""
    return json.dumps({"Tags": _tags(_target(response))})
