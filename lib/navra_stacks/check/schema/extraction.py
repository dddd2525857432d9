"""Extract the schema of the AWS provider from the jsii assembly of its bindings.

The bindings are generated from the schema of one provider version, and their assembly still has
nearly all of it: the types, the required arguments and the nesting of blocks are in the properties
of the configuration structures, and the Terraform names in the links to the documentation. Names
that only an attribute has (``arn``) are in the properties of the classes, without a link, so they
have the camel case of the bindings.

What the assembly does not have: ephemeral resources, list resources, functions, the structures of a
few recursive blocks (the statements of WAF rules, QuickSight definitions), the maximum number of
blocks other than 1, and whether an argument is computed as well as optional.
"""

from __future__ import annotations

import json
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from navra_stacks.check.schema.provider_schema import SchemaNotAvailableError, pack

__all__ = ["extract_schema"]

_MANIFEST = "package/.jsii"
_TYPES = b'\n  "types": {\n'
_END_OF_TYPES = b"\n  },\n"
_END_OF_TYPE = b"\n    }"
_LISTS = re.compile(rb'"base": "cdkt[fn]\.ComplexList"')
_KINDS = {
    "TerraformResource": "resource",
    "TerraformDataSource": "data",
    "TerraformProvider": "provider",
}
_CORES = ("cdktf", "cdktn")
"""The names in jsii of CDKTF, and of the fork whose bindings have the same layout."""

_NAME = re.compile(r"#([A-Za-z0-9_]+) \w+#(?P<name>[A-Za-z0-9_]+)\}")
_TYPE = re.compile(r"/docs(?:/[\w-]+/\w+)? (?P<type>\w+)\}")
_PROVIDER_VERSION = re.compile(rb"/providers/hashicorp/aws/(\d[\w.-]*)/docs")
_COLLECTIONS = {"array": "l", "map": "m"}
_PRIMITIVES = {"any": "a", "boolean": "b", "json": "a", "number": "n", "string": "s"}

_Types = Mapping[str, Mapping[str, Any]]


def extract_schema(tarball: Path) -> bytes:
    """Return the compact schema of an AWS provider; the same assembly gives the same bytes.

    `ProviderSchema` documents the format.

    Args:
        tarball: The jsii assembly of the bindings, at ``_jsii/*.jsii.tgz`` in their package.

    Raises:
        SchemaNotAvailableError: the file cannot be read, or is not the assembly of an AWS provider
            with the expected layout.
    """
    try:
        manifest, types = _manifest(_text(tarball))
        return pack(manifest, sorted(_lines(types)))
    except OSError as error:
        raise SchemaNotAvailableError(f"{tarball} cannot be read: {error}") from error
    except (
        tarfile.TarError,
        zlib.error,
        EOFError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        raise SchemaNotAvailableError(
            f"{tarball} is not the assembly of an AWS provider with the expected layout: {error!r}"
        ) from error


def _text(tarball: Path) -> bytes:
    # Read as a stream: the unpacked tarball has 400 MB, and the manifest comes first.
    with tarfile.open(tarball, "r|gz") as whole:
        for member in whole:
            if member.name == _MANIFEST and (file := whole.extractfile(member)) is not None:
                return file.read()
    raise LookupError(_MANIFEST)


def _manifest(text: bytes) -> tuple[dict[str, Any], _Types]:
    """Return the header of the schema, and the types of the assembly by name."""
    version = _PROVIDER_VERSION.search(text)
    if version is None:
        raise ValueError("it names no version of hashicorp/aws")
    start = text.find(_TYPES)
    types: dict[str, Any] = {}
    if start >= 0:
        # 130 MB: parsing one type after the other needs a quarter of the memory.
        end = text.index(_END_OF_TYPES, start)
        manifest = json.loads(text[:start] + _TYPES + text[end:])
        at = start + len(_TYPES)
        while at < end:
            close = text.index(_END_OF_TYPE, at) + len(_END_OF_TYPE)
            if not _LISTS.search(text, at, close):
                types |= json.loads(b"{" + text[at:close] + b"}")
            at = close + len(b",\n")
    else:  # another layout of the same JSON
        manifest = json.loads(text)
        types = manifest["types"]
    return {
        "assembly": f"{manifest['name']} {manifest['version']}",
        "provider": version[1].decode(),
    }, types


def _lines(types: _Types) -> Iterator[str]:
    """Yield one line for each resource, data source and the provider."""
    for class_ in types.values():
        core, _, base = str(class_.get("base", "")).partition(".")
        kind = _KINDS.get(base) if core in _CORES else None
        if class_["kind"] != "class" or kind is None:
            continue
        found = _TYPE.search(class_["docs"]["summary"])
        if found is None:
            raise ValueError(f"{class_['fqn']} has no Terraform type")
        # The structure is usually <class>Config, unless a block has that name.
        (config,) = (
            parameter["type"]["fqn"]
            for parameter in class_["initializer"]["parameters"]
            if parameter["name"] == "config"
        )
        structures = _Structures(types)
        structures.add(config, class_["fqn"])
        yield f"{kind} {found['type']}\t{json.dumps(structures.found, separators=(',', ':'))}"


class _Structures:
    """The structures of one type: the body itself, and the blocks and objects in it."""

    def __init__(self, types: _Types) -> None:
        self._types = types
        self._numbers: dict[str, int] = {}
        self.found: list[dict[str, Any]] = []

    def add(self, name: str, class_name: str | None = None) -> int:
        """Add a structure, and return its number.

        Args:
            name: The name of the structure in jsii.
            class_name: The class whose properties are the attributes of the structure.
        """
        if name in self._numbers:
            return self._numbers[name]
        number = self._numbers[name] = len(self.found)
        arguments: dict[str, str] = {}
        entry: dict[str, Any] = {"a": arguments}
        self.found.append(entry)
        properties = self._types[name].get("properties", [])
        for property_ in properties:
            docs = property_["docs"]
            text = f"{docs.get('summary', '')} {docs.get('remarks', '')}"
            anchor = _NAME.search(text)
            if anchor is None:
                raise ValueError(f"{name}.{property_['name']} has no Terraform name")
            is_block = docs.get("summary", "") == f"{anchor['name']} block."
            code = self._code(property_["type"], is_block=is_block)
            required = "" if property_.get("optional") else "!"
            arguments[anchor["name"]] = required + code
        known = {property_["name"] for property_ in properties}
        class_name = class_name or f"{name}OutputReference"
        if computed := sorted(_computed(self._types.get(class_name, {}), known)):
            entry["c"] = computed
        return number

    def _code(self, type_: Mapping[str, Any], *, is_block: bool) -> str:
        if "primitive" in type_:
            return _PRIMITIVES[type_["primitive"]]
        if "union" in type_:
            (inner,) = (
                inner for inner in type_["union"]["types"] if inner.get("fqn") not in _TOKENS
            )
            return self._code(inner, is_block=is_block)
        if "collection" in type_:
            collection = type_["collection"]
            element = collection["elementtype"]
            if is_block and "fqn" in element:
                return f"*{self.add(element['fqn'])}"
            return _COLLECTIONS[collection["kind"]] + self._code(element, is_block=False)
        return f"{'1' if is_block else 'o'}{self.add(type_['fqn'])}"


_TOKENS = tuple(f"{core}.IResolvable" for core in _CORES)


def _computed(class_: Mapping[str, Any], arguments: set[str]) -> Iterator[str]:
    """Yield the properties of a class that are neither arguments nor part of jsii's interface."""
    for property_ in class_.get("properties", []):
        name: str = property_["name"]
        is_interface = property_.get("static") or name in ("internalValue", "fqn")
        if not is_interface and name.removesuffix("Input") not in arguments:
            yield name
