"""Finders for IAM roles, policies of roles, and OpenID Connect providers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from navra_stacks.account.finders.matching import created, describe
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
)
from navra_stacks.terraform.expressions import references

__all__ = ["attachment", "identity_provider", "inline_policy", "other_permissions", "role"]

TASK_ROLES = {"execution_role_arn": "executionRoleArn", "task_role_arn": "taskRoleArn"}

# The console creates this role once, for all services of the account.
SHARED_EXECUTION_ROLE = "ecsTaskExecutionRole"


def role(target: LookupTarget) -> Iterator[Candidate]:
    """Find an IAM role by its name, else as the role of the live task definition.

    A role from a task definition does not match if a live task definition uses it in place of
    another role of the document as well, or if it is the default execution role of the account.
    """
    live = _role(target, target["name"])
    if live is None and (used := _role_of_task_definition(target)) is not None:
        live = _role(target, used)
    if live is not None:
        name, arn = live["RoleName"], live["Arn"]
        yield Candidate(
            name,
            {"id": name, "arn": arn, "name": name, "unique_id": live["RoleId"]},
            describe(
                live.get("Description", ""), created(live.get("CreateDate")), tags=live.get("Tags")
            ),
            live,
        )


def _role(target: LookupTarget, name: str) -> Mapping[str, Any] | None:
    response = target.account.find("iam", "get_role", RoleName=name)
    return None if response is None else response["Role"]


def _role_of_task_definition(target: LookupTarget) -> str | None:
    """Return the role that all live task definitions use in place of the target, if any."""
    uses = target.summarized("aws_ecs_task_definition", _role_uses)
    used = uses.roles.get(target.address, set())
    if len(used) != 1 or used == {SHARED_EXECUTION_ROLE}:
        return None
    (name,) = used
    return None if uses.addresses[name] != {target.address} else name


class _RoleUses(NamedTuple):
    """The roles in live task definitions, and the roles of the document in their place."""

    roles: Mapping[str, set[str]]
    """The names of the live roles, by the address of the role in the document."""

    addresses: Mapping[str, set[str]]
    """The addresses of the roles in the document, by the name of the live role."""


def _role_uses(task_definitions: Iterable[LookupTarget]) -> _RoleUses:
    roles: dict[str, set[str]] = {}
    addresses: dict[str, set[str]] = {}
    for name, address in _live_roles(task_definitions):
        roles.setdefault(address, set()).add(name)
        addresses.setdefault(name, set()).add(address)
    return _RoleUses(roles, addresses)


def _live_roles(task_definitions: Iterable[LookupTarget]) -> Iterator[tuple[str, str]]:
    """Yield each role in a live task definition, and the address of this role in the document."""
    for task_definition in task_definitions:
        if (match := task_definition.match()) is None:
            continue
        for argument, key in TASK_ROLES.items():
            for reference in references(task_definition.block.get(argument)):
                if (arn := match.live.get(key)) is not None:
                    yield arn.rpartition("/")[2], reference.removesuffix(".arn")


def inline_policy(target: LookupTarget) -> Iterator[Candidate]:
    """Find an inline policy of a role by its name."""
    role_name, name = target["role"], target["name"]
    if target.account.find("iam", "get_role_policy", RoleName=role_name, PolicyName=name):
        yield Candidate(f"{role_name}:{name}")


def attachment(target: LookupTarget) -> Iterator[Candidate]:
    """Find the attachment of a managed policy by its role and policy ARN."""
    role_name, arn = target["role"], target["policy_arn"]
    attached = target.account.list_all("iam", "list_attached_role_policies", RoleName=role_name)
    if any(policy["PolicyArn"] == arn for policy in attached):
        yield Candidate(f"{role_name}/{arn}")


def identity_provider(target: LookupTarget) -> Iterator[Candidate]:
    """Find an OpenID Connect provider by its URL."""
    url = target["url"].removeprefix("https://").rstrip("/")
    response = target.account.call("iam", "list_open_id_connect_providers")
    for live in response["OpenIDConnectProviderList"]:
        if live["Arn"].partition("/")[2] == url:
            yield Candidate(live["Arn"], {"arn": live["Arn"]})


def other_permissions(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find all policies of the matched roles, and all roles that live task definitions use."""
    for match in results.matches("aws_iam_role").values():
        for name in results.account.list_all("iam", "list_role_policies", RoleName=match.id):
            yield UnmanagedResource(
                "aws_iam_role_policy", f"{match.id}:{name}", f"inline policy {name} of {match.id}"
            )
        for policy in results.account.list_all(
            "iam", "list_attached_role_policies", RoleName=match.id
        ):
            yield UnmanagedResource(
                "aws_iam_role_policy_attachment",
                f"{match.id}/{policy['PolicyArn']}",
                f"{policy['PolicyName']} attached to {match.id}",
            )
    for name, address in _live_roles(results.targets("aws_ecs_task_definition")):
        yield UnmanagedResource(
            "aws_iam_role", name, f"used by live task definitions instead of {address}"
        )
