"""A Terraform JSON document, with its resources and data sources by type and address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError

__all__ = ["Block", "DocumentError", "TerraformDocument", "nested_blocks", "nested_value"]


class DocumentError(NavraError):
    """A document cannot be read, or not exactly one block matches a query."""


@dataclass(frozen=True, slots=True)
class Block:
    """A resource or data source of a document."""

    kind: str
    """``resource`` or ``data``."""
    type: str
    """The type of the resource or data source, for example ``aws_lb``."""
    name: str
    """The name of the block: the last part of its address."""
    body: Mapping[str, Any]
    """The arguments and meta-arguments of the block."""

    @property
    def address(self) -> str:
        """The Terraform address, for example ``aws_lb.load_balancer`` or ``data.aws_vpc.vpc``."""
        prefix = "data." if self.kind == "data" else ""
        return f"{prefix}{self.type}.{self.name}"

    def __getitem__(self, argument: str) -> Any:
        return self.body[argument]

    def get(self, argument: str, default: Any = None) -> Any:
        """Return the value of an argument, or `default` if the argument is not set."""
        return self.body.get(argument, default)


class TerraformDocument:
    """A document in Terraform's JSON configuration syntax, from CDKTF or any other source.

    Reading a document takes milliseconds and does not start node.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    @classmethod
    def read(cls, path: str | Path) -> TerraformDocument:
        """Read a document from a file, in any form of the JSON syntax.

        The content of the document has the form that `json_syntax.parse` documents.

        Raises:
            DocumentError: the file cannot be read, or is not a document.
        """
        from navra_stacks.terraform.json_syntax import parse  # a synthesis does not need it

        try:
            return cls(parse(Path(path).read_text(encoding="utf-8")))
        except OSError as error:
            raise DocumentError(f"{path} cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise DocumentError(f"{path} cannot be read as Terraform JSON: {error}") from error

    @property
    def resources(self) -> tuple[Block, ...]:
        """All resources, sorted by address."""
        return tuple(self._blocks("resource"))

    @property
    def data_sources(self) -> tuple[Block, ...]:
        """All data sources, sorted by address."""
        return tuple(self._blocks("data"))

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of all resources and data sources, sorted."""
        return tuple(sorted(block.address for block in (*self.resources, *self.data_sources)))

    def all(self, type_: str, **arguments: Any) -> tuple[Block, ...]:
        """Return all resources of a type whose arguments have the values in `arguments`."""
        return self._matching(self.resources, type_, arguments)

    def one(self, type_: str, **arguments: Any) -> Block:
        """Return the only resource of a type whose arguments have the values in `arguments`.

        Raises:
            DocumentError: no resource matches, or several match.
        """
        return _only(self.all(type_, **arguments), type_, arguments)

    def data(self, type_: str, **arguments: Any) -> Block:
        """Return the only data source of a type whose arguments have the values in `arguments`.

        Raises:
            DocumentError: no data source matches, or several match.
        """
        found = self._matching(self.data_sources, type_, arguments)
        return _only(found, f"data.{type_}", arguments)

    def _blocks(self, kind: str) -> Iterator[Block]:
        for type_, named in sorted(self.content.get(kind, {}).items()):
            for name, body in sorted(named.items()):
                yield Block(kind, type_, name, body)

    @staticmethod
    def _matching(
        blocks: tuple[Block, ...], type_: str, arguments: Mapping[str, Any]
    ) -> tuple[Block, ...]:
        return tuple(
            block
            for block in blocks
            if block.type == type_
            and all(block.get(name) == value for name, value in arguments.items())
        )


def nested_value(value: Any, *names: str) -> Any:
    """Return the value at a path of names in a JSON value; None if it has no such value."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def nested_blocks(body: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    """Return the nested blocks of a name; a single block can be written without a list."""
    value = body.get(name)
    if isinstance(value, Mapping):
        return (value,)
    return tuple(value) if isinstance(value, list) else ()


def _only(found: tuple[Block, ...], type_: str, arguments: Mapping[str, Any]) -> Block:
    if len(found) == 1:
        return found[0]
    query = " ".join([type_, *(f"{name}={value!r}" for name, value in arguments.items())])
    if not found:
        raise DocumentError(f"the document has no {query}")
    raise DocumentError(
        f"the document has {len(found)} matches for {query}: "
        f"{', '.join(block.address for block in found)}"
    )
