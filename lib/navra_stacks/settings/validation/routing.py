"""The rules of an environment between routes and services."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["RULES"]


def routes_lead_somewhere(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A route names a service that there is."""
    wanted = [("routing.default", environment.routing.default)]
    wanted += [(f"routing.routes.{r.label}.service", r.service) for r in environment.routing.routes]
    for place, name in wanted:
        if name not in environment.service_names:
            yield SettingsProblem(
                place, f"{name!r} is no service", suggest_repair(name, environment.service_names)
            )


def routed_services_take_traffic(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A service has a health check if and only if a route leads to it."""
    routed = {environment.routing.default, *(route.service for route in environment.routing.routes)}
    for service in environment.services:
        if service.name in routed and service.container.port is None:
            yield SettingsProblem(
                f"services.{service.name}.container.port",
                "is missing, but routes lead to the service",
                "give the port that the container listens on",
            )
        if service.name in routed and service.health_check is None:
            yield SettingsProblem(
                f"services.{service.name}.health_check",
                "is missing, but routes lead to the service",
                "tell the load balancer which path answers when a task is well",
            )
        # A route that leads nowhere may be the one that is missed here.
        lost = service.name not in routed and routed <= environment.service_names
        if lost and service.health_check is not None:
            yield SettingsProblem(
                f"services.{service.name}.health_check",
                "is given, but no route leads to the service",
                "add a route, or leave the health check out",
            )


def health_checks_are_not_swallowed(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Another service must not answer what a health check asks this one."""
    for service in environment.services:
        if service.health_check is None:
            continue
        answer = environment.routing.resolve(service.health_check.path)
        if answer.pattern is not None and answer.service != service.name:
            yield SettingsProblem(
                f"services.{service.name}.health_check.path",
                f"{service.health_check.path!r} is answered by {answer.service!r} for everyone "
                f"else (route {answer.pattern!r}, priority {answer.priority})",
                "choose a path that this service answers, or route it here",
            )


RULES = (
    routes_lead_somewhere,
    routed_services_take_traffic,
    health_checks_are_not_swallowed,
)
