"""The rules of an environment over deployments, autoscaling and one-off tasks.

They need more than one part at once: a service, the routes that lead to it, the names it makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, ROLE_NAME_LIMIT, slug
from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.load_balancing.path_pattern import wildcards
from navra_stacks.settings.load_balancing.routing import (
    MAXIMUM_RULES,
    MAXIMUM_VALUES,
    MAXIMUM_WILDCARDS,
    Route,
)

__all__ = ["RULES"]


def autoscaling_problems(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """What is wrong with how many tasks run, and are replaced."""
    for service in environment.services:
        scaling = environment.autoscaling_of(service)
        if scaling is not None and scaling.requests_per_target is not None:
            yield from _requests_problems(service)
        yield from _deadlocks(service, scaling)
    yield from _schedule_name_problems(environment)


def _requests_problems(service: Service) -> Iterator[SettingsProblem]:
    own = service.autoscaling is not None
    where = f"services.{service.name}" if own else "hardening"
    field = f"{where}.autoscaling.requests_per_target"
    repair = "scale it by CPU or memory" + (
        "" if own else f", with an `autoscaling` of its own in services.{service.name}"
    )
    if service.health_check is None:
        yield SettingsProblem(
            field, f"counts requests, but the service {service.name!r} has no target group", repair
        )
    elif service.deployment.shifts:
        # ECS, "Use a target metric to scale Amazon ECS services".
        yield SettingsProblem(
            field,
            f"counts the requests of one target group, but {service.deployment.strategy!r} moves "
            f"the service {service.name!r} between two",
            repair,
        )


def _deadlocks(service: Service, scaling: Autoscaling | None) -> Iterator[SettingsProblem]:
    if service.deployment.shifts:  # all new tasks start beside the old: one is as good as many
        return
    counts = [service.desired_count]
    if scaling is not None:
        counts = [scaling.min_capacity, *(action.min_capacity for action in scaling.schedules)]
    tasks = min((count for count in counts if count > 0), default=0)
    least = service.deployment.minimum_healthy_percent
    most = service.deployment.maximum_percent
    # ECS rounds the most down and the least up.
    if least == most == 100 or tasks == 0:
        return
    if tasks * most // 100 <= tasks and -(-tasks * least // 100) >= tasks:
        yield SettingsProblem(
            f"services.{service.name}.deployment.maximum_percent",
            f"{most} with a minimum of {least} lets no task start and none stop while {tasks} "
            f"run{'s' if tasks == 1 else ''}, so a deployment never finishes",
            "allow 200 percent, or a minimum of 0 where an outage does not matter",
        )


def _schedule_name_problems(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    owners: dict[str, list[str]] = {}
    for service in environment.services:
        scaling = environment.autoscaling_of(service)
        for name in {action.name for action in scaling.schedules} if scaling is not None else ():
            owners.setdefault(slug(f"{service.name}_{name}"), []).append(f"{service.name}-{name}")
    for joined in owners.values():
        if len(joined) > 1:
            yield SettingsProblem(
                "services",
                f"the scheduled actions {' and '.join(sorted(joined))} would have one address",
                "name one of them differently",
            )


def shift_problems(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """What keeps ECS from shifting the traffic of a service."""
    routing = environment.routing
    rules = list(routing.in_order)
    for service in environment.services:
        if not service.deployment.shifts:
            continue
        leading = [route for route in routing.routes if route.service == service.name]
        if service.name == routing.default:
            yield from _catch_all_problems(environment)
            leading.append(routing.catch_all)
            rules.append(routing.catch_all)
        if len(leading) == 1:
            yield from _test_traffic_problems(environment, service, leading[0])
        else:
            yield from _one_rule_only(service, leading, routing.default)
        if service.deployment.test_traffic is not None:
            rules.append(leading[0] if leading else routing.catch_all)
        yield from _name_problems(environment, service)
    if len(routing.routes) <= MAXIMUM_RULES < len(rules):
        yield SettingsProblem(
            "routing.routes",
            f"{len(rules)} rules with those that shift traffic (a load balancer takes "
            f"{MAXIMUM_RULES})",
            "put up to five patterns of one service into one route",
        )


def _one_rule_only(
    service: Service, leading: list[Route], default: str
) -> Iterator[SettingsProblem]:
    strategy = service.deployment.strategy
    field = f"services.{service.name}.deployment"
    if not leading:
        yield SettingsProblem(
            field,
            f"{strategy!r} shifts traffic, but no route leads to the service",
            "use Deployment.rolling()",
        )
        return
    paths = [path for route in leading for path in route.paths]
    if service.name == default:
        repair = "leave its routes out, so that it answers by default only"
    elif len(paths) <= MAXIMUM_VALUES and sum(map(wildcards, paths)) <= MAXIMUM_WILDCARDS:
        listed = ", ".join(f'"{path}"' for path in paths)
        repair = f"join them into one route with paths ({listed})"
    else:
        repair = f"join them into one route of up to {MAXIMUM_VALUES} patterns"
    # The others would go on to the target group that ECS has emptied.
    yield SettingsProblem(
        field,
        f"{strategy!r} shifts one listener rule, but {len(leading)} routes lead to the service "
        f"({', '.join(paths)})",
        f"{repair}, or use Deployment.rolling()",
    )


def _catch_all_problems(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    catch_all = environment.routing.catch_all
    for route in environment.routing.routes:
        field = f"routing.routes.{route.label}"
        why = f"the rule of {catch_all.service!r}, which shifts the traffic of the default route"
        if route.priority == catch_all.priority:
            yield SettingsProblem(
                f"{field}.priority", f"{route.priority} belongs to {why}", "choose a lower one"
            )
        if route.label == catch_all.label:
            yield SettingsProblem(
                f"{field}.name", f"{route.label!r} is the name of {why}", "choose another `name`"
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
            f"{test.priority} is not below {production.priority}, the priority of the rule that "
            "takes everyone's requests",
            "choose a lower one"
            if production.priority > 1
            else "give that route a higher priority first, which replaces its listener rule",
        )
    taken = [
        f"the route {r.label!r}" for r in environment.routing.routes if r.priority == test.priority
    ]
    for other in environment.services:
        rival = other.deployment.test_traffic
        if other.name != service.name and rival is not None and rival.priority == test.priority:
            taken.append(f"the test traffic of {other.name!r}")
    if taken and test.priority < production.priority:
        yield SettingsProblem(
            f"{field}.priority", f"{test.priority} belongs to {taken[0]}", "choose a free one"
        )
    if len(production.paths) >= MAXIMUM_VALUES:
        yield SettingsProblem(
            field,
            f"its rule has {len(production.paths)} path patterns and a header "
            f"(a rule takes {MAXIMUM_VALUES} values)",
            "leave the test traffic out, or a pattern of the route",
        )
    for route in environment.routing.routes:
        if route.label == f"{production.label}_test":
            yield SettingsProblem(
                f"routing.routes.{route.label}.name",
                f"{route.label!r} is the name of the rule of {service.name!r}'s test traffic",
                "choose another `name`",
            )


def _name_problems(environment: EnvironmentFields, service: Service) -> Iterator[SettingsProblem]:
    names = environment.names
    alternate = names.alternate_target_group(service.name)
    repair = "shorten the project, the environment or the service, or use Deployment.rolling()"
    if len(alternate) > LOAD_BALANCER_NAME_LIMIT >= len(names.target_group(service.name)):
        yield SettingsProblem(
            f"services.{service.name}.deployment",
            f"makes the name {alternate!r} of {len(alternate)} characters for the alternate target "
            f"group ({LOAD_BALANCER_NAME_LIMIT} at most)",
            repair,
        )
    role = names.infrastructure_role(service.name)
    if len(role) > ROLE_NAME_LIMIT >= len(names.execution_role(service.name)):
        yield SettingsProblem(
            f"services.{service.name}.deployment",
            f"makes the name {role!r} of {len(role)} characters (IAM roles: {ROLE_NAME_LIMIT} at "
            "most)",
            repair,
        )
    for other in environment.services:
        if names.target_group(other.name) == alternate or slug(other.name) == slug(
            f"{service.name}_alternate"
        ):
            yield SettingsProblem(
                f"services.{other.name}.name",
                f"{other.name!r} is what the alternate target group of {service.name!r} is called",
                "choose another",
            )


def one_off_task_problems(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """What is wrong with the names of one-off tasks, which become addresses."""
    taken = Counter(slug(service.name) for service in environment.services)
    taken.update(
        slug(f"{service.name}_{task.name}")
        for service in environment.services
        for task in service.one_off_tasks
    )
    for service in environment.services:
        for name in sorted({task.name for task in service.one_off_tasks}):
            if taken[slug(f"{service.name}_{name}")] > 1:
                yield SettingsProblem(
                    f"services.{service.name}.one_off_tasks.{name}",
                    "is the name of another task or service, joined with its service's",
                    "choose another",
                )


RULES = (autoscaling_problems, shift_problems, one_off_task_problems)
