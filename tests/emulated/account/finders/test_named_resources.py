"""What has a name of its own is found by it, with what hangs on it."""

from __future__ import annotations

import pytest

from tests.support.account_lookup import Find
from tests.support.handmade_account.environment import Console
from tests.support.handmade_shop.named_resources import BLOCKS, build


@pytest.fixture(scope="module")
def ids(shared: Console) -> dict[str, str]:
    return build(shared)


def test_everything_is_found_by_its_name(ids: dict[str, str], find: Find) -> None:
    assert set(ids) == set(BLOCKS)
    found = find(BLOCKS)
    found.check()
    assert found.ids == ids
    assert found.undescribed == ()


def test_what_hangs_on_it_and_is_not_described_is_named(ids: dict[str, str], find: Find) -> None:
    described = dict(BLOCKS)
    beside = {
        "aws_appautoscaling_policy.cpu",
        "aws_ecs_service.web",
        "aws_iam_role_policy.task",
        "aws_iam_role_policy_attachment.task",
        "aws_sns_topic_subscription.queue",
    }
    target = described["aws_appautoscaling_target.web"] | {"resource_id": "service/shop/web"}
    described["aws_appautoscaling_target.web"] = target
    for address in beside:
        del described[address]
    named = {(one.type, one.id) for one in find(described).undescribed}
    assert named == {(address.partition(".")[0], ids[address]) for address in beside}
