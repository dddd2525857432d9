"""A copy of a document without what an older provider does not know, and the list of that.

And a copy of its HCL without the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["trimmed", "trimmed_hcl"]

Schema = Mapping[str, Any]

SCHEMAS = {
    "resource": "resource_schemas",
    "data": "data_source_schemas",
    "ephemeral": "ephemeral_resource_schemas",
}
META_ARGUMENTS = frozenset(
    "// connection count depends_on dynamic for_each lifecycle provider provisioner".split()
)


def trimmed(document: Mapping[str, Any], schema: Schema) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A copy of `document` that only uses what `schema` knows, and the paths of what it lacks.

    Args:
        document: Terraform JSON.
        schema: The AWS provider's, of ``terraform providers schema -json``.
    """
    copy = json.loads(json.dumps(document))
    left_out: list[str] = []
    gone: list[str] = []
    for kind, of_types in SCHEMAS.items():
        types = schema.get(of_types, {})
        prefix = "" if kind == "resource" else f"{kind}."
        for type_, named in list(copy.get(kind, {}).items()):
            if not type_.startswith("aws_"):  # another provider's, or Terraform's own
                continue
            if type_ not in types:
                gone += [f"{prefix}{type_}.{name}" for name in named]
                del copy[kind][type_]
                continue
            for name, body in named.items():
                known = types[type_]["block"]
                left_out += _leave_out(body, known, f"{prefix}{type_}.{name}", META_ARGUMENTS)
    providers = copy.get("provider", {}).get("aws", [])
    for body in [providers] if isinstance(providers, dict) else providers:
        left_out += _leave_out(body, schema["provider"]["block"], "provider.aws", {"alias"})
    left_out += gone
    if gone:
        pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(one)}(?![\w-])" for one in gone))
        for kind in (*SCHEMAS, "output", "locals"):
            left_out += _leave_references(copy.get(kind, {}), pattern, kind)
    return copy, tuple(sorted(left_out))


def trimmed_hcl(text: str, omissions: Iterable[str]) -> str:
    """`text`, as CDKTF writes HCL, without these arguments and blocks of resources.

    CDKTF opens and closes each block, object and list in lines of their own.

    Raises:
        ValueError: `text` has not all of them.
    """
    missing = set(omissions)
    kept: list[str] = []
    within: list[str] = []  # the names of what is open here
    leaving: int | None = None  # how deep lay what is being left out
    for line in text.split("\n"):
        bare = line.strip()
        if bare.rstrip(",") in ("}", "]"):
            within.pop()
        path = ".".join(name for name in (*within, _hcl_name(bare)) if name)
        if leaving is None and path in missing and not bare.startswith(("}", "]")):
            missing.remove(path)
            leaving = len(within)
        if leaving is None:
            kept.append(line)
        if bare.endswith(("{", "[")):
            within.append(_hcl_name(bare))
        if leaving == len(within):
            leaving = None
    if missing:
        raise ValueError(f"the HCL has no {', '.join(sorted(missing))}")
    return "\n".join(kept)


def _hcl_name(line: str) -> str:
    """The name of what a line begins: of a resource its address, nothing for a bracket alone."""
    if (labelled := re.match(r'resource "(\w+)" "(\w+)"', line)) is not None:
        return f"{labelled[1]}.{labelled[2]}"
    return "" if (name := re.match(r"[\w-]+", line)) is None else name[0]


def _leave_out(
    body: dict[str, Any], block: Schema, path: str, also_known: frozenset[str] | set[str]
) -> Iterator[str]:
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    for name in list(body):
        inner: Schema | None = None
        if name in blocks:
            inner = blocks[name]["block"]
        elif name in attributes:
            inner = attributes[name].get("nested_type")
        elif name not in also_known:
            del body[name]
            yield f"{path}.{name}"
        if inner is not None:
            values = body[name] if isinstance(body[name], list) else [body[name]]
            for value in values:
                if isinstance(value, dict):
                    yield from _leave_out(value, inner, f"{path}.{name}", {"dynamic"})


def _leave_references(body: Any, gone: re.Pattern[str], path: str) -> Iterator[str]:
    """Leave out every argument that refers to what is gone, as far inside as possible."""
    for name, value in list(body.items()):
        inner = f"{path}.{name}"
        if isinstance(value, dict):
            yield from _leave_references(value, gone, inner)
        elif name == "depends_on":
            kept = [one for one in value if gone.search(one) is None]
            yield from (f"{inner}: {one}" for one in value if one not in kept)
            body[name] = kept
        elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
            for one in value:
                yield from _leave_references(one, gone, inner)
        elif gone.search(json.dumps(value)):
            del body[name]
            yield inner
