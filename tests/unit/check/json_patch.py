"""JSON Patch (RFC 6902), and edits of texts that contain JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from typing import Any


def apply_patch(document: Any, operations: Iterable[Mapping[str, Any]]) -> Any:
    """Return a copy of a document with the operations applied.

    The operation ``edit-text`` applies its own `patch` to the JSON in a text.
    """
    patched = copy.deepcopy(document)
    for operation in operations:
        match operation["op"]:
            case "add":
                _add(patched, operation["path"], operation["value"])
            case "replace":
                _take(patched, operation["path"])
                _add(patched, operation["path"], operation["value"])
            case "remove":
                _take(patched, operation["path"])
            case "move":
                _add(patched, operation["path"], _take(patched, operation["from"]))
            case "edit-text":
                parent, key = _parent(patched, operation["path"])
                edited = apply_patch(json.loads(parent[key]), operation["patch"])
                parent[key] = json.dumps(edited)
            case unknown:
                raise ValueError(unknown)
    return patched


def _parent(document: Any, path: str) -> tuple[Any, Any]:
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    for part in parents:
        document = document[int(part) if isinstance(document, list) else part]
    if isinstance(document, list):
        return document, len(document) if last == "-" else int(last)
    return document, last


def _take(document: Any, path: str) -> Any:
    parent, key = _parent(document, path)
    return parent.pop(key)


def _add(document: Any, path: str, value: Any) -> None:
    parent, key = _parent(document, path)
    if isinstance(parent, list):
        parent.insert(key, value)
    else:
        parent[key] = value
