"""Validation rules between routes and services."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["RULES"]


def check_route_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that routes refer to services of the environment."""
    references = [("routing.default", environment.routing.default)]
    references += [
        (f"routing.routes.{route.label}.service", route.service)
        for route in environment.routing.routes
    ]
    for path, name in references:
        if name not in environment.service_names:
            yield SettingsProblem(
                path,
                f"{name!r} is not a service of this environment",
                suggest_repair(name, environment.service_names),
            )


def check_routed_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that routed services have a port and a health check, and others no health check."""
    routed = {environment.routing.default, *(route.service for route in environment.routing.routes)}
    for service in environment.services:
        if service.name in routed and service.container.port is None:
            yield SettingsProblem(
                f"services.{service.name}.container.port",
                "is missing, but traffic is routed to the service",
                "set the port that the container listens on",
            )
        if service.name in routed and service.health_check is None:
            yield SettingsProblem(
                f"services.{service.name}.health_check",
                "is missing, but traffic is routed to the service",
                "set health_check with the path that the load balancer requests",
            )
        # A route to an unknown service, a problem reported already, may be meant for this one.
        unrouted = service.name not in routed and routed <= environment.service_names
        if unrouted and service.health_check is not None:
            yield SettingsProblem(
                f"services.{service.name}.health_check",
                "is set, but no traffic is routed to the service",
                "add a route to the service, or remove health_check",
            )


def check_health_check_paths(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that no route sends the path of a service's health check to another service."""
    for service in environment.services:
        if service.health_check is None:
            continue
        match = environment.routing.resolve(service.health_check.path)
        if match.pattern is not None and match.service != service.name:
            yield SettingsProblem(
                f"services.{service.name}.health_check.path",
                f"requests of clients for {service.health_check.path!r} do not reach this service: "
                f"the listener rule with pattern {match.pattern!r} and priority {match.priority} "
                f"routes these requests to {match.service!r}",
                f"choose a path that is routed to {service.name!r}, or add a route with a lower "
                "priority number for the path",
            )


RULES = (
    check_route_services,
    check_routed_services,
    check_health_check_paths,
)
