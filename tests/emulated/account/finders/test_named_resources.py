"""Named resources are found by their names, and their unmanaged children are listed."""

from __future__ import annotations

import pytest

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console
from tests.support.handmade_shop.named_resources import BLOCKS, build


@pytest.fixture(scope="module")
def ids(module_console: Console) -> dict[str, str]:
    """The import ids of the shop's named resources."""
    return build(module_console)


def test_all_resources_are_found_by_their_names(ids: dict[str, str], find: Find) -> None:
    assert set(ids) == set(BLOCKS)
    found = find(BLOCKS)
    assert found.problems == {}
    assert found.ids == ids
    assert found.unmanaged == ()


def test_unmanaged_children_are_listed(ids: dict[str, str], find: Find) -> None:
    blocks = dict(BLOCKS)
    unmanaged = {
        "aws_appautoscaling_policy.cpu",
        "aws_ecs_service.web",
        "aws_iam_role_policy.task",
        "aws_iam_role_policy_attachment.task",
        "aws_sns_topic_subscription.queue",
    }
    target = blocks["aws_appautoscaling_target.web"] | {"resource_id": "service/shop/web"}
    blocks["aws_appautoscaling_target.web"] = target
    for address in unmanaged:
        del blocks[address]
    listed = {(resource.type, resource.id) for resource in find(blocks).unmanaged}
    assert listed == {(address.partition(".")[0], ids[address]) for address in unmanaged}
