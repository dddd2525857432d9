"""The values of references that a document alone determines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.document import TerraformDocument, nested_value
from navra_stacks.terraform.expressions import Scope, UnresolvedError, evaluate

__all__ = ["static_scope"]


def static_scope(document: TerraformDocument, variables: Mapping[str, Any] | None = None) -> Scope:
    """Return the scope with variables, local values, and the arguments of resources.

    Args:
        document: The document.
        variables: Values of variables, which take precedence over defaults.
    """
    blocks = {block.address: block for block in (*document.resources, *document.data_sources)}
    resolving: list[tuple[str, str]] = []

    def written(owner: str, name: str) -> Any:
        if owner == "var":
            given = (variables or {}).get(name)
            return (
                nested_value(document.content, "variable", name, "default")
                if given is None
                else given
            )
        if owner == "local":
            return nested_value(document.content, "locals", name)
        block = blocks.get(owner)
        if block is not None and block.type == "terraform_data" and name == "output":
            name = "input"
        return None if block is None else block.get(name)

    def value(owner: str, name: str) -> Any:
        found = written(owner, name)
        if found is None:
            raise UnresolvedError(f"{owner}.{name} has no value in the document")
        if (owner, name) in resolving:
            raise UnresolvedError(f"{owner}.{name} refers to itself")
        resolving.append((owner, name))
        try:
            return evaluate(found, value)
        finally:
            resolving.pop()

    return value
