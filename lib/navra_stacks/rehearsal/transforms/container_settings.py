"""Add a variable to a container in a copy of a document, and find the variables of image tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.json_template import json_template, parse_json_template
from navra_stacks.terraform.task_definition_changes import containers_of

__all__ = ["tag_variables", "with_variable"]

_TASK_DEFINITION = "aws_ecs_task_definition"

_TAGGED = re.compile(
    r".*:\$\{(?:var\.(?P<name>[\w-]+)|terraform_data\.(?P<first>[\w-]+)\.output)\}"
)
"""An image whose tag is a variable, or the first value of a variable in a resource of its name."""


def with_variable(
    document: Mapping[str, Any], family: str, container: str, name: str, value: str
) -> dict[str, Any]:
    """Return a copy of `document` with an environment variable in a container.

    Args:
        document: The document.
        family: The family of the task definition.
        container: The name of the container.
        name: The name of the environment variable.
        value: The value, in place of an existing one.

    Raises:
        NavraError: the document has no such container, or its definition is not JSON.
    """
    copy: dict[str, Any] = json.loads(json.dumps(document))
    body: Any = TerraformDocument(copy).one(_TASK_DEFINITION, family=family).body
    try:
        definitions = parse_json_template(str(body["container_definitions"]))
        (definition,) = (one for one in definitions if one["name"] == container)
    except (KeyError, TypeError, ValueError):
        raise NavraError(
            f"container_definitions of the task definition {family} must be the text of a JSON "
            f"array with the container {container}, so that a setting can be changed"
        ) from None
    others = [one for one in definition.get("environment") or () if one["name"] != name]
    definition["environment"] = [*others, {"name": name, "value": value}]
    body["container_definitions"] = json_template(definitions, sort_keys=True)
    return copy


def tag_variables(
    document: Mapping[str, Any], family: str, containers: Iterable[str]
) -> Iterator[str]:
    """Yield the names of the variables with the image tags of containers.

    Args:
        document: The document.
        family: The family of the task definition.
        containers: The names of the containers.
    """
    declared = document.get("variable") or {}
    body = TerraformDocument(document).one(_TASK_DEFINITION, family=family).body
    definitions = containers_of(body)
    for name in containers:
        found = _TAGGED.fullmatch(str(definitions.get(name, {}).get("image")))
        if found is not None and (variable := found["name"] or found["first"]) in declared:
            yield variable
