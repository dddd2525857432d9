"""Live arguments of clusters and services that the settings do not decide are preserved."""

from __future__ import annotations

from typing import Any

from navra_stacks.adoption.live_ecs import undecided_arguments

SERVICE = "aws_ecs_service.web_service"
LIVE = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]}
PRESERVED = [{"capacity_provider": "FARGATE", "base": 0, "weight": 1}]


def document(**arguments: Any) -> dict[str, Any]:
    return {"resource": {"aws_ecs_service": {"web_service": arguments}}}


def test_a_service_with_a_strategy_keeps_it_and_has_no_launch_type() -> None:
    assert undecided_arguments({SERVICE: LIVE}, document(launch_type="FARGATE")) == {
        SERVICE: {"capacity_provider_strategy": PRESERVED, "launch_type": None}
    }


def test_another_strategy_in_the_settings_is_not_applied_by_the_import() -> None:
    spot = [{"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 1}]
    found = undecided_arguments({SERVICE: LIVE}, document(capacity_provider_strategy=spot))
    assert found[SERVICE]["capacity_provider_strategy"] == PRESERVED


def test_nothing_is_preserved_for_the_same_strategy_or_a_launch_type() -> None:
    same = document(capacity_provider_strategy=PRESERVED)
    assert undecided_arguments({SERVICE: LIVE}, same) == {}
    assert undecided_arguments({SERVICE: {"launchType": "FARGATE"}}, document()) == {}
    # Other resources, and a service that is not in the document.
    assert undecided_arguments({"aws_lb.web": LIVE, "aws_ecs_service.old": LIVE}, document()) == {}


CLUSTER = "aws_ecs_cluster.cluster"
NAMESPACE = "arn:aws:servicediscovery:us-east-1:111122223333:namespace/ns-1"
FROM_CONSOLE = {
    "serviceConnectDefaults": {"namespace": NAMESPACE},
    "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}},
}


def of_cluster(live: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    document = {"resource": {"aws_ecs_cluster": {"cluster": arguments}}}
    return undecided_arguments({CLUSTER: live}, document).get(CLUSTER, {})


def test_a_cluster_keeps_the_defaults_that_the_console_set() -> None:
    assert of_cluster(FROM_CONSOLE) == {
        "service_connect_defaults": [{"namespace": NAMESPACE}],
        "configuration": [{"execute_command_configuration": [{"logging": "DEFAULT"}]}],
    }


def test_what_the_settings_decide_is_not_preserved() -> None:
    audited = [{"execute_command_configuration": [{"logging": "OVERRIDE"}]}]
    assert of_cluster(FROM_CONSOLE, configuration=audited) == {
        "service_connect_defaults": [{"namespace": NAMESPACE}]
    }
    assert of_cluster({"configuration": {}, "serviceConnectDefaults": None}) == {}
