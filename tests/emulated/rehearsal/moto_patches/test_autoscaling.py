"""What the emulator knows of scaling, and moto does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_clients import Client, created

TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/shop/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def registered(client: Client, **arguments: Any) -> str:
    created(client)
    answer = client("application-autoscaling").register_scalable_target(
        **TARGET, MinCapacity=1, MaxCapacity=4, **arguments
    )
    return str(answer["ScalableTargetARN"])


def test_a_scalable_target_has_tags(taught: Client, untaught: Client) -> None:
    scaling = taught("application-autoscaling")
    arn = registered(taught, Tags={"Project": "shop"})
    scaling.tag_resource(ResourceARN=arn, Tags={"Environment": "qa", "Owner": "me"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["Owner"])
    tags = scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == {"Project": "shop", "Environment": "qa"}

    arn = registered(untaught)
    with pytest.raises(NotImplementedError):
        untaught("application-autoscaling").list_tags_for_resource(ResourceARN=arn)


def test_a_target_that_is_gone_has_no_tags(taught: Client) -> None:
    scaling = taught("application-autoscaling")
    arn = registered(taught, Tags={"Project": "shop"})
    scaling.deregister_scalable_target(**TARGET)
    with pytest.raises(scaling.exceptions.ResourceNotFoundException):
        scaling.list_tags_for_resource(ResourceARN=arn)
