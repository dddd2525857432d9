"""Deployment strategies that shift traffic, and the arguments that ECS changes."""

from __future__ import annotations

import json

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Deployment,
    Hardening,
    LifecycleHook,
    RollbackAlarms,
    Route,
    Routing,
    TestTraffic,
)

FRONTEND = "aep-frontend-staging-svc"
BACKEND = "aep-backend-staging-svc"

# Arguments of an ECS service that force a replacement (provider schema, ForceNew).
REPLACES_A_SERVICE = (
    "cluster",
    "deployment_controller",
    "iam_role",
    "launch_type",
    "name",
    "scheduling_strategy",
)

# ECS shifts one rule, so the two rules of the backend are one rule with the name of the first.
JOINED = Routing(
    default="frontend",
    routes=(Route(priority=1, paths=("/api/*", "/health/*"), service="backend"),),
)


def services(**deployments):
    return tuple(
        one.replace(deployment=deployments.get(one.name, one.deployment))
        for one in STAGING.services
    )


def resources_of(service):
    return {
        f"aws_lb_target_group.{service}_alternate_target_group",
        f"aws_iam_role.{service}_infrastructure_role",
        f"aws_iam_role_policy_attachment.{service}_infrastructure_policy",
        *(
            f"aws_cloudwatch_metric_alarm.{service}_{cause}_rollback_alarm"
            for cause in ("5xx", "unhealthy", "alternate_5xx", "alternate_unhealthy")
        ),
    }


@pytest.fixture(scope="module")
def frontend(replaced):
    return replaced(services=services(frontend=Deployment.blue_green()))


@pytest.fixture(scope="module")
def joined(synthesized):
    return synthesized(STAGING.replace(routing=JOINED))


@pytest.fixture(scope="module")
def shifted(synthesized):
    """Both services, with every option of a shift."""
    return synthesized(
        STAGING.replace(
            routing=Routing(
                default="frontend",
                routes=(Route(priority=10, paths=("/api/*", "/health/*"), service="backend"),),
            ),
            services=services(
                frontend=Deployment.canary(
                    percent=5,
                    minutes=15,
                    hooks=(
                        LifecycleHook(
                            function_arn="arn:aws:lambda:us-east-1:625847798833:function:smoke",
                            stages=("POST_TEST_TRAFFIC_SHIFT",),
                        ),
                    ),
                ),
                backend=Deployment.linear(
                    percent=30,
                    minutes=4,
                    bake_minutes=6,
                    test_traffic=TestTraffic(header="X-Preview", value="yes", priority=9),
                ),
            ),
        )
    )


def test_a_shift_of_the_default_service_adds_a_rule_and_changes_the_service_only(
    frontend,
):
    assert frontend.added == resources_of("frontend") | {
        "aws_lb_listener_rule.everything_else_rule"
    }
    assert frontend.removed == set()
    assert frontend.changed == {"aws_ecs_service.frontend_service"}


def test_a_shift_of_the_backend_changes_the_service_and_its_rule_only(synthesized, joined):
    after = synthesized(
        STAGING.replace(routing=JOINED, services=services(backend=Deployment.blue_green()))
    )
    assert set(after.addresses) - set(joined.addresses) == resources_of("backend")
    assert set(joined.addresses) <= set(after.addresses)
    before = {block.address: dict(block.body) for block in joined.resources}
    changed = {
        block.address
        for block in after.resources
        if block.address in before
        and {**block.body, "//": None} != {**before[block.address], "//": None}
    }
    assert changed == {"aws_ecs_service.backend_service", "aws_lb_listener_rule.api_rule"}
    rule = after.one("aws_lb_listener_rule")
    assert (rule.name, rule["priority"]) == ("api_rule", 1)


def test_a_shift_replaces_no_service(frontend):
    before, after = (
        document.one("aws_ecs_service", name=FRONTEND)
        for document in (frontend.before, frontend.after)
    )
    assert {key: before.get(key) for key in REPLACES_A_SERVICE} == {
        key: after.get(key) for key in REPLACES_A_SERVICE
    }


@pytest.mark.parametrize(
    ("name", "configuration"),
    [
        (
            FRONTEND,
            {
                "strategy": "CANARY",
                "bake_time_in_minutes": "10",
                "canary_configuration": {
                    "canary_percent": 5,
                    "canary_bake_time_in_minutes": "15",
                },
            },
        ),
        (
            BACKEND,
            {
                "strategy": "LINEAR",
                "bake_time_in_minutes": "6",
                "linear_configuration": {"step_percent": 30, "step_bake_time_in_minutes": "4"},
            },
        ),
    ],
)
def test_a_strategy_sets_the_deployment_configuration(shifted, name, configuration):
    written = dict(shifted.one("aws_ecs_service", name=name)["deployment_configuration"])
    written.pop("lifecycle_hook", None)
    assert written == configuration


def test_blue_green_shifts_all_traffic_at_once_with_a_bake_time_of_ten_minutes(frontend):
    service = frontend.after.one("aws_ecs_service", name=FRONTEND)
    assert service["deployment_configuration"] == {
        "strategy": "BLUE_GREEN",
        "bake_time_in_minutes": "10",
    }


def test_alarms_and_an_interrupt_roll_a_shift_back(shifted):
    for service in shifted.all("aws_ecs_service"):
        assert service["deployment_circuit_breaker"] == {"enable": False, "rollback": False}
        assert (service["alarms"]["enable"], service["alarms"]["rollback"]) == (True, True)
        assert len(service["alarms"]["alarm_names"]) == 4
        assert service["sigint_rollback"] is service["wait_for_steady_state"] is True


def test_apply_waits_longer_than_a_shift_takes(shifted):
    # Three steps of four minutes (30, 60, 90, 100 percent), six minutes of bake, twenty to start.
    assert shifted.one("aws_ecs_service", name=BACKEND)["timeouts"]["update"] == "38m"
    assert shifted.one("aws_ecs_service", name=FRONTEND)["timeouts"]["update"] == "45m"


def test_terraform_ignores_the_arguments_that_ecs_changes(shifted):
    for service in shifted.all("aws_ecs_service"):
        assert service["lifecycle"]["ignore_changes"] == ["load_balancer", "task_definition"]
    for rule in shifted.all("aws_lb_listener_rule"):
        assert rule["lifecycle"]["ignore_changes"] == ["action"]


def test_the_rules_of_a_shifted_service_forward_with_weights_100_and_0(shifted):
    rules = shifted.all("aws_lb_listener_rule")
    assert {rule.name for rule in rules} == {"api_rule", "api_test_rule", "everything_else_rule"}
    for rule in rules:
        (action,) = rule["action"]
        assert action["type"] == "forward"
        assert [group["weight"] for group in action["forward"]["target_group"]] == [100, 0]


def test_the_default_route_of_a_shift_is_the_rule_of_the_lowest_priority(frontend):
    rule = next(
        one
        for one in frontend.after.all("aws_lb_listener_rule")
        if one.name == "everything_else_rule"
    )
    assert rule["priority"] == 50000
    assert rule["condition"] == [{"path_pattern": {"values": ["/*"]}}]
    service = frontend.after.one("aws_ecs_service", name=FRONTEND)
    assert "aws_lb_listener_rule.everything_else_rule" in service["depends_on"]
    assert service["load_balancer"] == [
        {
            "container_name": "frontend",
            "container_port": 80,
            "target_group_arn": "${aws_lb_target_group.frontend_target_group.arn}",
            "advanced_configuration": {
                "alternate_target_group_arn": "${aws_lb_target_group."
                "frontend_alternate_target_group.arn}",
                "production_listener_rule": "${aws_lb_listener_rule.everything_else_rule.arn}",
                "role_arn": "${aws_iam_role.frontend_infrastructure_role.arn}",
            },
        }
    ]


def test_the_rule_of_test_traffic_precedes_the_production_rule(shifted):
    rule = next(r for r in shifted.all("aws_lb_listener_rule") if r.name == "api_test_rule")
    assert rule["priority"] == 9
    assert rule["condition"] == [
        {"path_pattern": {"values": ["/api/*", "/health/*"]}},
        {"http_header": {"http_header_name": "X-Preview", "values": ["yes"]}},
    ]
    (block,) = shifted.one("aws_ecs_service", name=BACKEND)["load_balancer"]
    advanced = block["advanced_configuration"]
    assert advanced["test_listener_rule"] == "${aws_lb_listener_rule.api_test_rule.arn}"


def test_the_alternate_target_group_equals_the_recorded_one(frontend):
    primary, alternate = (
        frontend.after.one("aws_lb_target_group", name=name)
        for name in ("aep-staging-tg-frontend", "aep-staging-tg-frontend-alt")
    )
    own = {"//", "name", "lifecycle"}
    assert {k: v for k, v in primary.body.items() if k not in own} == {
        k: v for k, v in alternate.body.items() if k not in own
    }


def test_the_roles_can_be_restricted_to_the_account(synthesized):
    services = tuple(
        service.replace(deployment=Deployment.blue_green(source_account_condition=True))
        if service.name == "frontend"
        else service
        for service in STAGING.services
    )
    document = synthesized(STAGING.replace(services=services))
    (role,) = [
        role for role in document.all("aws_iam_role") if role.name == "frontend_infrastructure_role"
    ]
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "625847798833"}}


def test_only_ecs_may_shift_traffic_and_invoke_the_hooks(shifted):
    for role in (
        "frontend_infrastructure_role",
        "backend_infrastructure_role",
        "frontend_hook_role",
    ):
        trust = json.loads(
            next(one for one in shifted.all("aws_iam_role") if one.name == role)[
                "assume_role_policy"
            ]
        )
        (statement,) = trust["Statement"]
        assert statement["Principal"] == {"Service": "ecs.amazonaws.com"}
        assert "Condition" not in statement
    (statement,) = json.loads(shifted.one("aws_iam_role_policy", name="invoke-hooks")["policy"])[
        "Statement"
    ]
    assert statement == {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": ["arn:aws:lambda:us-east-1:625847798833:function:smoke"],
    }
    assert {one["policy_arn"] for one in shifted.all("aws_iam_role_policy_attachment")} == {
        "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
    }
    (hook,) = shifted.one("aws_ecs_service", name=FRONTEND)["deployment_configuration"][
        "lifecycle_hook"
    ]
    assert hook["role_arn"] == "${aws_iam_role.frontend_hook_role.arn}"


def test_a_service_depends_on_the_policies_of_its_shift(shifted):
    waits = shifted.one("aws_ecs_service", name=FRONTEND)["depends_on"]
    assert "aws_iam_role_policy_attachment.frontend_infrastructure_policy" in waits
    assert "aws_iam_role_policy.frontend_hook_policy" in waits


def test_the_unhealthy_alarm_evaluates_longer_than_the_grace_period(frontend):
    for part in ("", "alternate-"):
        alarm = frontend.after.one(
            "aws_cloudwatch_metric_alarm",
            alarm_name=f"aep-frontend-staging-rollback-{part}unhealthy",
        )
        assert alarm["evaluation_periods"] * alarm["period"] > 60 + 60
        assert alarm["treat_missing_data"] == "notBreaching"


def test_the_first_apply_writes_the_arguments_that_ecs_changes_afterwards(replaced):
    change = replaced(services=services(frontend=Deployment.blue_green(first_apply=True)))
    service = change.after.one("aws_ecs_service", name=FRONTEND)
    assert service["lifecycle"]["ignore_changes"] == ["task_definition"]
    (rule,) = (
        one
        for one in change.after.all("aws_lb_listener_rule")
        if one.name == "everything_else_rule"
    )
    assert "lifecycle" not in rule.body
    # The other arguments are unchanged.
    assert change.changed == {"aws_ecs_service.frontend_service"}


def test_a_service_that_returns_to_rolling_turns_the_alarms_of_its_target_group_off(replaced):
    rolling = Deployment.rolling(formerly_shifted=True)
    change = replaced(services=services(frontend=rolling))
    alarms = {
        f"aws_cloudwatch_metric_alarm.frontend_{cause}_rollback_alarm"
        for cause in ("5xx", "unhealthy")
    }
    assert change.added == alarms
    assert change.changed == {"aws_ecs_service.frontend_service"}
    service = change.after.one("aws_ecs_service", name=FRONTEND)
    assert service["alarms"] == {
        "enable": False,
        "rollback": False,
        "alarm_names": sorted(f"${{{alarm}.alarm_name}}" for alarm in alarms),
    }
    assert service["deployment_configuration"]["strategy"] == "ROLLING"
    assert service["deployment_circuit_breaker"] == {"enable": True, "rollback": True}
    assert "alarms" not in change.before.one("aws_ecs_service", name=FRONTEND).body


def test_a_limit_for_the_start_rolls_back_a_deployment_without_a_healthy_task(synthesized):
    limited = Deployment.blue_green(rollback=RollbackAlarms(start_minutes=15))
    document = synthesized(
        STAGING.replace(
            services=services(frontend=limited),
            hardening=Hardening.relaxed(container_insights=True),
        )
    )
    alarm = document.one(
        "aws_cloudwatch_metric_alarm", alarm_name="aep-frontend-staging-rollback-start"
    )
    assert (alarm["threshold"], alarm["evaluation_periods"]) == (1, 15)
    result, deployments, *healthy = alarm["metric_query"]
    assert result["expression"] == (
        "IF(deployments > 1 AND MIN([FILL(healthy_1, 0), FILL(healthy_2, 0)]) < 1, 1, 0)"
    )
    assert deployments["metric"]["dimensions"] == {
        "ClusterName": "aep-staging",
        "ServiceName": FRONTEND,
    }
    assert [query["metric"]["dimensions"]["TargetGroup"] for query in healthy] == [
        "${aws_lb_target_group.frontend_target_group.arn_suffix}",
        "${aws_lb_target_group.frontend_alternate_target_group.arn_suffix}",
    ]
    names = document.one("aws_ecs_service", name=FRONTEND)["alarms"]["alarm_names"]
    assert f"${{{alarm.address}.alarm_name}}" in names
