"""Validation rules for names: physical names, and names in Terraform addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, ROLE_NAME_LIMIT, slug
from navra_stacks.settings.environment_fields import EnvironmentFields

__all__ = ["RULES"]

RESERVED_SERVICE_NAMES = ("alb", "anywhere", "cache", "database", "endpoints", "s3")
"""Names that no service can have, because the Terraform addresses of security group rules use them
for other sources and destinations."""


def check_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that there is at least one service."""
    if not environment.services:
        yield SettingsProblem("services", "is empty", "add at least one service")


def check_name_lengths(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check the length of names that are composed of project, environment and service."""
    names, balancers = environment.names, "load balancers and target groups"
    repair = "shorten the name of the project or of the environment"
    checked = [("name", names.load_balancer, LOAD_BALANCER_NAME_LIMIT, balancers, repair)]
    for service in environment.services:
        path = f"services.{service.name}.name"
        repair = "shorten the name of the project, the environment or the service"
        if service.health_check is not None:
            group = names.target_group(service.name)
            checked.append((path, group, LOAD_BALANCER_NAME_LIMIT, balancers, repair))
        role = names.execution_role(service.name)
        checked.append((path, role, ROLE_NAME_LIMIT, "IAM roles", repair))
    for path, name, limit, what, repair in checked:
        if len(name) > limit:
            yield SettingsProblem(
                path,
                f"results in the name {name!r} with {len(name)} characters (at most {limit} for "
                f"{what})",
                repair,
            )


def check_reserved_names(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that no name, and no prefix of a name, is reserved by AWS or by the library."""
    # Elastic Load Balancing, CreateLoadBalancer; EC2, CreateSecurityGroup.
    for prefix, what in (("internal-", "a load balancer"), ("sg-", "a security group")):
        if environment.names.stack.startswith(prefix):
            yield SettingsProblem(
                "project",
                f"{environment.project!r} makes the name of {what} start with {prefix!r}, which is "
                "reserved by AWS",
                "choose another project name",
            )
    for service in environment.services:
        if service.name in RESERVED_SERVICE_NAMES:
            yield SettingsProblem(
                f"services.{service.name}.name",
                f"{service.name!r} is reserved by the library for the Terraform addresses of "
                "security group rules",
                "rename the service",
            )


def check_addresses(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that no two services and no two secrets have the same Terraform address.

    Names that differ only in case and punctuation result in the same address; see `slug`.
    """
    for field in ("services", "secrets"):
        names_by_slug: dict[str, list[str]] = {}
        for item in getattr(environment, field):
            names_by_slug.setdefault(slug(item.name), []).append(item.name)
        for names in names_by_slug.values():
            for name, count in Counter(names).items():
                if count > 1:
                    yield SettingsProblem(
                        field,
                        f"{count} {field} are named {name!r}",
                        f"give the {field} different names",
                    )
            if len(set(names)) > 1:
                yield SettingsProblem(
                    field,
                    f"{' and '.join(map(repr, dict.fromkeys(names)))} differ only in case and "
                    "punctuation, and would have the same Terraform address",
                    f"rename the {field} so that they differ in letters or digits",
                )


RULES = (
    check_services,
    check_name_lengths,
    check_reserved_names,
    check_addresses,
)
