"""Compare two task definitions field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from navra_stacks.terraform.json_template import parse_json_template

__all__ = ["FieldChange", "containers_of", "task_definition_changes"]

_NOT_IN_A_REVISION = frozenset({"//", "depends_on", "lifecycle", "provider", "skip_destroy"})
"""Arguments of the resource that are not part of a registered task definition."""

_BY_NAME = ("environment", "secrets")
"""Fields of a container definition that are lists of objects with a unique name."""


class FieldChange(NamedTuple):
    """A field with different values in two task definitions."""

    container: str | None
    """The name of the container; None for an argument of the task definition."""

    field: str
    """The argument of ``aws_ecs_task_definition``, or the field of the container definition in the
    ECS API, with the name of the variable in `environment` and `secrets`: ``environment.LEVEL``,
    or of the field in `linuxParameters`."""

    before: Any
    """The first value; None if the field is absent."""

    after: Any
    """The second value; None if the field is absent."""


def containers_of(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the container definitions of a task definition, by name.

    Args:
        body: The arguments of an ``aws_ecs_task_definition``. Its ``container_definitions`` are the
            text of a JSON array, or the array. Another value is treated as no containers, for
            example a Terraform expression.
    """
    definitions = body.get("container_definitions")
    if isinstance(definitions, str):
        try:
            definitions = parse_json_template(definitions)
        except ValueError:
            definitions = []
    return {
        str(one["name"]): one
        for one in (definitions if isinstance(definitions, list) else [])
        if isinstance(one, Mapping) and "name" in one
    }


def task_definition_changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[FieldChange]:
    """Yield each field with different values in two task definitions.

    Args:
        before: The arguments of an ``aws_ecs_task_definition``.
        after: The arguments to compare with.
    """
    arguments = (before.keys() | after.keys()) - _NOT_IN_A_REVISION - {"container_definitions"}
    for name in sorted(arguments):
        if before.get(name) != after.get(name):
            yield FieldChange(None, name, before.get(name), after.get(name))
    old, new = containers_of(before), containers_of(after)
    for container in sorted(old.keys() | new.keys()):
        one, other = (_flat(side.get(container, {})) for side in (old, new))
        if container not in old or container not in new:
            # The containers as a whole, because each of their fields differs.
            one, other = ({"name": side.get("name")} for side in (one, other))
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                yield FieldChange(container, name, one.get(name), other.get(name))


def _flat(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a container definition, with one field for each variable and secret."""
    fields: dict[str, Any] = {}
    for name, value in definition.items():
        if name in _BY_NAME and isinstance(value, list):
            for entry in (one for one in value if isinstance(one, Mapping)):
                text = entry.get("value", entry.get("valueFrom"))
                fields[f"{name}.{entry.get('name')}"] = text
        elif name == "linuxParameters" and isinstance(value, Mapping):
            fields |= {f"{name}.{key}": one for key, one in value.items() if one not in ([], None)}
        elif value not in ([], {}, None):
            fields[name] = value
    return fields
