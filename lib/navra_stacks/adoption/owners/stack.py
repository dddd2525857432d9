"""A CloudFormation stack, and the steps that delete it without the found resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Stack", "retention_steps", "stack_name"]

LISTED = 5
"""The number of further resources of a stack that a repair lists."""


@dataclass
class Stack:
    """A CloudFormation stack with the found resources that it manages."""

    id: str

    status: str
    """The status of the stack, for example ``UPDATE_COMPLETE``; empty if it cannot be read."""

    root: str
    """The ID of the root stack of a nested stack; the ID of the stack itself otherwise."""

    members: list[Mapping[str, Any]] | None
    """The resources of the stack in the form of ListStackResources; None if they cannot be read."""

    managed: dict[str, str] = field(default_factory=dict)
    """The logical IDs of the found resources, by address; an ID is empty if it is not known."""

    @property
    def name(self) -> str:
        return stack_name(self.id)

    @property
    def others(self) -> list[str]:
        """The logical IDs of the resources that were not found."""
        logical_ids = (str(member["LogicalResourceId"]) for member in self.members or ())
        return sorted(set(logical_ids) - {*self.managed.values()})


def retention_steps(name: str, parts: list[Stack], unstable: Mapping[str, str]) -> str:
    """Return the steps that delete a stack and keep the found resources.

    A stack is deleted without the resources that have ``DeletionPolicy: Retain`` ("DeletionPolicy
    attribute"). CloudFormation may ignore a changed DeletionPolicy without another change, for
    example of the Metadata ("Modifying a Stack Template"; issue 1543 of
    aws-cloudformation/cloudformation-coverage-roadmap). For a stack that is DELETE_FAILED,
    DeleteStack accepts ``RetainResources`` instead.

    Args:
        name: The name of the stack, or of the root stack if `parts` are nested in it.
        parts: The stacks with the found resources.
        unstable: The status of each stack that is being changed or deleted, by name.
    """
    is_nested = any(stack.name != name for stack in parts)
    if "DELETE_FAILED" in unstable.values():
        commands = [
            f"`aws cloudformation delete-stack --stack-name {stack.name} --retain-resources "
            f"{' '.join(sorted({*stack.managed.values()} - {''})) or 'LOGICAL_IDS'}`"
            for stack in parts
        ]
        then = f", then delete {name}" if is_nested else ""
        return (
            f"finish the deletion, which is DELETE_FAILED, with {' and '.join(commands)}{then}; "
            "without --retain-resources, the deletion can delete these resources"
        )
    if "DELETE_IN_PROGRESS" in unstable.values():
        return (
            "wait until the deletion, which is DELETE_IN_PROGRESS, has ended, then search again: "
            "it deletes all resources without DeletionPolicy: Retain"
        )
    waiting = "".join(
        f"wait until {stack} is no longer {status}; then " for stack, status in unstable.items()
    )
    nested = " with --include-nested-stacks" if is_nested else ""
    members = " and ".join(_members(stack, name) for stack in parts)
    others = [other for stack in parts for other in stack.others]
    also = ", ".join(others[:LISTED])
    if len(others) > LISTED:
        also += f" and {len(others) - LISTED} more"
    further = f". It also deletes {also}: set the policies on those that must remain"
    return (
        f"{waiting}create a change set for {name}{nested} that sets DeletionPolicy: Retain, "
        f"UpdateReplacePolicy: Retain and a new Metadata entry on {members}, execute it, then "
        "delete the stack; until then, a deletion of the stack deletes these resources"
        f"{further if others else ''}"
    )


def _members(stack: Stack, root_name: str) -> str:
    logical_ids = ", ".join(sorted({*stack.managed.values()} - {""})) or "these resources"
    return logical_ids if stack.name == root_name else f"{logical_ids} of the nested {stack.name}"


def stack_name(stack_id: str) -> str:
    """Return the name of a stack from its ID."""
    return stack_id.split("/")[1]
