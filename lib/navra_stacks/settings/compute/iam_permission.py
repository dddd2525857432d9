"""IAM permissions of a service's task role."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule

__all__ = ["IamPermission"]

_GUARDED_SERVICES = ("kms", "secretsmanager", "ssm")
"""Services whose resources usually belong to several applications and protect or contain secrets:
keys, secrets and parameters. For roles, see `settings.validation.permissions`."""

_POLICY_ACTIONS = frozenset(
    f"iam:{action.lower()}"
    for action in (
        *("AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy", "CreatePolicyVersion"),
        *("DeleteRolePermissionsBoundary", "DeleteUserPermissionsBoundary", "PutGroupPolicy"),
        *("PutRolePermissionsBoundary", "PutRolePolicy", "PutUserPermissionsBoundary"),
        *("PutUserPolicy", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy"),
    )
)
"""Actions that change the policies of users, groups and roles, in lower case, because IAM ignores
the case of an action. Source: Service Authorization Reference, access level "Permissions
management" (https://docs.aws.amazon.com/service-authorization/latest/reference/
list_awsidentityandaccessmanagementiam.html)."""


class IamPermission(Settings):
    """IAM actions that the task role allows on certain resources; broad wildcards are rejected."""

    actions: tuple[str, ...]
    """The allowed IAM actions, without wildcards, for example ``s3:GetObject``."""

    resources: tuple[str, ...]
    """The ARNs on which the actions are allowed. A wildcard is allowed only in the last part of an
    ARN, and only together with letters or digits, for example in ``arn:aws:s3:::reports/*``. For
    keys, secrets and parameters, the name of the resource must begin without a wildcard; for roles,
    a wildcard must match only roles of the environment."""

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
            elif re.search(r"[A-Za-z0-9]", resource.split(":", 5)[5]) is None:
                yield SettingsProblem(
                    "resources",
                    f"{resource!r} matches every resource",
                    "list specific resources",
                )

    @rule
    def _check_policy_actions(self) -> Iterator[SettingsProblem]:
        for action in self.actions:
            if action.lower() in _POLICY_ACTIONS:
                yield SettingsProblem(
                    "actions",
                    f"{action!r} changes IAM policies, so the service could give itself any "
                    "permission",
                    "remove the action, or grant it in a stack of your own that extends WebStack",
                )

    @rule
    def _check_whole_types(self) -> Iterator[SettingsProblem]:
        guarded = [a for a in self.actions if a.partition(":")[0] in _GUARDED_SERVICES]
        for resource in self.resources if guarded else ():
            name = resource.split(":", 5)[-1]
            # The text before the first wildcard, without the type of the resource.
            start = re.split(r"[*?]", name)[0]
            is_whole_type = re.search(r"[:/].*[A-Za-z0-9]", start) is None
            if start != name and is_whole_type and re.search(r"[A-Za-z0-9]", name):
                yield SettingsProblem(
                    "resources",
                    f"{resource!r} with the action {guarded[0]!r} matches every resource of its "
                    "type in the account",
                    "write the resource in full, or at least the beginning of its name, for "
                    "example 'secret:shop/*', or grant the action in a stack of your own that "
                    "extends WebStack",
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[IamPermissionChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class IamPermissionChanges(TypedDict, total=False):
        actions: tuple[str, ...]
        resources: tuple[str, ...]
