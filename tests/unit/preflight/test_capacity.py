"""The Fargate capacity that an environment needs at its maximum."""

from __future__ import annotations

from typing import Any

import pytest

from environments.prod import PROD
from navra_stacks import (
    Autoscaling,
    CapacityProviderStrategy,
    Deployment,
    Hardening,
    OneOffTask,
    ScheduledAction,
    Service,
)
from navra_stacks.preflight.capacity import FargateNeed, fargate_need
from tests.support.shop import shop, web

SHIFTED: dict[str, Any] = {
    "deployment": Deployment.blue_green(bake_minutes=10),
    "deployed_by": "pipeline",
}
SCALED = Autoscaling(min_capacity=1, max_capacity=4)
MIXED = CapacityProviderStrategy(base=1, fargate_weight=1, spot_weight=3)


@pytest.mark.parametrize(
    ("service", "need"),
    [
        # 256 CPU units are a quarter of a vCPU.
        (web(desired_count=4, deployment=Deployment.rolling(maximum_percent=100, minimum_healthy_percent=50)), (1.0, 0.0)),  # noqa: E501
        (web(desired_count=4), (2.0, 0.0)),
        (web(desired_count=3, deployment=Deployment.rolling(maximum_percent=150)), (1.0, 0.0)),
        (web(desired_count=4, **SHIFTED), (2.0, 0.0)),
        (web(cpu=1024, memory=2048, autoscaling=SCALED, **SHIFTED), (8.0, 0.0)),
        (web(singleton=True, desired_count=1), (0.25, 0.0)),
        (web(one_off_tasks=(OneOffTask(name="migrate", command=("x",)),)), (0.75, 0.0)),
        # 1 of 5 tasks by the base, then at most 1 of 4 on Fargate and 3 on Spot, each twice.
        (web(desired_count=5, capacity=MIXED), (1.0, 1.5)),
        # Rounded up for both kinds: 3 others are 0.75 and 2.25.
        (web(desired_count=4, capacity=MIXED), (1.0, 1.5)),
    ],
)  # fmt: skip
def test_a_deployment_at_the_maximum_is_counted(
    service: Service, need: tuple[float, float]
) -> None:
    assert fargate_need(shop(service)) == FargateNeed(*need)


def test_schedules_and_the_autoscaling_of_the_environment_are_counted() -> None:
    scaling = Autoscaling(
        min_capacity=1,
        max_capacity=2,
        schedules=(
            ScheduledAction(name="day", cron="0 8 * * ? *", min_capacity=2, max_capacity=10),
            ScheduledAction(name="night", cron="0 20 * * ? *", min_capacity=1, max_capacity=2),
        ),
    )
    environment = shop(web(), hardening=Hardening.relaxed(autoscaling=scaling))
    assert fargate_need(environment) == FargateNeed(5.0, 0.0)


def test_the_need_of_production_is_that_of_the_documentation() -> None:
    # 6 tasks of each service, twice during a shift, and the migration.
    assert fargate_need(PROD) == FargateNeed(6 * 2 * (0.25 + 0.5) + 0.5, 0.0)
