"""CONTROLS section 1, for every environment: values that the field has already paid for."""

import json

from navra_stacks.document import Block
from tests.conftest import Built, ref

DAYS_OF_LOGS = {"aep-staging": 30, "aep-prod": 365}


def containers(built: Built) -> list[dict]:
    definitions = built.all("aws_ecs_task_definition")
    assert definitions
    return [one for block in definitions for one in json.loads(block["container_definitions"])]


def services(built: Built) -> tuple[Block, ...]:
    found = built.all("aws_ecs_service")
    assert found
    return found


def test_a_leaving_target_has_30_seconds(either: Built) -> None:
    delays = {group["deregistration_delay"] for group in either.all("aws_lb_target_group")}
    assert delays == {"30"}


def test_a_container_has_longer_to_stop_than_its_target_to_drain(either: Built) -> None:
    assert {container["stopTimeout"] for container in containers(either)} == {60}


def test_an_init_process_passes_signals_on(either: Built) -> None:
    for container in containers(either):
        assert container["linuxParameters"]["initProcessEnabled"] is True


def test_health_checks_are_quick_and_their_timeout_is_below_their_interval(either: Built) -> None:
    for group in either.all("aws_lb_target_group"):
        check = dict(group["health_check"])
        del check["path"], check["port"], check["protocol"], check["enabled"]
        assert check == {
            "interval": 15,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 3,
            "matcher": "200",
        }


def test_a_starting_task_has_60_seconds_of_grace(either: Built) -> None:
    assert {one["health_check_grace_period_seconds"] for one in services(either)} == {60}


def test_the_load_balancer_keeps_idle_connections_for_60_seconds(either: Built) -> None:
    assert either.one("aws_lb")["idle_timeout"] == 60


def test_a_rolling_deployment_starts_new_tasks_before_it_stops_old_ones(either: Built) -> None:
    for service in services(either):
        assert service["deployment_minimum_healthy_percent"] == 100
        assert service["deployment_maximum_percent"] == 200


def test_a_failing_deployment_is_rolled_back(either: Built) -> None:
    for service in services(either):
        assert service["deployment_circuit_breaker"] == {"enable": True, "rollback": True}


def test_rebalancing_over_zones_is_written_out(either: Built) -> None:
    assert {one["availability_zone_rebalancing"] for one in services(either)} == {"ENABLED"}


def test_logs_are_kept_for_the_chosen_days(either: Built) -> None:
    (stack,) = either.content["//"]["outputs"]
    groups = either.all("aws_cloudwatch_log_group")
    assert {group["retention_in_days"] for group in groups} == {DAYS_OF_LOGS[stack]}


def test_terraform_is_new_enough_and_the_provider_is_the_one_of_the_bindings(either: Built) -> None:
    assert either.content["terraform"]["required_version"] == ">= 1.11"
    assert either.content["terraform"]["required_providers"] == {
        "aws": {"source": "aws", "version": "6.25.0"}
    }


def test_names_of_load_balancers_and_target_groups_fit(either: Built) -> None:
    named = either.all("aws_lb") + either.all("aws_lb_target_group")
    assert max(len(one["name"]) for one in named) <= 32
    assert not [one.address for one in named if one.get("name_prefix") is not None]


def test_a_pipeline_can_roll_back_to_an_old_revision(either: Built) -> None:
    """Terraform does not deregister what it replaces."""
    for definition in either.all("aws_ecs_task_definition"):
        assert definition["skip_destroy"] is True


def test_tasks_carry_the_tags_of_their_service(either: Built) -> None:
    for service in services(either):
        assert service["propagate_tags"] == "SERVICE"
        assert service["enable_ecs_managed_tags"] is True


def test_each_service_has_a_target_group_that_no_other_has(either: Built) -> None:
    attached = [
        attachment["target_group_arn"]
        for service in services(either)
        for attachment in service["load_balancer"]
    ]
    assert sorted(attached) == sorted(ref(group) for group in either.all("aws_lb_target_group"))
