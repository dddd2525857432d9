"""The rules of an environment over names: physical ones, and those that become addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, ROLE_NAME_LIMIT, slug
from navra_stacks.settings.environment_fields import EnvironmentFields

__all__ = ["RULES"]

RESERVED_SERVICE_NAMES = ("alb", "anywhere", "cache", "database", "endpoints", "s3")
"""Names of the ends of connections, which become part of the addresses of rules."""


def has_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """An environment without a service is nothing."""
    if not environment.services:
        yield SettingsProblem("services", "is empty", "describe at least one service")


def names_fit(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """What is made of project, environment and service has limits."""
    names, balancers = environment.names, "load balancers and target groups"
    checked = [("name", names.load_balancer, LOAD_BALANCER_NAME_LIMIT, balancers)]
    for service in environment.services:
        place = f"services.{service.name}.name"
        if service.health_check is not None:
            group = names.target_group(service.name)
            checked.append((place, group, LOAD_BALANCER_NAME_LIMIT, balancers))
        role = names.execution_role(service.name)
        checked.append((place, role, ROLE_NAME_LIMIT, "roles"))
    for place, name, limit, what in checked:
        if len(name) > limit:
            yield SettingsProblem(
                place,
                f"makes the name {name!r} of {len(name)} characters ({what}: {limit} at most)",
                "shorten the project, the environment or the service",
            )


def names_are_not_reserved(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """AWS keeps some names for itself, and so does the library."""
    # Elastic Load Balancing, CreateLoadBalancer; EC2, CreateSecurityGroup.
    for prefix, what in (("internal-", "a load balancer"), ("sg-", "a security group")):
        if environment.names.stack.startswith(prefix):
            yield SettingsProblem(
                "project",
                f"{environment.project!r} makes the name of {what} begin with {prefix!r}, which "
                "AWS keeps for itself",
                "choose another",
            )
    for service in environment.services:
        if service.name in RESERVED_SERVICE_NAMES:
            yield SettingsProblem(
                f"services.{service.name}.name",
                f"{service.name!r} is what the library calls a part of its own",
                "choose another",
            )


def addresses_are_distinct(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Names become Terraform addresses, in which case and signs are folded."""
    for field in ("services", "secrets"):
        alike: dict[str, list[str]] = {}
        for one in getattr(environment, field):
            alike.setdefault(slug(one.name), []).append(one.name)
        for names in alike.values():
            for name, count in Counter(names).items():
                if count > 1:
                    yield SettingsProblem(
                        field, f"{count} are named {name!r}", "name each differently"
                    )
            if len(set(names)) > 1:
                yield SettingsProblem(
                    field,
                    f"{' and '.join(map(repr, dict.fromkeys(names)))} differ in case and signs "
                    "only, and would share one Terraform address",
                    "name each differently",
                )


RULES = (
    has_services,
    names_fit,
    names_are_not_reserved,
    addresses_are_distinct,
)
