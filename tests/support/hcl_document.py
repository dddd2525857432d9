"""Read HCL into the structure of Terraform JSON, and compare the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import hcl2

JSON_ONLY = "//"
"""The key for CDKTF's metadata, which Terraform ignores as a comment."""

REFERENCES = ("depends_on", "from", "ignore_changes", "provider", "replace_triggered_by", "type")
"""Arguments whose string in JSON is a bare reference or keyword; other strings are templates."""

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Blocks(list[Any]):
    """The blocks of one kind, in order. In JSON, a single block may have no list around it."""


class Expression(str):
    """An expression without quotes, such as ``aws_lb.load_balancer``; a template has quotes."""


def read(text: str) -> dict[str, Any]:
    """Parse HCL: bodies become dicts, blocks `Blocks`, and templates are unescaped."""
    return {kind: _blocks(entries) for kind, entries in hcl2.loads(text).items()}


def differences(json: Any, hcl: Any, path: str = "") -> Iterator[str]:
    """Yield every difference, each with the path of its argument."""
    if isinstance(hcl, Blocks):
        json = json if isinstance(json, list) else [json]
    if isinstance(json, Mapping) and isinstance(hcl, Mapping):
        keys = [key for key in json if key != JSON_ONLY]
        for key in sorted({*keys, *hcl}):
            inner = f"{path}.{key}" if path else key
            if key not in hcl:
                yield f"{inner}: only in the JSON: {json[key]!r}"
            elif key not in keys:
                yield f"{inner}: only in the HCL: {hcl[key]!r}"
            else:
                yield from differences(json[key], hcl[key], inner)
    elif isinstance(json, list) and isinstance(hcl, list):
        if len(json) != len(hcl):
            yield f"{path}: {len(json)} in the JSON, {len(hcl)} in the HCL"
        for index, (left, right) in enumerate(zip(json, hcl, strict=False)):
            yield from differences(left, right, f"{path}[{index}]" if len(json) > 1 else path)
    elif not _same(json, hcl, path):
        yield f"{path}: JSON {json!r}, HCL {hcl!r}"


def _same(json: Any, hcl: Any, path: str) -> bool:
    if isinstance(hcl, Expression):
        argument = path.rpartition(".")[2].partition("[")[0]
        return bool(json == (hcl if argument in REFERENCES else f"${{{hcl}}}"))
    # In Python True equals 1; in Terraform it does not.
    return isinstance(json, bool) == isinstance(hcl, bool) and bool(json == hcl)


def _blocks(entries: list[dict[str, Any]]) -> Any:
    """Return blocks without labels as `Blocks`, and blocks with labels by their labels."""
    if all("__is_block__" in entry for entry in entries):
        return Blocks(_body(entry) for entry in entries)
    labelled: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        for label, inner in entry.items():
            if not label.startswith("__"):
                labelled.setdefault(_name(label), []).append(inner)
    return {label: _blocks(inner) for label, inner in labelled.items()}


def _are_blocks(value: Any) -> bool:
    return isinstance(value, list) and any(_is_block(entry) for entry in value)


def _is_block(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    return "__is_block__" in entry or any(_is_block(inner) for inner in entry.values())


def _body(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        _name(name): _blocks(value) if _are_blocks(value) else _value(value)
        for name, value in raw.items()
        if not name.startswith("__")
    }


def _value(raw: Any) -> Any:
    if isinstance(raw, dict):
        return _body(raw)
    if isinstance(raw, list):
        return [_value(item) for item in raw]
    if not isinstance(raw, str):
        return raw
    if raw.startswith('"<<'):
        raise ValueError(f"unexpected heredoc, which the library never writes: {raw[:40]}")
    if raw.startswith('"'):
        return _unescaped(raw[1:-1])
    return Expression(raw.removeprefix("${").removesuffix("}"))


def _name(raw: str) -> str:
    return _unescaped(raw[1:-1]) if raw.startswith('"') else raw


def _unescaped(template: str) -> str:
    """Undo the escapes of a template outside its references."""
    characters, text, depth = iter(template), "", 0
    for character in characters:
        if character == "\\" and depth == 0:
            character = _ESCAPES[next(characters)]
        elif depth or (text.endswith(("${", "%{")) and not text.endswith(("$${", "%%{"))):
            # Braces inside a reference's own strings come in pairs, as in "{0,127}".
            depth = max(depth, 1) + {"{": 1, "}": -1}.get(character, 0)
        text += character
    return text
