"""Validation rules for names: physical names, and names in Terraform addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, ROLE_NAME_LIMIT, slug
from navra_stacks.settings.environment_fields import EnvironmentFields

__all__ = ["RULES"]

RESERVED_SERVICE_NAMES = ("alb", "anywhere", "cache", "database", "endpoints", "s3")
"""Names of other sources and destinations in the addresses of security group rules."""


def check_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that there is at least one service."""
    if not environment.services:
        yield SettingsProblem("services", "is empty", "describe at least one service")


def check_name_lengths(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check the length of names that are composed of project, environment and service."""
    names, balancers = environment.names, "load balancers and target groups"
    checked = [("name", names.load_balancer, LOAD_BALANCER_NAME_LIMIT, balancers)]
    for service in environment.services:
        path = f"services.{service.name}.name"
        if service.health_check is not None:
            group = names.target_group(service.name)
            checked.append((path, group, LOAD_BALANCER_NAME_LIMIT, balancers))
        role = names.execution_role(service.name)
        checked.append((path, role, ROLE_NAME_LIMIT, "roles"))
    for path, name, limit, what in checked:
        if len(name) > limit:
            yield SettingsProblem(
                path,
                f"results in the name {name!r} with {len(name)} characters (at most {limit} for "
                f"{what})",
                "shorten the project, the environment or the service",
            )


def check_reserved_names(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check for names and prefixes that AWS or the library reserve."""
    # Elastic Load Balancing, CreateLoadBalancer; EC2, CreateSecurityGroup.
    for prefix, what in (("internal-", "a load balancer"), ("sg-", "a security group")):
        if environment.names.stack.startswith(prefix):
            yield SettingsProblem(
                "project",
                f"{environment.project!r} makes the name of {what} start with {prefix!r}, which is "
                "reserved by AWS",
                "choose another",
            )
    for service in environment.services:
        if service.name in RESERVED_SERVICE_NAMES:
            yield SettingsProblem(
                f"services.{service.name}.name",
                f"{service.name!r} is reserved by the library",
                "choose another",
            )


def check_addresses(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that names stay unique in Terraform addresses, which ignore case and punctuation."""
    for field in ("services", "secrets"):
        names_by_slug: dict[str, list[str]] = {}
        for item in getattr(environment, field):
            names_by_slug.setdefault(slug(item.name), []).append(item.name)
        for names in names_by_slug.values():
            for name, count in Counter(names).items():
                if count > 1:
                    yield SettingsProblem(
                        field, f"{count} of them are named {name!r}", "give each its own name"
                    )
            if len(set(names)) > 1:
                yield SettingsProblem(
                    field,
                    f"{' and '.join(map(repr, dict.fromkeys(names)))} differ only in case and "
                    "punctuation, and would have the same Terraform address",
                    "rename one of them",
                )


RULES = (
    check_services,
    check_name_lengths,
    check_reserved_names,
    check_addresses,
)
