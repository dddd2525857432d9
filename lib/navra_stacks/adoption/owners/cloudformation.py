"""CloudFormation stacks that manage found resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount, OperationError
from navra_stacks.adoption.owners.owner import Owner, Unchecked
from navra_stacks.adoption.owners.stack import Stack, retention_steps, stack_name
from navra_stacks.adoption.owners.tagged_resource import TaggedResource

__all__ = ["find_stacks"]

STACK_ID = re.compile(r"arn:[\w-]+:cloudformation:[\w-]+:\d+:stack/[\w-]+/.+")

CONSOLE_TAG = re.compile(r"ecs:.*stackId")
"""The key of the tag in which the ECS console records its stack, for example
``ecs:service:stackId`` ("Tagging your Amazon ECS resources").
"""

UNIQUE_ID = re.compile(r"arn:.*|[a-z]+-([0-9a-f]{8}|[0-9a-f]{17})")
"""An ARN or the ID of an EC2 resource. A name is unique only among resources of one type."""

GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")
"""The status of a resource that has left its stack; with DELETE_SKIPPED, it still exists."""

CONSOLE_TYPES = ("aws_ecs_cluster", "aws_ecs_service", "aws_ecs_task_definition")
"""The types that the ECS console creates in a stack. If an apply has removed their tags, only a
search by ID finds the stack. It is limited to these types because it needs a call per resource.
"""

SUBJECT = "CloudFormation stacks"


def find_stacks(
    resources: Iterable[TaggedResource], account: AwsAccount, unchecked: Unchecked
) -> Iterator[Owner]:
    """Find the stacks that tags show, and the stacks of ECS resources without such tags.

    CloudFormation sets the tags ``aws:cloudformation:stack-id`` and
    ``aws:cloudformation:logical-id`` ("Resource tag"). The resources of a stack decide if the
    stack manages a resource. Tags alone do not: a resource can keep them when it leaves its stack,
    and they can be copied, for example to a new revision of a task definition.
    """
    resources = tuple(resources)
    stacks: dict[str, Stack] = {}
    for stack_id in sorted({id_ for resource in resources for id_ in _stack_ids(resource)}):
        if stack_id.split(":")[4] == account.id:  # tags can be copied from another account
            _add_stack(stack_id, resources, account, unchecked, stacks)
    for resource in resources:
        known = any(resource.address in stack.managed for stack in stacks.values())
        if not known and resource.type in CONSOLE_TYPES:
            with unchecked.unless_readable(SUBJECT):
                if (id_ := _stack_of(resource, account)) is not None:
                    _add_stack(id_, resources, account, unchecked, stacks)
    by_root: dict[str, list[Stack]] = {}
    for stack in stacks.values():
        if stack.managed:
            by_root.setdefault(stack.root, []).append(stack)
    for root, parts in by_root.items():
        yield _owner(root, parts, account, unchecked)


def _stack_ids(resource: TaggedResource) -> Iterator[str]:
    """Yield the IDs of the stacks that the tags of a resource show."""
    for key, value in resource.tags.items():
        is_id = key == "aws:cloudformation:stack-id" or CONSOLE_TAG.fullmatch(key)
        if is_id and STACK_ID.fullmatch(value):
            yield value


def _stack_of(resource: TaggedResource, account: AwsAccount) -> str | None:
    """Return the ID of the stack with a resource that has the ID of an ECS resource.

    The physical ID of a cluster is its name, that of a service or task definition its ARN ("Return
    values" of AWS::ECS::Cluster, AWS::ECS::Service and AWS::ECS::TaskDefinition).
    """
    physical_id = resource.id if resource.type == "aws_ecs_cluster" else resource.arn
    if physical_id is None:
        return None
    response = _find(account, "describe_stack_resources", PhysicalResourceId=physical_id)
    for member in (response or {}).get("StackResources", ()):
        return str(member["StackId"])
    return None


def _find(account: AwsAccount, operation: str, **arguments: Any) -> dict[str, Any] | None:
    """Return the response of an operation, or None if the stack does not exist.

    CloudFormation reports a missing stack as a ValidationError, which other mistakes cause as well.
    """
    try:
        return account.find("cloudformation", operation, **arguments)
    except OperationError as error:
        if "ValidationError" in str(error) and "does not exist" in str(error):
            return None
        raise


def _add_stack(
    id_: str,
    resources: Iterable[TaggedResource],
    account: AwsAccount,
    unchecked: Unchecked,
    stacks: dict[str, Stack],
) -> None:
    """Add a stack, unless it has been deleted."""
    region = account.in_region(id_.split(":")[3])
    stack = Stack(id_, "", id_, None)
    subject = f"CloudFormation stack {stack.name}"
    with unchecked.unless_readable(subject):
        response = _find(region, "describe_stacks", StackName=id_)
        if response is None or response["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE":
            return
        stack.status = response["Stacks"][0]["StackStatus"]
        stack.root = response["Stacks"][0].get("RootId", id_)
    with unchecked.unless_readable(subject):
        # DescribeStackResources returns at most 100 resources of a stack.
        listed = region.list_all("cloudformation", "list_stack_resources", StackName=id_)
        stack.members = [member for member in listed if member["ResourceStatus"] not in GONE]
    for resource in resources:
        if (logical_id := _logical_id(stack, resource)) is not None:
            stack.managed[resource.address] = logical_id
    stacks[id_] = stack


def _logical_id(stack: Stack, resource: TaggedResource) -> str | None:
    """Return the logical ID of a resource in a stack, or None if the stack does not manage it."""
    is_tagged = stack.id in _stack_ids(resource)
    tagged_id = resource.tags.get("aws:cloudformation:logical-id", "") if is_tagged else ""
    if stack.members is None:
        return tagged_id if is_tagged else None
    for member in stack.members:
        logical_id = str(member["LogicalResourceId"])
        if logical_id == tagged_id or _is_same(member, resource):
            return logical_id
    return None


def _is_same(member: Mapping[str, Any], resource: TaggedResource) -> bool:
    """Return True if a resource of a stack is the found resource.

    A name counts only for the same kind of resource: ``AWS::Logs::LogGroup`` and
    ``aws_cloudwatch_log_group`` end with the same words.
    """
    physical_id = member.get("PhysicalResourceId")
    if physical_id is None or physical_id not in (resource.id, resource.arn):
        return False
    kind = str(member["ResourceType"]).rpartition("::")[2].lower()
    same_kind = resource.type.replace("_", "").endswith(kind)
    return same_kind or UNIQUE_ID.fullmatch(physical_id) is not None


def _owner(root: str, parts: list[Stack], account: AwsAccount, unchecked: Unchecked) -> Owner:
    name = stack_name(root)
    statuses = {stack.id: stack.status for stack in parts}
    if root not in statuses:
        with unchecked.unless_readable(f"CloudFormation stack {name}"):
            region = account.in_region(root.split(":")[3])
            response = _find(region, "describe_stacks", StackName=root)
            statuses[root] = "" if response is None else response["Stacks"][0]["StackStatus"]
    unstable = {
        stack_name(id_): status
        for id_, status in statuses.items()
        if status.endswith("_IN_PROGRESS") or status.startswith("DELETE")
    }
    return Owner(
        "CloudFormation stack",
        name,
        tuple(sorted({address for stack in parts for address in stack.managed})),
        retention_steps(name, parts, unstable),
        conflicts=bool(unstable),
    )
