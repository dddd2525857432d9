"""Remove arguments, blocks and resource types that an older AWS provider does not support.

The functions work on Terraform JSON, and on the HCL of the same stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["strip_from_hcl", "strip_unknown_arguments"]

Schema = Mapping[str, Any]

SCHEMAS = {
    "resource": "resource_schemas",
    "data": "data_source_schemas",
    "ephemeral": "ephemeral_resource_schemas",
}
META_ARGUMENTS = frozenset(
    "// connection count depends_on dynamic for_each lifecycle provider provisioner".split()
)


def strip_unknown_arguments(
    document: Mapping[str, Any], schema: Schema
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a copy of `document` without the types, blocks and arguments that `schema` lacks.

    Arguments, outputs and local values that refer to a removed resource are removed as well.

    Args:
        document: Terraform JSON.
        schema: The schema of the AWS provider, from ``terraform providers schema -json``.

    Returns:
        The copy, and the paths of everything that was removed.
    """
    copy = json.loads(json.dumps(document))
    omissions: list[str] = []
    removed: list[str] = []
    for kind, schema_key in SCHEMAS.items():
        types = schema.get(schema_key, {})
        prefix = "" if kind == "resource" else f"{kind}."
        for type_, named in list(copy.get(kind, {}).items()):
            if not type_.startswith("aws_"):  # a type of another provider, or built into Terraform
                continue
            if type_ not in types:
                removed += [f"{prefix}{type_}.{name}" for name in named]
                del copy[kind][type_]
                continue
            for name, body in named.items():
                block = types[type_]["block"]
                omissions += _strip_body(body, block, f"{prefix}{type_}.{name}", META_ARGUMENTS)
    for body in copy.get("provider", {}).get("aws", []):
        omissions += _strip_body(body, schema["provider"]["block"], "provider.aws", {"alias"})
    omissions += removed
    if removed:
        addresses = (rf"(?<![\w.]){re.escape(address)}(?![\w-])" for address in removed)
        pattern = re.compile("|".join(addresses))
        for kind in (*SCHEMAS, "output", "locals"):
            omissions += _strip_references(copy.get(kind, {}), pattern, kind)
    return copy, tuple(sorted(omissions))


def strip_from_hcl(text: str, omissions: Iterable[str]) -> str:
    """Return HCL from CDKTF without the arguments and blocks in `omissions`.

    The function relies on CDKTF's layout: each block, object and list opens and closes on lines of
    its own.

    Args:
        text: The HCL.
        omissions: The paths to remove, for example ``aws_lb.main.access_logs.prefix``.

    Raises:
        ValueError: the HCL does not have all of the paths.
    """
    missing = set(omissions)
    remaining: list[str] = []
    open_names: list[str] = []  # the names of the blocks, objects and lists around the line
    removed_depth: int | None = None  # the depth of the block that is being removed
    for line in text.split("\n"):
        bare = line.strip()
        if bare.rstrip(",") in ("}", "]"):
            open_names.pop()
        path = ".".join(name for name in (*open_names, _hcl_name(bare)) if name)
        if removed_depth is None and path in missing and not bare.startswith(("}", "]")):
            missing.remove(path)
            removed_depth = len(open_names)
        if removed_depth is None:
            remaining.append(line)
        if bare.endswith(("{", "[")):
            open_names.append(_hcl_name(bare))
        if removed_depth == len(open_names):
            removed_depth = None
    if missing:
        raise ValueError(f"the HCL has no {', '.join(sorted(missing))}")
    return "\n".join(remaining)


def _hcl_name(line: str) -> str:
    """Return the address or name at the start of an HCL line; "" if a bracket is at the start."""
    if (labelled := re.match(r'resource "(\w+)" "(\w+)"', line)) is not None:
        return f"{labelled[1]}.{labelled[2]}"
    return "" if (name := re.match(r"[\w-]+", line)) is None else name[0]


def _strip_body(
    body: dict[str, Any], block: Schema, path: str, extra_names: frozenset[str] | set[str]
) -> Iterator[str]:
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    for name in list(body):
        inner: Schema | None = None
        if name in blocks:
            inner = blocks[name]["block"]
        elif name in attributes:
            inner = attributes[name].get("nested_type")
        elif name not in extra_names:
            del body[name]
            yield f"{path}.{name}"
        if inner is not None:
            values = body[name] if isinstance(body[name], list) else [body[name]]
            for value in values:
                if isinstance(value, dict):
                    yield from _strip_body(value, inner, f"{path}.{name}", {"dynamic"})


def _strip_references(body: Any, removed: re.Pattern[str], path: str) -> Iterator[str]:
    """Remove every value that refers to a removed resource, as deep in the body as possible."""
    for name, value in list(body.items()):
        inner = f"{path}.{name}"
        if isinstance(value, dict):
            yield from _strip_references(value, removed, inner)
        elif name == "depends_on":
            remaining = [address for address in value if removed.search(address) is None]
            yield from (f"{inner}: {address}" for address in value if address not in remaining)
            body[name] = remaining
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            for item in value:
                yield from _strip_references(item, removed, inner)
        elif removed.search(json.dumps(value)):
            del body[name]
            yield inner
