"""Validation rules for the IAM permissions of services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields

__all__ = ["RULES"]


def check_role_wildcards(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that actions on IAM roles are allowed on listed roles, or on those of the environment.

    With ``iam:PassRole`` or ``sts:AssumeRole`` on a wildcard, a task can use every role that the
    wildcard matches, including an administrator's (IAM User Guide, "Grant a user permissions to
    pass a role to an AWS service",
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
    """
    names = environment.names
    own = tuple(
        f"role/{prefix}-"
        for prefix in (names.stack, *map(names.family, sorted(environment.service_names)))
    )
    for service in environment.services:
        for index, permission in enumerate(service.permissions):
            actions = [a for a in permission.actions if a.partition(":")[0] in ("iam", "sts")]
            for resource in permission.resources if actions else ():
                account, name = resource.split(":", 5)[4:]
                start = re.split(r"[*?]", name)[0]
                is_own = start.startswith(own) and environment.account in (None, account)
                if start != name and not is_own:
                    yield SettingsProblem(
                        f"services.{service.name}.permissions.{index}.resources",
                        f"{resource!r} with the action {actions[0]!r} also matches roles that do "
                        "not belong to this environment",
                        "list each role in full, or put the wildcard after a name of this "
                        f"environment, for example '...:{own[-1]}*'",
                    )


RULES = (check_role_wildcards,)
