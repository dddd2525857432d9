"""Deployments, autoscaling and one-off tasks that are refused, each with its own message."""

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
    Route,
    Routing,
    ScheduledAction,
    Service,
    SettingsError,
    TestTraffic,
)

MORNING = ScheduledAction(name="morning", cron="0 7 ? * MON-FRI *", min_capacity=2, max_capacity=6)
JOINED = Routing(
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
    """Staging with fields of its services changed: ``staging(backend={...})``."""
    given = {"routing": routing, "hardening": hardening, "project": project}
    return STAGING.replace(
        services=(*(one.replace(**changes.get(one.name, {})) for one in STAGING.services), *more),
        **{key: value for key, value in given.items() if value is not None},
    )


def refused(**environment):
    with pytest.raises(SettingsError) as error:
        staging(**environment)
    return [str(problem) for problem in error.value.problems]


def test_two_routes_cannot_be_shifted_and_the_message_joins_them():
    (problem,) = refused(backend={"deployment": Deployment.blue_green()})
    assert problem == (
        "services.backend.deployment: 'blue_green' shifts one listener rule, but 2 routes lead to "
        'the service (/api/*, /health/*); join them into one route with paths ("/api/*", '
        '"/health/*"), or use Deployment.rolling()'
    )


def test_the_repair_works():
    assert staging(backend={"deployment": Deployment.blue_green()}, routing=JOINED)


def test_one_task_can_be_shifted():
    assert staging(frontend={"desired_count": 1, "deployment": Deployment.blue_green()})


def test_a_default_service_with_routes_of_its_own_is_told_to_leave_them_out():
    routing = Routing(
        default="frontend",
        routes=(*STAGING.routing.routes, Route(priority=3, paths=("/app/*",), service="frontend")),
    )
    (problem,) = refused(frontend={"deployment": Deployment.canary()}, routing=routing)
    assert "but 2 routes lead to the service (/app/*, /*); leave its routes out" in problem


def test_too_many_patterns_to_join_are_not_proposed():
    routing = Routing(
        default="frontend",
        routes=(
            Route(priority=1, paths=("/a/*", "/b/*", "/c/*"), service="backend"),
            Route(priority=2, paths=("/health/*", "/d/*", "/e/*"), service="backend"),
        ),
    )
    (problem,) = refused(backend={"deployment": Deployment.linear()}, routing=routing)
    assert problem.endswith("one route of up to 5 patterns, or use Deployment.rolling()")


def test_a_service_without_routes_has_no_traffic_to_shift():
    worker = WORKER.replace(deployment=Deployment.blue_green())
    (problem,) = refused(more=(worker,))
    assert problem == (
        "services.worker.deployment: 'blue_green' shifts traffic, but no route leads to the "
        "service; use Deployment.rolling()"
    )


def test_terraform_deploys_no_shift():
    (problem,) = refused(
        frontend={"deployment": Deployment.blue_green(), "deployed_by": "terraform"}
    )
    assert problem == (
        "services.frontend.deployed_by: 'terraform' cannot deploy with 'blue_green': an apply does "
        "not alternate the target groups; let a 'pipeline' deploy, or use Deployment.rolling()"
    )


def test_an_alternate_target_group_needs_room_for_its_name():
    # The target groups of this project fit; "navralabs-staging-tg-frontend-alt" has 33 characters.
    assert staging(project="navralabs")
    (problem,) = refused(project="navralabs", frontend={"deployment": Deployment.blue_green()})
    assert problem.startswith(
        "services.frontend.deployment: makes the name 'navralabs-staging-tg-frontend-alt' of 33 "
        "characters for the alternate target group (32 at most)"
    )


def test_no_service_is_called_like_an_alternate_target_group():
    for name in ("frontend-alt", "frontend-alternate"):
        twin = WORKER.replace(name=name)
        problems = refused(more=(twin,), frontend={"deployment": Deployment.blue_green()})
        assert any(
            "is what the alternate target group of 'frontend' is called" in one for one in problems
        )


def test_the_last_priority_belongs_to_the_default_rule_only_while_it_exists():
    routing = Routing(
        default="frontend",
        routes=(
            *STAGING.routing.routes,
            Route(priority=50000, paths=("/late/*",), service="backend", name="everything_else"),
        ),
    )
    assert staging(routing=routing)
    priority, name = refused(routing=routing, frontend={"deployment": Deployment.blue_green()})
    assert priority.startswith(
        "routing.routes.everything_else.priority: 50000 belongs to the rule of 'frontend'"
    )
    assert name.startswith("routing.routes.everything_else.name: 'everything_else' is the name of")


def test_the_rules_of_a_shift_count():
    routing = Routing(
        default="frontend",
        routes=tuple(
            Route(priority=n, paths=(f"/api/{n}",), service="backend") for n in range(1, 101)
        ),
    )
    health = {"health_check": STAGING.service("backend").health_check.replace(path="/api/1")}
    assert staging(routing=routing, backend=health)
    (problem,) = refused(
        routing=routing, backend=health, frontend={"deployment": Deployment.blue_green()}
    )
    assert problem.startswith(
        "routing.routes: 101 rules with those that shift traffic (a load balancer takes 100)"
    )


@pytest.mark.parametrize(
    ("priority", "message"),
    [
        (10, "10 is not below 10, the priority of the rule that takes everyone's requests"),
        (11, "11 is not below 10"),
    ],
)
def test_test_traffic_is_asked_about_first(priority, message):
    test = TestTraffic(header="X-Preview", value="yes", priority=priority)
    (problem,) = refused(
        routing=JOINED, backend={"deployment": Deployment.blue_green(test_traffic=test)}
    )
    assert problem.startswith("services.backend.deployment.test_traffic.priority: " + message)


def test_test_traffic_has_a_priority_of_its_own():
    test = TestTraffic(header="X-Preview", value="yes", priority=10)
    (problem,) = refused(
        routing=JOINED, frontend={"deployment": Deployment.blue_green(test_traffic=test)}
    )
    assert problem == (
        "services.frontend.deployment.test_traffic.priority: 10 belongs to the route 'api'; choose "
        "a free one"
    )


@pytest.mark.parametrize(
    ("deployment", "field", "message"),
    [
        (
            lambda: Deployment(strategy="blue_green", maximum_percent=150),
            "maximum_percent",
            "150 is for rolling",
        ),
        (
            lambda: Deployment(strategy="linear", minimum_healthy_percent=50),
            "minimum_healthy_percent",
            "50 is for rolling",
        ),
        (lambda: Deployment.linear(percent=2), "step_percent", "2 is too small a step for linear"),
        (lambda: Deployment.blue_green(bake_minutes=1441), "bake_minutes", "1441 is not a bake"),
        (
            lambda: Deployment(first_apply=True),
            "first_apply",
            "is given, but rolling shifts no traffic",
        ),
        (
            lambda: Deployment.blue_green(hooks=(LifecycleHook(function_arn="smoke", stages=()),)),
            "hooks.0.function_arn",
            "'smoke' is not the ARN of a Lambda function",
        ),
        (
            lambda: Deployment.blue_green(
                test_traffic=TestTraffic(header="X Preview", value="yes", priority=1)
            ),
            "test_traffic.header",
            "'X Preview' is not the name of a header",
        ),
    ],
)
def test_a_deployment_fits_its_strategy(deployment, field, message):
    problems = deployment().problems()
    assert any(one.field == field and one.wrong.startswith(message) for one in problems)


def test_one_task_under_rolling_percents_that_deadlock():
    (problem,) = refused(frontend={"deployment": Deployment.rolling(maximum_percent=150)})
    assert problem == (
        "services.frontend.deployment.maximum_percent: 150 with a minimum of 100 lets no task "
        "start and none stop while 1 runs, so a deployment never finishes; allow 200 percent, or a "
        "minimum of 0 where an outage does not matter"
    )


def test_two_tasks_under_the_same_percents_do_not():
    rolling = {"deployment": Deployment.rolling(maximum_percent=150)}
    assert staging(frontend={**rolling, "desired_count": 2})
    assert staging(frontend=rolling, hardening=Hardening(autoscaling=Autoscaling()))


def test_an_explicit_range_refuses_a_count_outside_it():
    (problem,) = refused(frontend={"autoscaling": Autoscaling(min_capacity=2)})
    assert problem.startswith("services.frontend.desired_count: 1 is outside autoscaling's 2-6")


def test_the_environments_range_does_not():
    assert staging(hardening=Hardening(autoscaling=Autoscaling(min_capacity=3)))


def test_requests_are_counted_only_where_there_are_some():
    hardening = Hardening(autoscaling=Autoscaling(requests_per_target=100))
    (problem,) = refused(more=(WORKER,), hardening=hardening)
    assert problem == (
        "hardening.autoscaling.requests_per_target: counts requests, but the service 'worker' has "
        "no target group; scale it by CPU or memory, with an `autoscaling` of its own in "
        "services.worker"
    )


def test_requests_are_not_counted_across_two_target_groups():
    (problem,) = refused(
        frontend={
            "desired_count": 2,
            "autoscaling": Autoscaling(requests_per_target=100),
            "deployment": Deployment.blue_green(),
        }
    )
    assert problem == (
        "services.frontend.autoscaling.requests_per_target: counts the requests of one target "
        "group, but 'blue_green' moves the service 'frontend' between two; scale it by CPU or "
        "memory"
    )


@pytest.mark.parametrize(
    ("cron", "message"),
    [
        ("0 20 * * MON-FRI", "has 5 fields, AWS wants 6"),
        ("cron(0 20 ? * MON-FRI *)", "is wrapped in 'cron()'"),
        ("60 20 ? * MON-FRI *", "'60' is not a value for minutes (0-59)"),
        ("0 24 ? * * *", "'24' is not a value for hours (0-23)"),
        ("0 20 32 * ? *", "'32' is not a value for day of month (1-31)"),
        ("0 20 ? * MOO *", "'MOO' is not a value for day of week (1-7)"),
        ("0 20 * * MON *", "does not have exactly one '?'"),
        ("0 20 ? * ? *", "does not have exactly one '?'"),
        ("0/0 20 ? * MON *", "'0/0' is not a value for minutes"),
    ],
)
def test_a_schedule_that_aws_would_not_read(cron, message):
    (problem,) = ScheduledAction(name="x", cron=cron, min_capacity=0, max_capacity=0).problems()
    assert problem.field == "cron"
    assert message in problem.wrong


@pytest.mark.parametrize(
    "cron", ["0 20 ? * MON-FRI *", "0/15 6-18 1,15 JAN-MAR ? 2030", "0 0 L * ? *", "0 8 ? * 2#1 *"]
)
def test_a_schedule_that_aws_reads(cron):
    assert ScheduledAction(name="x", cron=cron, min_capacity=0, max_capacity=0).problems() == ()


def test_a_time_zone_that_does_not_exist():
    action = ScheduledAction(
        name="x", cron="0 7 ? * MON *", timezone="Europe/Berlinn", min_capacity=0, max_capacity=0
    )
    assert [str(one) for one in action.problems()] == [
        "timezone: 'Europe/Berlinn' is not a time zone; did you mean 'Europe/Berlin'?"
    ]


def test_a_schedule_has_a_range_and_the_ranges_come_back():
    evening = ScheduledAction(name="evening", cron="0 20 ? * * *", min_capacity=0, max_capacity=0)
    assert Autoscaling(schedules=(evening, MORNING)).problems() == ()
    (problem,) = Autoscaling(schedules=(evening,)).problems()
    assert str(problem) == (
        "schedules: none gives the range 2-6 back, so it would be gone after the first action; add "
        "an action with min_capacity 2 and max_capacity 6"
    )
    (problem,) = ScheduledAction(
        name="x", cron="0 7 ? * * *", min_capacity=2, max_capacity=1
    ).problems()
    assert str(problem) == "min_capacity: 2 is above max_capacity 1; lower one of them"
    (problem,) = Autoscaling(schedules=(MORNING, MORNING)).problems()
    assert "2 are named 'morning'" in str(problem)


def test_tasks_have_commands_and_names_of_their_own():
    migrate = OneOffTask(name="migrate", command=("alembic", "upgrade", "head"))
    assert staging(backend={"one_off_tasks": (migrate,)})
    (problem,) = refused(backend={"one_off_tasks": (migrate, migrate)})
    assert problem.startswith("services.backend.one_off_tasks.migrate: is the name of another task")
    (problem,) = refused(
        backend={"one_off_tasks": (migrate,)}, more=(WORKER.replace(name="backend-migrate"),)
    )
    assert problem.startswith("services.backend.one_off_tasks.migrate: is the name of another task")
    (problem,) = refused(backend={"one_off_tasks": (OneOffTask(name="migrate", command=()),)})
    assert problem.startswith("services.backend.one_off_tasks.migrate.command: is empty")
