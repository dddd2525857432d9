"""What differs between two revisions, without the values of variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.deploy.revisions import Revision
from navra_stacks.terraform.task_definition_changes import task_definition_changes

__all__ = ["describe_differences"]

_NOT_SETTINGS = frozenset(
    """compatibilities deregisteredAt registeredAt registeredBy requiresAttributes revision status
    taskDefinitionArn deregisteredBy""".split()
)
"""Fields of a described revision that AWS sets."""

_WITHOUT_VALUES = ("environment", "secrets")
"""Fields whose values may be confidential, so that only the names are shown."""


def describe_differences(
    before: Revision, after: Revision, images: Mapping[str, str]
) -> Iterator[str]:
    """Yield a line for each setting that differs between two revisions.

    Args:
        before: The first revision.
        after: The second revision.
        images: The images that replace those of `after`, by the name of the container.
    """
    for change in task_definition_changes(_arguments(before, {}), _arguments(after, images)):
        name = change.field if change.container is None else f"{change.container}.{change.field}"
        if change.field.split(".")[0] in _WITHOUT_VALUES:
            verb = "changes"
            if change.before is None:
                verb = "is added"
            elif change.after is None:
                verb = "is removed"
            yield f"{name} {verb}"
        else:
            yield f"{name}: {_shown(change.before)} -> {_shown(change.after)}"


def _arguments(revision: Revision, images: Mapping[str, str]) -> dict[str, Any]:
    """Return a revision as the arguments of a task definition."""
    arguments = {
        name: value
        for name, value in revision.content.items()
        if name not in _NOT_SETTINGS and value not in (None, "", [], {})
    }
    arguments["container_definitions"] = [
        {**one, "image": images.get(one["name"], one["image"])}
        for one in arguments.pop("containerDefinitions")
    ]
    return arguments


def _shown(value: Any) -> str:
    return "absent" if value is None else str(value)
