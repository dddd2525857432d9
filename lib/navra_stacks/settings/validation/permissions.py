"""Validation rules for the IAM permissions of services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.iam_permission import IamPermission
from navra_stacks.settings.environment_fields import EnvironmentFields

__all__ = ["RULES", "role_wildcard_problems"]


def check_role_wildcards(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that actions on IAM roles are allowed on listed roles, or on those of the environment.

    With ``iam:PassRole`` or ``sts:AssumeRole`` on a wildcard, a task can use every role that the
    wildcard matches, including an administrator's (IAM User Guide, "Grant a user permissions to
    pass a role to an AWS service",
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
    """
    names = environment.names
    own = (names.stack, *map(names.family, sorted(environment.service_names)))
    for service in environment.services:
        for index, permission in enumerate(service.permissions):
            for problem in role_wildcard_problems(permission, own, environment.account):
                field = f"services.{service.name}.permissions.{index}.{problem.field}"
                yield problem._replace(field=field)


def role_wildcard_problems(
    permission: IamPermission, own: Sequence[str], account: str | None
) -> Iterator[SettingsProblem]:
    """Yield a problem for each resource that also matches roles of other environments.

    Args:
        permission: The permission.
        own: The beginnings of the names of the environment's roles, without the last hyphen.
        account: The account of the environment; None if it is not known.
    """
    prefixes = tuple(f"role/{prefix}-" for prefix in own)
    actions = [a for a in permission.actions if a.partition(":")[0].lower() in ("iam", "sts")]
    for resource in permission.resources if actions else ():
        owner, name = resource.split(":", 5)[4:]
        start = re.split(r"[*?]", name)[0]
        is_own = start.startswith(prefixes) and account in (None, owner)
        if start != name and not is_own:
            yield SettingsProblem(
                "resources",
                f"{resource!r} with the action {actions[0]!r} also matches roles that do not "
                "belong to this environment",
                "list each role in full, or put the wildcard after a name of this environment, "
                f"for example '...:{prefixes[-1]}*'",
            )


RULES = (check_role_wildcards,)
