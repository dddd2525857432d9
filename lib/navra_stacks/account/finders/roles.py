"""IAM: roles, what they may do, and whom they trust."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import created, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, Survey, UnmanagedResource
from navra_stacks.terraform.expressions import references

__all__ = ["attachment", "identity_provider", "inline_policy", "other_permissions", "role"]

TASK_ROLES = {"execution_role_arn": "executionRoleArn", "task_role_arn": "taskRoleArn"}

# The console makes it once, for whatever runs in the account.
SHARED_BY_THE_ACCOUNT = "ecsTaskExecutionRole"


def role(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name; else the one that the found task definition has in its place.

    Not where another resource would need the same one, or the account shares it.
    """
    live = _role(wanted, wanted["name"])
    if live is None and (used := _of_task_definition(wanted)) is not None:
        live = _role(wanted, used)
    if live is not None:
        name, arn = live["RoleName"], live["Arn"]
        yield Candidate(
            name,
            {"id": name, "arn": arn, "name": name, "unique_id": live["RoleId"]},
            told(
                live.get("Description", ""), created(live.get("CreateDate")), tags=live.get("Tags")
            ),
            live,
        )


def _role(wanted: LookupTarget, name: str) -> Mapping[str, Any] | None:
    answer = wanted.account.look("iam", "get_role", RoleName=name)
    return None if answer is None else answer["Role"]


def _of_task_definition(wanted: LookupTarget) -> str | None:
    """The name of the role in this one's place, where no other resource's place has it, too."""
    places = set(_places(wanted.beside("aws_ecs_task_definition")))
    used = {name for name, address in places if address == wanted.address}
    if len(used) != 1 or used == {SHARED_BY_THE_ACCOUNT}:
        return None
    (name,) = used
    shared = any(other == name and address != wanted.address for other, address in places)
    return None if shared else name


def _places(task_definitions: Iterable[LookupTarget]) -> Iterator[tuple[str, str]]:
    """The roles of the task definitions that exist, each with the resource in whose place it is."""
    for one in task_definitions:
        if (found := one.found()) is None:
            continue
        for argument, key in TASK_ROLES.items():
            for reference in references(one.block.get(argument)):
                if (arn := found.live.get(key)) is not None:
                    yield arn.rpartition("/")[2], reference.removesuffix(".arn")


def inline_policy(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its role and its name."""
    role_name, name = wanted["role"], wanted["name"]
    if wanted.account.look("iam", "get_role_policy", RoleName=role_name, PolicyName=name):
        yield Candidate(f"{role_name}:{name}")


def attachment(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its role and the policy's ARN."""
    role_name, arn = wanted["role"], wanted["policy_arn"]
    attached = wanted.account.all("iam", "list_attached_role_policies", RoleName=role_name)
    if any(one["PolicyArn"] == arn for one in attached):
        yield Candidate(f"{role_name}/{arn}")


def identity_provider(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its address, which an account has once."""
    url = wanted["url"].removeprefix("https://").rstrip("/")
    answer = wanted.account.call("iam", "list_open_id_connect_providers")
    for live in answer["OpenIDConnectProviderList"]:
        if live["Arn"].partition("/")[2] == url:
            yield Candidate(live["Arn"], {"arn": live["Arn"]})


def other_permissions(survey: Survey) -> Iterator[UnmanagedResource]:
    """Policies of the found roles that no resource describes.

    And the roles that tasks have in the place of described ones.
    """
    for found in survey.found("aws_iam_role").values():
        for name in survey.account.all("iam", "list_role_policies", RoleName=found.id):
            yield UnmanagedResource(
                "aws_iam_role_policy", f"{found.id}:{name}", f"inline policy {name} of {found.id}"
            )
        for one in survey.account.all("iam", "list_attached_role_policies", RoleName=found.id):
            yield UnmanagedResource(
                "aws_iam_role_policy_attachment",
                f"{found.id}/{one['PolicyArn']}",
                f"{one['PolicyName']} attached to {found.id}",
            )
    for name, address in _places(survey.wanted("aws_ecs_task_definition")):
        yield UnmanagedResource(
            "aws_iam_role", name, f"a role that tasks have now, in the place of {address}"
        )
