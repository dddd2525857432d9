"""Validation of deployments, autoscaling and one-off tasks."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Autoscaling,
    Container,
    Deployment,
    EcrImage,
    Hardening,
    LifecycleHook,
    OneOffTask,
    RollbackAlarms,
    Route,
    Routing,
    ScheduledAction,
    Service,
    SettingsError,
    TestTraffic,
)

MORNING = ScheduledAction(name="morning", cron="0 7 ? * MON-FRI *", min_capacity=2, max_capacity=6)
COMBINED = Routing(
    default="frontend",
    routes=(Route(priority=10, paths=("/api/*", "/health/*"), service="backend"),),
)
WORKER = Service(
    name="worker",
    container=Container(image=EcrImage(repository="worker")),
    cpu=256,
    memory=512,
    deployed_by="pipeline",
)


def staging(*, more=(), routing=None, hardening=None, project=None, **changes):
    """Build staging with changed fields of its services: ``staging(backend={...})``."""
    given = {"routing": routing, "hardening": hardening, "project": project}
    return STAGING.replace(
        services=(*(s.replace(**changes.get(s.name, {})) for s in STAGING.services), *more),
        **{key: value for key, value in given.items() if value is not None},
    )


def problems_in_staging(**environment):
    with pytest.raises(SettingsError) as error:
        staging(**environment)
    return [str(problem) for problem in error.value.problems]


def test_rejects_traffic_shifting_with_two_routes_and_suggests_one():
    (problem,) = problems_in_staging(backend={"deployment": Deployment.blue_green()})
    assert problem == (
        "services.backend.deployment: the strategy 'blue_green' shifts the traffic of one listener "
        "rule, but the service has 2 routes (/api/*, /health/*); combine the routes into one route "
        'with paths ("/api/*", "/health/*"), or use Deployment.rolling()'
    )


def test_accepts_the_suggested_route():
    assert staging(backend={"deployment": Deployment.blue_green()}, routing=COMBINED)


def test_accepts_traffic_shifting_with_one_task():
    assert staging(frontend={"desired_count": 1, "deployment": Deployment.blue_green()})


def test_suggests_removing_the_routes_of_the_default_service():
    routing = Routing(
        default="frontend",
        routes=(*STAGING.routing.routes, Route(priority=3, paths=("/app/*",), service="frontend")),
    )
    (problem,) = problems_in_staging(frontend={"deployment": Deployment.canary()}, routing=routing)
    assert "but the service has 2 routes (/app/*, /*); remove the routes" in problem


def test_does_not_suggest_a_route_with_too_many_patterns():
    routing = Routing(
        default="frontend",
        routes=(
            Route(priority=1, paths=("/a/*", "/b/*", "/c/*"), service="backend"),
            Route(priority=2, paths=("/health/*", "/d/*", "/e/*"), service="backend"),
        ),
    )
    (problem,) = problems_in_staging(backend={"deployment": Deployment.linear()}, routing=routing)
    assert problem.endswith(
        "one route (at most 5 patterns, 5 wildcards), or use Deployment.rolling()"
    )


def test_rejects_traffic_shifting_without_routes():
    worker = WORKER.replace(deployment=Deployment.blue_green())
    (problem,) = problems_in_staging(more=(worker,))
    assert problem == (
        "services.worker.deployment: the strategy 'blue_green' shifts traffic, but no traffic is "
        "routed to the service; use Deployment.rolling(), or add a route to the service"
    )


def test_rejects_traffic_shifting_deployed_by_terraform():
    (problem,) = problems_in_staging(
        frontend={"deployment": Deployment.blue_green(), "deployed_by": "terraform"}
    )
    assert problem == (
        "services.frontend.deployed_by: 'terraform' cannot deploy with the strategy "
        "'blue_green', because an apply does not alternate the target groups; set deployed_by to "
        "'pipeline', or use Deployment.rolling()"
    )


def test_limits_the_name_of_the_alternate_target_group():
    # The target groups of this project fit; "navralabs-staging-tg-frontend-alt" has 33 characters.
    assert staging(project="navralabs")
    (problem,) = problems_in_staging(
        project="navralabs", frontend={"deployment": Deployment.blue_green()}
    )
    assert problem.startswith(
        "services.frontend.deployment: results in the name 'navralabs-staging-tg-frontend-alt' "
        "for the alternate target group, with 33 characters (at most 32)"
    )


def test_rejects_a_service_named_like_an_alternate_target_group():
    for name in ("frontend-alt", "frontend-alternate"):
        twin = WORKER.replace(name=name)
        problems = problems_in_staging(
            more=(twin,), frontend={"deployment": Deployment.blue_green()}
        )
        assert any(
            "is reserved for the alternate target group of 'frontend'" in line for line in problems
        )


def test_reserves_the_last_priority_for_the_catch_all_rule_if_it_exists():
    routing = Routing(
        default="frontend",
        routes=(
            *STAGING.routing.routes,
            Route(priority=50000, paths=("/late/*",), service="backend", name="everything_else"),
        ),
    )
    assert staging(routing=routing)
    priority, name = problems_in_staging(
        routing=routing, frontend={"deployment": Deployment.blue_green()}
    )
    assert priority.startswith(
        "routing.routes.everything_else.priority: 50000 is already the priority of the rule"
    )
    assert name.startswith(
        "routing.routes.everything_else.name: 'everything_else' is already the name of"
    )


def test_counts_the_rules_of_traffic_shifting_towards_the_limit():
    routing = Routing(
        default="frontend",
        routes=tuple(
            Route(priority=n, paths=(f"/api/{n}",), service="backend") for n in range(1, 101)
        ),
    )
    health = {"health_check": STAGING.service("backend").health_check.replace(path="/api/1")}
    assert staging(routing=routing, backend=health)
    (problem,) = problems_in_staging(
        routing=routing, backend=health, frontend={"deployment": Deployment.blue_green()}
    )
    assert problem.startswith(
        "routing.routes: results in 101 listener rules including those that shift traffic (a "
        "load balancer allows 100)"
    )


@pytest.mark.parametrize(
    ("priority", "message"),
    [
        (10, "10 is not below the priority 10 of the production rule"),
        (11, "11 is not below "),
    ],
)
def test_test_traffic_requires_a_lower_priority_than_production(priority, message):
    test = TestTraffic(header="X-Preview", value="yes", priority=priority)
    (problem,) = problems_in_staging(
        routing=COMBINED, backend={"deployment": Deployment.blue_green(test_traffic=test)}
    )
    assert problem.startswith("services.backend.deployment.test_traffic.priority: " + message)


def test_rejects_test_traffic_with_the_priority_of_a_route():
    test = TestTraffic(header="X-Preview", value="yes", priority=10)
    (problem,) = problems_in_staging(
        routing=COMBINED, frontend={"deployment": Deployment.blue_green(test_traffic=test)}
    )
    assert problem == (
        "services.frontend.deployment.test_traffic.priority: 10 is already the priority of the "
        "route 'api'; choose an unused priority below 50000"
    )


@pytest.mark.parametrize(
    ("deployment", "field", "message"),
    [
        (
            lambda: Deployment(strategy="blue_green", maximum_percent=150),
            "maximum_percent",
            "150 has no effect with",
        ),
        (
            lambda: Deployment(strategy="linear", minimum_healthy_percent=50),
            "minimum_healthy_percent",
            "50 has no effect with",
        ),
        (
            lambda: Deployment.linear(percent=2),
            "step_percent",
            "2 is too small for a step of the 'linear",
        ),
        (
            lambda: Deployment.blue_green(bake_minutes=1441),
            "bake_minutes",
            "1441 is not a valid bake",
        ),
        (
            lambda: Deployment(first_apply=True),
            "first_apply",
            "is set, but has no effect with the 'rolling' strategy, which does not shift traffic",
        ),
        *(
            (
                lambda given=given: Deployment(**given),
                next(iter(given)),
                "is set, but has no effect with the 'rolling' strategy, which does not shift "
                "traffic",
            )
            for given in (
                {"bake_minutes": 5},
                {"rollback": RollbackAlarms(start_minutes=20)},
                {"step_percent": 5},
                {"step_minutes": 1},
            )
        ),
        *(
            (
                lambda given=given: Deployment(strategy="blue_green", **given),
                next(iter(given)),
                "is set, but has no effect with the 'blue_green' strategy, which shifts all "
                "traffic at once",
            )
            for given in ({"step_percent": 5}, {"step_minutes": 1})
        ),
        (
            lambda: Deployment.blue_green(hooks=(LifecycleHook(function_arn="smoke", stages=()),)),
            "hooks.0.function_arn",
            "'smoke' is not a valid ARN of a Lambda function",
        ),
        (
            lambda: Deployment.blue_green(
                test_traffic=TestTraffic(header="X Preview", value="yes", priority=1)
            ),
            "test_traffic.header",
            "'X Preview' is not a valid header name",
        ),
    ],
)
def test_rejects_settings_of_another_deployment_strategy(deployment, field, message):
    problems = deployment().problems()
    assert any(p.field == field and p.message.startswith(message) for p in problems)


def test_accepts_the_thresholds_of_alarms_that_remain_after_a_former_strategy():
    assert not Deployment(
        formerly_shifted=True, rollback=RollbackAlarms(errors_a_minute=5)
    ).problems()


def test_rejects_rolling_percents_that_deadlock_with_one_task():
    (problem,) = problems_in_staging(
        frontend={"deployment": Deployment.rolling(maximum_percent=150)}
    )
    assert problem == (
        "services.frontend.deployment.maximum_percent: 150 with minimum_healthy_percent 100 lets "
        "ECS neither start nor stop a task if the number of tasks is 1, so a deployment never "
        "finishes; set maximum_percent to 200, or set minimum_healthy_percent to 0 if downtime "
        "is acceptable"
    )


def test_accepts_the_same_percents_with_two_tasks():
    rolling = {"deployment": Deployment.rolling(maximum_percent=150)}
    assert staging(frontend={**rolling, "desired_count": 2})
    assert staging(frontend=rolling, hardening=Hardening(autoscaling=Autoscaling()))


def test_rejects_a_desired_count_outside_the_services_range():
    (problem,) = problems_in_staging(frontend={"autoscaling": Autoscaling(min_capacity=2)})
    assert problem.startswith(
        "services.frontend.desired_count: 1 is outside the range of `autoscaling` (2-6"
    )


def test_accepts_a_desired_count_outside_the_environments_range():
    assert staging(hardening=Hardening(autoscaling=Autoscaling(min_capacity=3)))


def test_rejects_scaling_on_requests_without_a_target_group():
    hardening = Hardening(autoscaling=Autoscaling(requests_per_target=100))
    (problem,) = problems_in_staging(more=(WORKER,), hardening=hardening)
    assert problem == (
        "hardening.autoscaling.requests_per_target: counts requests, but the service 'worker' "
        "has no target group; scale the service by CPU or memory, with a separate `autoscaling` "
        "in services.worker"
    )


def test_rejects_scaling_on_requests_with_traffic_shifting():
    (problem,) = problems_in_staging(
        frontend={
            "desired_count": 2,
            "autoscaling": Autoscaling(requests_per_target=100),
            "deployment": Deployment.blue_green(),
        }
    )
    assert problem == (
        "services.frontend.autoscaling.requests_per_target: counts the requests of one target "
        "group, but the strategy 'blue_green' shifts the traffic of the service 'frontend' "
        "between two target groups; scale the service by CPU or memory"
    )


@pytest.mark.parametrize(
    ("cron", "message"),
    [
        ("0 20 * * MON-FRI", "has 5 fields instead of 6"),
        ("cron(0 20 ? * MON-FRI *)", "is wrapped in 'cron()'"),
        ("60 20 ? * MON-FRI *", " is not a valid value for the field 'minutes' (0-59)"),
        ("0 24 ? * * *", " is not a valid value for the field 'hours' (0-23)"),
        ("0 20 32 * ? *", " is not a valid value for the field 'day of month' (1-31)"),
        ("0 20 ? * MOO *", " is not a valid value for the field 'day of week' (1-7)"),
        ("0 20 * * MON *", "does not have '?' in exactly one of the fields '"),
        ("0 20 ? * ? *", "does not have '?' in exactly one of the fields '"),
        ("0/0 20 ? * MON *", " is not a valid value for the field 'minutes"),
    ],
)
def test_rejects_invalid_cron_expressions(cron, message):
    (problem,) = ScheduledAction(name="x", cron=cron, min_capacity=0, max_capacity=0).problems()
    assert problem.field == "cron"
    assert message in problem.message


@pytest.mark.parametrize(
    "cron", ["0 20 ? * MON-FRI *", "0/15 6-18 1,15 JAN-MAR ? 2030", "0 0 L * ? *", "0 8 ? * 2#1 *"]
)
def test_accepts_valid_cron_expressions(cron):
    assert ScheduledAction(name="x", cron=cron, min_capacity=0, max_capacity=0).problems() == ()


def test_suggests_the_name_of_a_misspelled_time_zone():
    action = ScheduledAction(
        name="x", cron="0 7 ? * MON *", timezone="Europe/Berlinn", min_capacity=0, max_capacity=0
    )
    assert [str(problem) for problem in action.problems()] == [
        "timezone: 'Europe/Berlinn' is not an IANA time zone; did you mean 'Europe/Berlin'?"
    ]


def test_schedules_must_restore_the_range():
    evening = ScheduledAction(name="evening", cron="0 20 ? * * *", min_capacity=0, max_capacity=0)
    assert Autoscaling(schedules=(evening, MORNING)).problems() == ()
    (problem,) = Autoscaling(schedules=(evening,)).problems()
    assert str(problem) == (
        "schedules: no action restores the range 2-6, so this range would be lost after the "
        "first action; add an action with min_capacity 2 and max_capacity 6"
    )
    (problem,) = ScheduledAction(
        name="x", cron="0 7 ? * * *", min_capacity=2, max_capacity=1
    ).problems()
    assert (
        str(problem)
        == "min_capacity: 2 is above max_capacity 1; lower min_capacity, or raise max_capacity"
    )
    (problem,) = Autoscaling(schedules=(MORNING, MORNING)).problems()
    assert "2 actions are named 'morning'" in str(problem)


def test_one_off_tasks_need_a_command_and_a_unique_name():
    migrate = OneOffTask(name="migrate", command=("alembic", "upgrade", "head"))
    assert staging(backend={"one_off_tasks": (migrate,)})
    (problem,) = problems_in_staging(backend={"one_off_tasks": (migrate, migrate)})
    assert problem.startswith(
        "services.backend.one_off_tasks.migrate: results in the same Terraform address as another "
        "task"
    )
    (problem,) = problems_in_staging(
        backend={"one_off_tasks": (migrate,)}, more=(WORKER.replace(name="backend-migrate"),)
    )
    assert problem.startswith(
        "services.backend.one_off_tasks.migrate: results in the same Terraform address as another "
        "task"
    )
    (problem,) = problems_in_staging(
        backend={"one_off_tasks": (OneOffTask(name="migrate", command=()),)}
    )
    assert problem.startswith("services.backend.one_off_tasks.migrate.command: is empty")


# -- The limit for the start, and the return to rolling --------------------------------------------


def test_the_limit_for_the_start_needs_container_insights_and_time():
    limited = {"deployment": Deployment.blue_green(rollback=RollbackAlarms(start_minutes=5))}
    field = "services.frontend.deployment.rollback.start_minutes"
    (problem,) = problems_in_staging(frontend=limited)
    assert problem == (
        f"{field}: is set, but its alarm needs a metric of Container Insights; set "
        "hardening.container_insights=True, or remove start_minutes"
    )
    insights = Hardening.relaxed(container_insights=True)
    assert staging(frontend=limited, hardening=insights)
    slow = {**limited, "health_check_grace_seconds": 300}
    (problem,) = problems_in_staging(frontend=slow, hardening=insights)
    assert problem.startswith(f"{field}: 5 minutes are not longer")


def test_only_a_rolling_service_with_traffic_formerly_shifted():
    (problem,) = Deployment.blue_green().replace(formerly_shifted=True).problems()
    assert "shifts traffic and uses the rollback alarms" in problem.message
    worker = WORKER.replace(deployment=Deployment.rolling(formerly_shifted=True))
    (problem,) = problems_in_staging(more=(worker,))
    assert problem.startswith("services.worker.deployment.formerly_shifted: is set, but no traffic")
