"""What the code of a service may do in AWS."""

import re
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule

__all__ = ["IamPermission"]


class IamPermission(Settings):
    """Actions that the task role allows on named resources; never on everything."""

    actions: tuple[str, ...]
    """IAM actions: ``s3:GetObject``. No wildcards."""

    resources: tuple[str, ...]
    """ARNs; a wildcard only inside one, as in ``arn:aws:s3:::reports/*``."""

    @rule
    def _is_narrow(self) -> Iterator[SettingsProblem]:
        if not self.actions:
            yield SettingsProblem(
                "actions", "are empty", "name what is allowed, as in 's3:GetObject'"
            )
        if not self.resources:
            yield SettingsProblem("resources", "are empty", "name the ARNs that it is allowed on")
        for action in self.actions:
            if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action) is None:
                yield SettingsProblem(
                    "actions",
                    f"{action!r} is not one IAM action",
                    "name each action in full, without wildcards, as in 's3:GetObject'",
                )
        for resource in self.resources:
            if re.fullmatch(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:\S+", resource) is None:
                yield SettingsProblem(
                    "resources",
                    f"{resource!r} is not an ARN",
                    "name the resource in full, as in 'arn:aws:s3:::reports/*'",
                )
            elif resource.split(":", 5)[5] == "*":
                yield SettingsProblem(
                    "resources", f"{resource!r} is everything", "name the resources that are meant"
                )
