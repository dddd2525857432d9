"""The compact schema of one version of the AWS provider."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple

from navra_stacks.errors import NavraError

__all__ = [
    "FORMAT",
    "Argument",
    "BlockKind",
    "Kind",
    "ProviderSchema",
    "SchemaNotAvailableError",
    "Structure",
    "TypeSchema",
    "pack",
]

FORMAT = 1
"""The version of the format, and of the extraction. A change of either increments it."""

BlockKind = Literal["resource", "data", "provider"]

_SCALARS: Mapping[str, str] = {"a": "any", "b": "bool", "n": "number", "s": "string"}
_STRUCTURED: Mapping[str, str] = {"*": "blocks", "1": "block", "o": "object"}
_COLLECTIONS: Mapping[str, str] = {"l": "list", "m": "map"}


class SchemaNotAvailableError(NavraError):
    """No schema of the AWS provider is available, so a document cannot be checked against it."""


class Kind(NamedTuple):
    """The type of an argument."""

    name: str
    """``string``, ``number``, ``bool``, ``any``, ``list``, ``map``, ``object``, ``block`` (at most
    one) or ``blocks``."""

    element: Kind | None = None
    """The type of the elements of a list or map."""

    structure: int = -1
    """The number of the structure of an object or block in `TypeSchema.structures`."""

    @property
    def is_block(self) -> bool:
        """True for a nested block, False for an argument with a value."""
        return self.name in ("block", "blocks")


class Argument(NamedTuple):
    """An argument or a nested block."""

    required: bool
    kind: Kind


@dataclass(frozen=True, slots=True)
class Structure:
    """The arguments and nested blocks of a resource, a block or an object."""

    arguments: Mapping[str, Argument]

    computed: frozenset[str]
    """The attributes that cannot be set, by their names in the bindings."""

    def sets_attribute(self, name: str) -> bool:
        """Return True if `name` is an attribute that only the provider sets."""
        return _bindings_name(name) in self.computed


@dataclass(frozen=True, slots=True)
class TypeSchema:
    """The schema of a resource type, a data source type or the provider."""

    structures: tuple[Structure, ...]
    """The body, followed by the structures of its blocks and objects."""

    @property
    def body(self) -> Structure:
        """The arguments and nested blocks of the body."""
        return self.structures[0]


class ProviderSchema:
    """The schema of one version of the AWS provider.

    The content has a header line of JSON, and one line for each type: the kind of block, a space,
    the type, a tab, and a JSON list of structures. A structure is an object: ``a`` has the code of
    each argument, and ``c`` the attributes that cannot be set. A code is ``!`` if the argument is
    required, followed by the type: ``s`` (string), ``n`` (number), ``b`` (bool), ``a`` (any), ``l``
    or ``m`` and the type of the elements (list, map), or ``o``, ``1`` or ``*`` and the number of a
    structure (object, at most one block, blocks).
    """

    assembly: str
    """The name and version of the assembly, for example ``@cdktf/provider-aws 21.22.1``."""

    version: str
    """The version of hashicorp/aws, for example ``6.25.0``."""

    def __init__(self, content: bytes) -> None:
        """Read a schema; each type is parsed on first use.

        Raises:
            ValueError: the content does not have the format of this version of the library.
        """
        header, _, self._rest = content.partition(b"\n")
        values = json.loads(header)
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise ValueError("it has another format")
        self.assembly, self.version = values["assembly"], values["provider"]
        if values["checksum"] != zlib.crc32(self._rest):
            raise ValueError("it is damaged")
        self._parsed: dict[tuple[str, str], TypeSchema] = {}

    @property
    def name(self) -> str:
        """The provider with its version, for messages."""
        return f"hashicorp/aws {self.version}"

    def find(self, kind: BlockKind, type_: str) -> TypeSchema | None:
        """Return the schema of a type, or None if the provider does not have the type."""
        key = (kind, type_)
        if key not in self._parsed:
            line = self._lines.get(f"{kind} {type_}".encode())
            if line is None:
                return None
            self._parsed[key] = _type_schema(json.loads(line))
        return self._parsed[key]

    def types(self, kind: BlockKind) -> Iterator[str]:
        """Yield the types of one kind, sorted."""
        prefix = f"{kind} ".encode()
        for name in self._lines:
            if name.startswith(prefix):
                yield name[len(prefix) :].decode()

    @cached_property
    def _lines(self) -> dict[bytes, bytes]:
        return dict(line.split(b"\t", 1) for line in self._rest.splitlines())


def pack(header: Mapping[str, str], lines: Iterable[str]) -> bytes:
    """Return the content of a schema.

    Args:
        header: ``assembly`` and ``provider``, see the attributes of `ProviderSchema`.
        lines: One line for each type, sorted.
    """
    rest = "".join(f"{line}\n" for line in lines).encode()
    values = {**header, "checksum": zlib.crc32(rest), "format": FORMAT}
    return json.dumps(values, sort_keys=True).encode() + b"\n" + rest


def _bindings_name(name: str) -> str:
    """Return the name that the bindings have for an attribute: ``dns_name`` is ``dnsName``."""
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def _type_schema(structures: list[dict[str, Any]]) -> TypeSchema:
    return TypeSchema(
        tuple(
            Structure(
                {name: _argument(code) for name, code in structure["a"].items()},
                frozenset(structure.get("c", ())),
            )
            for structure in structures
        )
    )


@cache
def _argument(code: str) -> Argument:
    return Argument(code.startswith("!"), _kind(code.removeprefix("!")))


def _kind(code: str) -> Kind:
    first, rest = code[0], code[1:]
    if first in _SCALARS:
        return Kind(_SCALARS[first])
    if first in _COLLECTIONS:
        return Kind(_COLLECTIONS[first], element=_kind(rest))
    return Kind(_STRUCTURED[first], structure=int(rest))
