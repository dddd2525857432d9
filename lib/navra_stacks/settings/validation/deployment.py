"""Validation rules for deployments, autoscaling and one-off tasks.

The rules involve several settings of an environment: services, routes, and the names that are
derived from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, ROLE_NAME_LIMIT, slug
from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.load_balancing.path_pattern import count_wildcards
from navra_stacks.settings.load_balancing.routing import (
    MAXIMUM_RULES,
    MAXIMUM_VALUES,
    MAXIMUM_WILDCARDS,
    Route,
)

__all__ = ["RULES"]


def check_autoscaling(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check `requests_per_target`, task counts during deployments, names of scheduled actions."""
    for service in environment.services:
        scaling = environment.autoscaling_of(service)
        if scaling is not None and scaling.requests_per_target is not None:
            yield from _requests_problems(service)
        yield from _deadlock_problems(service, scaling)
    yield from _schedule_name_problems(environment)


def _requests_problems(service: Service) -> Iterator[SettingsProblem]:
    has_own = service.autoscaling is not None
    owner = f"services.{service.name}" if has_own else "hardening"
    field = f"{owner}.autoscaling.requests_per_target"
    repair = "scale the service by CPU or memory" + (
        "" if has_own else f", with a separate `autoscaling` in services.{service.name}"
    )
    if service.health_check is None:
        yield SettingsProblem(
            field, f"counts requests, but the service {service.name!r} has no target group", repair
        )
    elif service.deployment.shifts_traffic:
        # ECS, "Use a target metric to scale Amazon ECS services".
        yield SettingsProblem(
            field,
            "counts the requests of one target group, but the strategy "
            f"{service.deployment.strategy!r} shifts the traffic of the service {service.name!r} "
            "between two target groups",
            repair,
        )


def _deadlock_problems(service: Service, scaling: Autoscaling | None) -> Iterator[SettingsProblem]:
    if service.deployment.shifts_traffic:  # all new tasks start before an old one stops
        return
    counts = [service.desired_count]
    if scaling is not None:
        counts = [scaling.min_capacity, *(action.min_capacity for action in scaling.schedules)]
    tasks = min((count for count in counts if count > 0), default=0)
    least = service.rollout.minimum_healthy_percent
    most = service.rollout.maximum_percent
    # ECS rounds the maximum number of tasks down and the minimum up.
    if least == most == 100 or tasks == 0:
        return
    if tasks * most // 100 <= tasks and -(-tasks * least // 100) >= tasks:
        yield SettingsProblem(
            f"services.{service.name}.deployment.maximum_percent",
            f"{most} with minimum_healthy_percent {least} lets ECS neither start nor stop a task "
            f"if the number of tasks is {tasks}, so a deployment never finishes",
            "set maximum_percent to 200, or set minimum_healthy_percent to 0 if downtime is "
            "acceptable",
        )


def _schedule_name_problems(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    owners: dict[str, list[str]] = {}
    for service in environment.services:
        scaling = environment.autoscaling_of(service)
        for name in {action.name for action in scaling.schedules} if scaling is not None else ():
            owners.setdefault(slug(f"{service.name}_{name}"), []).append(
                f"{name!r} of service {service.name!r}"
            )
    for joined in owners.values():
        if len(joined) > 1:
            yield SettingsProblem(
                "services",
                f"the scheduled actions {' and '.join(sorted(joined))} would have the same "
                "Terraform address",
                "rename actions so that the addresses differ",
            )


def check_traffic_shifting(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that ECS can shift traffic for each service whose deployments shift traffic."""
    routing = environment.routing
    rules = list(routing.by_priority)
    for service in environment.services:
        if service.deployment.formerly_shifted and not service.receives_traffic:
            yield SettingsProblem(
                f"services.{service.name}.deployment.formerly_shifted",
                "is set, but no traffic is routed to the service, so it never shifted traffic",
                "remove formerly_shifted",
            )
        if not service.deployment.shifts_traffic:
            continue
        service_routes = [route for route in routing.routes if route.service == service.name]
        if service.name == routing.default:
            yield from _catch_all_problems(environment)
            service_routes.append(routing.catch_all)
            rules.append(routing.catch_all)
        if len(service_routes) == 1:
            yield from _test_traffic_problems(environment, service, service_routes[0])
        else:
            yield from _route_count_problem(service, service_routes, routing.default)
        if service.deployment.test_traffic is not None:
            rules.append(service_routes[0] if service_routes else routing.catch_all)
        yield from _name_problems(environment, service)
        yield from _start_limit_problems(environment, service)
    if len(routing.routes) <= MAXIMUM_RULES < len(rules):
        yield SettingsProblem(
            "routing.routes",
            f"results in {len(rules)} listener rules including those that shift traffic (a load "
            f"balancer allows {MAXIMUM_RULES})",
            "combine up to five patterns of the same service in one route",
        )


def _start_limit_problems(
    environment: EnvironmentFields, service: Service
) -> Iterator[SettingsProblem]:
    minutes = service.deployment.rollback.start_minutes
    if minutes is None:
        return
    field = f"services.{service.name}.deployment.rollback.start_minutes"
    if not environment.hardening.container_insights:
        yield SettingsProblem(
            field,
            "is set, but its alarm needs a metric of Container Insights",
            "set hardening.container_insights=True, or remove start_minutes",
        )
    if minutes * 60 <= service.health_check_grace_seconds:
        yield SettingsProblem(
            field,
            f"{minutes} minutes are not longer than health_check_grace_seconds "
            f"({service.health_check_grace_seconds} seconds), so a task that starts within its "
            "grace period would be rolled back",
            "raise start_minutes above the grace period plus the time that the image pull takes",
        )


def _route_count_problem(
    service: Service, routes: list[Route], default: str
) -> Iterator[SettingsProblem]:
    strategy = service.deployment.strategy
    field = f"services.{service.name}.deployment"
    if not routes:
        yield SettingsProblem(
            field,
            f"the strategy {strategy!r} shifts traffic, but no traffic is routed to the service",
            "use Deployment.rolling(), or add a route to the service",
        )
        return
    paths = [path for route in routes for path in route.paths]
    if service.name == default:
        repair = "remove the routes to the service, so that it is only the default service"
    elif len(paths) <= MAXIMUM_VALUES and sum(map(count_wildcards, paths)) <= MAXIMUM_WILDCARDS:
        listed = ", ".join(f'"{path}"' for path in paths)
        repair = f"combine the routes into one route with paths ({listed})"
    else:
        repair = f"use one route (at most {MAXIMUM_VALUES} patterns, {MAXIMUM_WILDCARDS} wildcards)"
    # The other rules would still forward to the target group without tasks after a shift.
    yield SettingsProblem(
        field,
        f"the strategy {strategy!r} shifts the traffic of one listener rule, but the service has "
        f"{len(routes)} routes ({', '.join(paths)})",
        f"{repair}, or use Deployment.rolling()",
    )


def _catch_all_problems(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    catch_all = environment.routing.catch_all
    for route in environment.routing.routes:
        field = f"routing.routes.{route.label}"
        owner = f"the rule that shifts the traffic of the default service {catch_all.service!r}"
        if route.priority == catch_all.priority:
            yield SettingsProblem(
                f"{field}.priority",
                f"{route.priority} is already the priority of {owner}",
                "choose a lower number",
            )
        if route.label == catch_all.label:
            yield SettingsProblem(
                f"{field}.name",
                f"{route.label!r} is already the name of {owner}",
                "give the route another `name`",
            )


def _test_traffic_problems(
    environment: EnvironmentFields, service: Service, production: Route
) -> Iterator[SettingsProblem]:
    test = service.deployment.test_traffic
    if test is None:
        return
    field = f"services.{service.name}.deployment.test_traffic"
    if test.priority >= production.priority:
        yield SettingsProblem(
            f"{field}.priority",
            f"{test.priority} is not below the priority {production.priority} of the production "
            "rule",
            f"choose a priority below {production.priority}"
            if production.priority > 1
            else f"give the route {production.label!r} a priority above {test.priority} (this "
            "replaces its listener rule)",
        )
    owners = [
        f"the route {r.label!r}" for r in environment.routing.routes if r.priority == test.priority
    ]
    for other in environment.services:
        other_test = other.deployment.test_traffic
        if other.name == service.name or other_test is None:
            continue
        if other_test.priority == test.priority:
            owners.append(f"the test traffic of service {other.name!r}")
    if owners and test.priority < production.priority:
        yield SettingsProblem(
            f"{field}.priority",
            f"{test.priority} is already the priority of {owners[0]}",
            f"choose an unused priority below {production.priority}",
        )
    if len(production.paths) >= MAXIMUM_VALUES:
        yield SettingsProblem(
            field,
            f"results in a listener rule with {len(production.paths)} path patterns and a header "
            f"(a rule allows {MAXIMUM_VALUES} condition values, headers included)",
            "remove test_traffic, or remove a pattern from the route",
        )
    for route in environment.routing.routes:
        if route.label == f"{production.label}_test":
            yield SettingsProblem(
                f"routing.routes.{route.label}.name",
                f"{route.label!r} is already the name of the test traffic rule of service "
                f"{service.name!r}",
                "give the route another `name`",
            )


def _name_problems(environment: EnvironmentFields, service: Service) -> Iterator[SettingsProblem]:
    names = environment.names
    alternate = names.alternate_target_group(service.name)
    repair = "shorten the project, environment or service name, or use Deployment.rolling()"
    if len(alternate) > LOAD_BALANCER_NAME_LIMIT >= len(names.target_group(service.name)):
        yield SettingsProblem(
            f"services.{service.name}.deployment",
            f"results in the name {alternate!r} for the alternate target group, with "
            f"{len(alternate)} characters (at most {LOAD_BALANCER_NAME_LIMIT})",
            repair,
        )
    role = names.infrastructure_role(service.name)
    if len(role) > ROLE_NAME_LIMIT >= len(names.execution_role(service.name)):
        yield SettingsProblem(
            f"services.{service.name}.deployment",
            f"results in the name {role!r} with {len(role)} characters (at most {ROLE_NAME_LIMIT} "
            "for IAM roles)",
            repair,
        )
    for other in environment.services:
        if names.target_group(other.name) == alternate or slug(other.name) == slug(
            f"{service.name}_alternate"
        ):
            yield SettingsProblem(
                f"services.{other.name}.name",
                f"{other.name!r} is reserved for the alternate target group of {service.name!r}",
                f"rename the service {other.name!r}",
            )


def check_one_off_tasks(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the Terraform addresses of one-off tasks are unique."""
    counts = Counter(slug(service.name) for service in environment.services)
    counts.update(
        slug(f"{service.name}_{task.name}")
        for service in environment.services
        for task in service.one_off_tasks
    )
    for service in environment.services:
        for name in sorted({task.name for task in service.one_off_tasks}):
            if counts[slug(f"{service.name}_{name}")] > 1:
                yield SettingsProblem(
                    f"services.{service.name}.one_off_tasks.{name}",
                    "results in the same Terraform address as another task or service",
                    "rename the task",
                )


RULES = (check_autoscaling, check_traffic_shifting, check_one_off_tasks)
