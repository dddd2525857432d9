"""Patches for Application Auto Scaling, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_clients import Client, create_service

TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/shop/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def register(client: Client, **arguments: Any) -> str:
    create_service(client)
    response = client("application-autoscaling").register_scalable_target(
        **TARGET, MinCapacity=1, MaxCapacity=4, **arguments
    )
    return str(response["ScalableTargetARN"])


def test_a_scalable_target_has_tags(patched: Client, unpatched: Client) -> None:
    scaling = patched("application-autoscaling")
    arn = register(patched, Tags={"Project": "shop"})
    scaling.tag_resource(ResourceARN=arn, Tags={"Environment": "qa", "Owner": "me"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["Owner"])
    tags = scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == {"Project": "shop", "Environment": "qa"}

    arn = register(unpatched)
    with pytest.raises(NotImplementedError):
        unpatched("application-autoscaling").list_tags_for_resource(ResourceARN=arn)


def test_a_deregistered_target_has_no_tags(patched: Client) -> None:
    scaling = patched("application-autoscaling")
    arn = register(patched, Tags={"Project": "shop"})
    scaling.deregister_scalable_target(**TARGET)
    with pytest.raises(scaling.exceptions.ResourceNotFoundException):
        scaling.list_tags_for_resource(ResourceARN=arn)
