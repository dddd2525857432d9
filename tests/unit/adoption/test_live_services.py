"""The live capacity provider strategy of a service is preserved."""

from __future__ import annotations

from typing import Any

from navra_stacks.adoption.live_services import live_strategies

SERVICE = "aws_ecs_service.web_service"
LIVE = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]}
PRESERVED = [{"capacity_provider": "FARGATE", "base": 0, "weight": 1}]


def document(**arguments: Any) -> dict[str, Any]:
    return {"resource": {"aws_ecs_service": {"web_service": arguments}}}


def test_a_service_with_a_strategy_keeps_it_and_has_no_launch_type() -> None:
    assert live_strategies({SERVICE: LIVE}, document(launch_type="FARGATE")) == {
        SERVICE: {"capacity_provider_strategy": PRESERVED, "launch_type": None}
    }


def test_another_strategy_in_the_settings_is_not_applied_by_the_import() -> None:
    spot = [{"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 1}]
    found = live_strategies({SERVICE: LIVE}, document(capacity_provider_strategy=spot))
    assert found[SERVICE]["capacity_provider_strategy"] == PRESERVED


def test_nothing_is_preserved_for_the_same_strategy_or_a_launch_type() -> None:
    same = document(capacity_provider_strategy=PRESERVED)
    assert live_strategies({SERVICE: LIVE}, same) == {}
    assert live_strategies({SERVICE: {"launchType": "FARGATE"}}, document()) == {}
    # Other resources, and a service that is not in the document.
    assert live_strategies({"aws_lb.web": LIVE, "aws_ecs_service.old": LIVE}, document()) == {}
