"""Autoscaling: the targets, the policies, and the ownership of the task count."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import Autoscaling, Hardening, ScheduledAction

NIGHTS = Autoscaling(
    min_capacity=1,
    max_capacity=4,
    memory_percent=70,
    requests_per_target=500,
    schedules=(
        ScheduledAction(
            name="evening",
            cron="0 20 ? * MON-FRI *",
            timezone="Europe/Berlin",
            min_capacity=0,
            max_capacity=0,
        ),
        ScheduledAction(
            name="morning",
            cron="0 7 ? * MON-FRI *",
            timezone="Europe/Berlin",
            min_capacity=1,
            max_capacity=4,
        ),
    ),
)


def services(**changes):
    return tuple(one.replace(**changes.get(one.name, {})) for one in STAGING.services)


def test_autoscaling_adds_a_target_and_a_policy_per_service_and_changes_the_services_only(
    turned_on,
):
    change = turned_on(autoscaling=Autoscaling())
    assert change.added == {
        f"{kind}.{service}_{part}"
        for service in ("frontend", "backend")
        for kind, part in (
            ("aws_appautoscaling_target", "autoscaling_target"),
            ("aws_appautoscaling_policy", "cpu_scaling"),
        )
    }
    assert change.removed == set()
    assert change.changed == {"aws_ecs_service.frontend_service", "aws_ecs_service.backend_service"}


def test_a_service_is_created_with_the_minimum_of_autoscaling(turned_on):
    change = turned_on(autoscaling=Autoscaling())
    before = change.before.one("aws_ecs_service", name="aep-backend-staging-svc")
    after = change.after.one("aws_ecs_service", name="aep-backend-staging-svc")
    assert {key for key in after.body if key != "//" and after[key] != before.get(key)} == {
        "desired_count",
        "lifecycle",
    }
    assert after["desired_count"] == 2


@pytest.mark.parametrize("on", [True, False])
def test_desired_count_is_ignored_only_with_autoscaling(synthesized, on):
    document = synthesized(
        STAGING.replace(hardening=Hardening(autoscaling=Autoscaling() if on else None))
    )
    scaled = {
        block["resource_id"].rsplit("aws_ecs_service.")[-1].removesuffix(".name}")
        for block in document.all("aws_appautoscaling_target")
    }
    for service in document.all("aws_ecs_service"):
        ignored = service["lifecycle"]["ignore_changes"]
        assert ("desired_count" in ignored) == (service.name in scaled) == on


def test_the_default_target_is_60_percent_cpu_and_scale_in_is_slower(synthesized):
    document = synthesized(STAGING.replace(hardening=Hardening(autoscaling=Autoscaling())))
    (backend,) = (
        one for one in document.all("aws_appautoscaling_target") if one.name.startswith("backend")
    )
    assert (backend["min_capacity"], backend["max_capacity"]) == (2, 6)
    assert "lifecycle" not in backend.body
    policy = document.one("aws_appautoscaling_policy", name="aep-backend-staging-cpu")
    tracking = policy["target_tracking_scaling_policy_configuration"]
    assert tracking["target_value"] == 60
    assert (tracking["scale_out_cooldown"], tracking["scale_in_cooldown"]) == (60, 300)


def test_a_services_autoscaling_takes_precedence_over_the_environments(synthesized):
    document = synthesized(
        STAGING.replace(
            hardening=Hardening(autoscaling=Autoscaling()),
            services=services(backend={"autoscaling": Autoscaling(min_capacity=1, max_capacity=3)}),
        )
    )
    ranges = {
        one.name: (one["min_capacity"], one["max_capacity"])
        for one in document.all("aws_appautoscaling_target")
    }
    assert ranges == {"backend_autoscaling_target": (1, 3), "frontend_autoscaling_target": (2, 6)}
    backend = document.one("aws_ecs_service", name="aep-backend-staging-svc")
    assert backend["desired_count"] == 1


@pytest.fixture(scope="module")
def nights(replaced):
    return replaced(services=services(backend={"autoscaling": NIGHTS}))


def test_a_single_service_can_scale_by_every_load_and_by_schedule(nights):
    assert nights.added == {
        "aws_appautoscaling_target.backend_autoscaling_target",
        "aws_appautoscaling_policy.backend_cpu_scaling",
        "aws_appautoscaling_policy.backend_memory_scaling",
        "aws_appautoscaling_policy.backend_requests_scaling",
        "aws_appautoscaling_scheduled_action.backend_evening_schedule",
        "aws_appautoscaling_scheduled_action.backend_morning_schedule",
    }
    assert nights.removed == set()
    assert nights.changed == {"aws_ecs_service.backend_service"}


def test_requests_are_counted_at_the_target_group_of_the_service(nights):
    policy = nights.after.one("aws_appautoscaling_policy", name="aep-backend-staging-requests")
    metric = policy["target_tracking_scaling_policy_configuration"][
        "predefined_metric_specification"
    ]
    assert metric == {
        "predefined_metric_type": "ALBRequestCountPerTarget",
        "resource_label": "${aws_lb.load_balancer.arn_suffix}/"
        "${aws_lb_target_group.backend_target_group.arn_suffix}",
    }


def test_terraform_ignores_the_range_that_scheduled_actions_change(nights):
    target = nights.after.one("aws_appautoscaling_target")
    assert target["lifecycle"]["ignore_changes"] == ["max_capacity", "min_capacity"]
    evening = nights.after.one(
        "aws_appautoscaling_scheduled_action", name="aep-backend-staging-evening"
    )
    assert evening["schedule"] == "cron(0 20 ? * MON-FRI *)"
    assert evening["timezone"] == "Europe/Berlin"
    assert evening["scalable_target_action"] == {"max_capacity": "0", "min_capacity": "0"}
