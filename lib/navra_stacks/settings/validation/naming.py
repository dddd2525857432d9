"""Validation rules for names: physical names, and names in Terraform addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, ROLE_NAME_LIMIT, slug
from navra_stacks.settings.environment_fields import EnvironmentFields

__all__ = ["RULES"]

RESERVED_SERVICE_NAMES = (
    # Security groups, and other ends of their rules.
    *("alb", "anywhere", "cache", "database", "endpoints", "s3"),
    # Log groups.
    *("database-postgresql", "database-upgrade", "exec", "web-acl"),
)
"""Names that no service can have, because the Terraform addresses of the library's own resources
begin with them. A name is reserved even if the environment does not have the resource yet."""


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
        if slug(service.name) in map(slug, RESERVED_SERVICE_NAMES):
            yield SettingsProblem(
                f"services.{service.name}.name",
                f"{service.name!r} is reserved by the library for the Terraform addresses of its "
                "own resources",
                "rename the service",
            )


def check_addresses(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that no two services, secrets, repositories or alarms have the same Terraform address.

    Names that differ only in case and punctuation result in the same address; see `slug`. A second
    address for such a name is not derived, because the address of the first would then depend on
    the other names, and a changed address destroys the resource.
    """
    services = [service.name for service in environment.services]
    secrets = [secret.name for secret in environment.secrets]
    for field, names in (("services", services), ("secrets", secrets)):
        for name, count in Counter(names).items():
            if count > 1:
                yield SettingsProblem(
                    field,
                    f"{count} {field} are named {name!r}",
                    f"give the {field} different names",
                )
        yield from _equal_addresses(field, names, f"rename the {field}")
    if environment.registry is not None:
        yield from _equal_addresses(
            "registry",
            environment.own_repositories,
            "rename the repositories in the images",
        )
    if environment.hardening.alarms is not None:
        names = [alarm.name for alarm in environment.hardening.alarms.custom]
        yield from _equal_addresses("hardening.alarms.custom", names, "rename the alarms")


def _equal_addresses(field: str, names: Iterable[str], repair: str) -> Iterator[SettingsProblem]:
    names_by_slug: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        names_by_slug.setdefault(slug(name), []).append(name)
    for equal in names_by_slug.values():
        if len(equal) > 1:
            yield SettingsProblem(
                field,
                f"{' and '.join(map(repr, equal))} differ only in case and punctuation, and would "
                "have the same Terraform address",
                f"{repair} so that they differ in letters or digits",
            )


def check_rule_addresses(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that no two security group rules have the same Terraform address.

    The address of a rule joins its two ends with ``_from_`` or ``_to_``, so it is ambiguous for
    service names that contain one of these words; see `Connections`.
    """
    names = {slug(service.name): service.name for service in environment.services}
    stores = ("cache", "database", "endpoints")
    pairs = [(f"{store}_from_{{}}", "{}_from_alb") for store in stores]
    ranges = sorted({slug(one.cidr) for service in environment.services for one in service.egress})
    pairs += [("alb_to_{}", f"{{}}_to_{peer}") for peer in (*stores, "anywhere", "s3", *ranges)]
    for first_form, second_form in pairs:
        prefix, suffix = first_form.format(""), second_form.format("")
        for first in names:
            second = f"{first.removeprefix(prefix)}{suffix}"
            if first.startswith(prefix) and second in names:
                yield SettingsProblem(
                    "services",
                    f"the security group rules of {names[first]!r} and {names[second]!r} could "
                    "have the same Terraform address",
                    "rename one of these services",
                )


RULES = (
    check_services,
    check_name_lengths,
    check_reserved_names,
    check_addresses,
    check_rule_addresses,
)
