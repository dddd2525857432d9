"""IAM permissions of a service's task role."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule

__all__ = ["IamPermission"]


class IamPermission(Settings):
    """IAM actions that the task role allows on certain resources; broad wildcards are rejected."""

    actions: tuple[str, ...]
    """The allowed IAM actions, without wildcards, for example ``s3:GetObject``."""

    resources: tuple[str, ...]
    """The ARNs on which the actions are allowed. A wildcard is allowed only in the last part of an
    ARN, and only together with other characters, for example in ``arn:aws:s3:::reports/*``."""

    @rule
    def _check_scope(self) -> Iterator[SettingsProblem]:
        if not self.actions:
            yield SettingsProblem(
                "actions", "is empty", "list the allowed actions, for example 's3:GetObject'"
            )
        if not self.resources:
            yield SettingsProblem(
                "resources", "is empty", "list the ARNs on which the actions are allowed"
            )
        for action in self.actions:
            if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action) is None:
                yield SettingsProblem(
                    "actions",
                    f"{action!r} is not a valid name of a single IAM action",
                    "write each action in full, without wildcards, for example 's3:GetObject'",
                )
        for resource in self.resources:
            if re.fullmatch(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:\S+", resource) is None:
                yield SettingsProblem(
                    "resources",
                    f"{resource!r} is not a valid ARN",
                    "write the ARN in full, for example 'arn:aws:s3:::reports/*'",
                )
            elif resource.split(":", 5)[5] == "*":
                yield SettingsProblem(
                    "resources",
                    f"{resource!r} matches every resource",
                    "list specific resources",
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[IamPermissionChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class IamPermissionChanges(TypedDict, total=False):
        actions: tuple[str, ...]
        resources: tuple[str, ...]
