"""What the running revision of a service uses, and an apply removes before the next deploy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.terraform.expressions import replace_expressions
from navra_stacks.terraform.task_definition_changes import FieldChange

__all__ = ["Resources", "loses_access", "resolve_names", "resources_of"]

Resources = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The resources and the data sources of a document: bodies by type and name. The type of a data
source begins with ``data.``."""

_ATTRIBUTE = re.compile(r"\$\{((?:data\.)?\w+)\.(\w+)\.(\w+)\}")


def resources_of(document: Mapping[str, Any]) -> Resources:
    """Return the resources and the data sources of a document."""
    found: dict[str, Any] = dict(document.get("resource") or {})
    found |= {f"data.{type_}": named for type_, named in (document.get("data") or {}).items()}
    return found


def resolve_names(value: Any, resources: Resources) -> Any:
    """Return `value` with a literal in the place of each reference to a named resource.

    The literal is the argument that the reference names, or else the name of the resource, which
    identifies its other attributes. A text with a reference does not change with the resource.
    """
    if isinstance(value, Mapping):
        return {key: resolve_names(item, resources) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve_names(item, resources) for item in value]
    if not isinstance(value, str) or "${" not in value:
        return value

    def literal(expression: str) -> str:
        if (found := _ATTRIBUTE.fullmatch(expression)) is None:
            return expression
        type_, name, attribute = found.groups()
        body = resources.get(type_, {}).get(name, {})
        known = body.get(attribute, body.get("name"))
        if not isinstance(known, str) or "${" in known:
            return expression
        return json.dumps(known, ensure_ascii=False)[1:-1]  # the text can be JSON

    return replace_expressions(value, literal)


def loses_access(
    change: FieldChange,
    container: Mapping[str, Any],
    resources: Resources,
    *,
    execution_policy: str,
) -> bool:
    """Return True if ECS cannot start a container of the running revision after an apply.

    Args:
        change: A change of the container.
        container: The container of the running revision, without references.
        resources: The resources that the apply creates.
        execution_policy: The new policy of the execution role, without references.
    """
    whole = change.field == "name"  # the container is removed
    if change.field == "logConfiguration" or whole:
        groups = resources.get("aws_cloudwatch_log_group", {}).values()
        options = (container.get("logConfiguration") or {}).get("options") or {}
        group = options.get("awslogs-group")
        if group is not None and group not in [one.get("name") for one in groups]:
            return True
    if change.field == "image" or whole:
        image = re.fullmatch(
            r"\d{12}\.dkr\.ecr\.[^/]+/([^:@]+)[:@].*", str(container.get("image", ""))
        )
        if image is not None and f'{image[1]}"' not in execution_policy:
            return True
    return any(
        json.dumps(secret) not in execution_policy
        for name, secret in _secrets(container)
        if whole or change.field == f"secrets.{name}"
    )


def _secrets(container: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in container.get("secrets") or ():
        if isinstance(entry, Mapping) and isinstance(entry.get("valueFrom"), str):
            yield str(entry.get("name")), entry["valueFrom"]
