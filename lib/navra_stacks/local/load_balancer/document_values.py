"""Read arguments, nested blocks and references of a Terraform document, without a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.local.static_values import static_scope
from navra_stacks.terraform.document import Block, TerraformDocument
from navra_stacks.terraform.expressions import UnresolvedError, evaluate, references

__all__ = ["DocumentValues", "UnreadableArgumentError"]

_MAX_DEPTH = 20


class UnreadableArgumentError(NavraError):
    """An argument of a document has no value, or not a valid one, before a plan."""


class DocumentValues:
    """The values of a document's arguments, with variables, locals and references resolved."""

    def __init__(
        self, document: TerraformDocument, variables: Mapping[str, Any] | None = None
    ) -> None:
        """Create a reader.

        Args:
            document: The document.
            variables: Values of variables, which take precedence over defaults.
        """
        self._content = document.content
        self._variables = variables or {}
        self._blocks = {
            block.address: block for block in (*document.resources, *document.data_sources)
        }
        self._scope = static_scope(document, variables)

    def block(self, address: str) -> Block | None:
        """Return the resource or data source at an address; None if the document has none."""
        return self._blocks.get(address)

    def instances(self, *types: str) -> Iterator[Block]:
        """Yield the resources of the types that exist exactly once.

        A resource whose ``count`` is 0 is omitted.

        Raises:
            UnreadableArgumentError: a resource has ``for_each``, another count, or dynamic blocks.
        """
        for block in self._blocks.values():
            if block.kind != "resource" or block.type not in types:
                continue
            if (count := self.argument(block.body, "count", block.address, 1)) == 0:
                continue
            for name in ("for_each", "dynamic"):
                if block.get(name) is not None:
                    raise UnreadableArgumentError(
                        f"{block.address}: {name} is not supported here; write each block in full"
                    )
            if count != 1:
                raise UnreadableArgumentError(
                    f"{block.address}: a count of {count} is not supported here; write each "
                    "resource in full"
                )
            yield block

    def argument(
        self, body: Mapping[str, Any], name: str, address: str, default: Any = None
    ) -> Any:
        """Return the value of an argument, or `default` if it is not set or null.

        Raises:
            UnreadableArgumentError: the value is known after a plan only.
        """
        try:
            value = evaluate(body.get(name), self._scope)
        except UnresolvedError as error:
            raise UnreadableArgumentError(
                f"{address}: {name} is not known before a plan ({error}); give its variable a "
                "default or write the value"
            ) from error
        return default if value is None else value

    def integer(self, body: Mapping[str, Any], name: str, address: str, default: int) -> int:
        """Return the value of an argument as an integer; Terraform accepts numbers as strings.

        Raises:
            UnreadableArgumentError: the value is known after a plan only, or is not an integer.
        """
        value = self.argument(body, name, address, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise UnreadableArgumentError(
                f"{address}: {name} is {value!r}; use an integer"
            ) from None

    def boolean(self, body: Mapping[str, Any], name: str, address: str, default: bool) -> bool:
        """Return the value of an argument as a boolean, which can be written as a string."""
        value = self.argument(body, name, address, default)
        return value == "true" if isinstance(value, str) else bool(value)

    def texts(self, body: Mapping[str, Any], name: str, address: str) -> tuple[str, ...]:
        """Return the values of an argument that is a list of strings."""
        value = self.argument(body, name, address, [])
        return tuple(str(item) for item in (value if isinstance(value, list) else [value]))

    def reference(
        self, body: Mapping[str, Any], name: str, address: str, types: tuple[str, ...]
    ) -> str:
        """Return the address of the block to which an argument refers.

        Variables and locals are followed.

        Raises:
            UnreadableArgumentError: the argument does not refer to exactly one block of the types.
        """
        value = body.get(name)
        found = dict.fromkeys(
            owner for owner in self._owners(value) if owner.removeprefix("data.").startswith(types)
        )
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise UnreadableArgumentError(
                f"{address}: {name} refers to {', '.join(found)}; refer to one of them"
            )
        raise UnreadableArgumentError(
            f"{address}: {name} is {value!r}, which refers to no {types[0].rstrip('.')} of the "
            "document; refer to a resource or data source of the document"
        )

    def _owners(self, value: Any, depth: int = 0) -> Iterator[str]:
        """Yield the addresses, without indexes, of the blocks to which a value refers."""
        for found in references(value):
            first, _, rest = found.partition(".")
            name = rest.partition(".")[0]
            if first in ("local", "var") and depth < _MAX_DEPTH:
                yield from self._owners(self._input(first, name), depth + 1)
            elif first == "data":
                type_, _, remaining = rest.partition(".")
                yield f"data.{type_}.{_bare(remaining)}"
            else:
                yield f"{first}.{_bare(rest)}"

    def _input(self, kind: str, name: str) -> Any:
        if kind == "var":
            if name in self._variables:
                return self._variables[name]
            variable = self._content.get("variable", {}).get(name)
            return variable.get("default") if isinstance(variable, Mapping) else None
        return self._content.get("locals", {}).get(name)


def _bare(rest: str) -> str:
    """Return the name at the beginning of the rest of a reference, without an index."""
    return rest.partition(".")[0].partition("[")[0]
