"""Convert the equivalent forms of Terraform's JSON syntax to one form, the form that CDKTF writes.

Terraform accepts an object or a list of objects for a block and at every level of its labels, a
repeated property, and a document that is a list of objects. See "JSON Configuration Syntax",
https://developer.hashicorp.com/terraform/language/syntax/json, and "Structural Elements",
https://github.com/hashicorp/hcl/blob/main/json/spec.md#structural-elements.

The output of python-hcl2 (7 and 8) for HCL is accepted as well. It differs from Terraform's JSON
syntax: version 8 keeps the quotation marks and escapes of strings, both versions write references
as templates where Terraform requires plain references, and both can add keys such as
``__start_line__``.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.terraform.hcl_fixes import end_of_expression

__all__ = ["BLOCKS", "parse"]

_LABELS: Mapping[str, int] = {
    "check": 1,
    "data": 2,
    "ephemeral": 2,
    "import": 0,
    "locals": 0,
    "module": 1,
    "moved": 0,
    "output": 1,
    "provider": 1,
    "removed": 0,
    "resource": 2,
    "terraform": 0,
    "variable": 1,
}
"""The number of labels of each block at the root of a document."""

BLOCKS = frozenset(_LABELS)
"""The blocks at the root of a document."""

_LISTED = frozenset({"import", "moved", "provider", "removed"})
"""The blocks of which several can have the same labels: they become a list of objects."""

_OF_RESOURCES = frozenset({"depends_on", "provider"})
_REFERENCES: Mapping[str, frozenset[str]] = {
    "data": _OF_RESOURCES,
    "ephemeral": _OF_RESOURCES,
    "import": frozenset({"provider", "to"}),
    "lifecycle": frozenset({"ignore_changes", "replace_triggered_by"}),
    "module": frozenset({"depends_on", "providers"}),
    "moved": frozenset({"from", "to"}),
    "output": frozenset({"depends_on"}),
    "removed": frozenset({"from"}),
    "resource": _OF_RESOURCES,
    "variable": frozenset({"type"}),
}
"""The arguments of each block that are references or types, not templates: Terraform rejects
``${...}`` there."""

_ADDED_BY_PYTHON_HCL2 = frozenset(
    {"__comments__", "__end_line__", "__inline_comments__", "__is_block__", "__start_line__"}
)

_HEREDOC = re.compile(r'"<<(?P<indented>-?)(?P<end>\w+)\n(?P<lines>.*?\n)?[ \t]*(?P=end)"', re.S)
_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class _Repeated(list[Any]):
    """The values of a property that occurs more than once in a JSON object."""


def parse(text: str) -> dict[str, Any]:
    """Return the document in a JSON text, with one form for each kind of block.

    - ``resource``, ``data``, ``ephemeral``: ``{type: {name: body}}``
    - ``variable``, ``output``, ``module``, ``check``: ``{name: body}``
    - ``provider``: ``{name: [body, ...]}``
    - ``import``, ``moved``, ``removed``: ``[body, ...]``
    - ``locals``, ``terraform``: ``body``; in ``terraform``, ``required_providers`` is ``{name:
      {"source": ..., "version": ...}}`` and ``backend`` is ``{type: body}``
    - ``lifecycle`` of a resource or data source: ``body``

    Raises:
        ValueError: the text is not JSON, is not a document, or declares a block or an argument
            twice.
    """
    content = json.loads(text, object_pairs_hook=_object)
    roots = content if isinstance(content, list) else [content]
    if not all(isinstance(root, dict) for root in roots):
        raise ValueError("it is not a JSON object")
    merged: dict[str, list[Any]] = {}
    for root in roots:
        for kind, value in root.items():
            merged.setdefault(kind, []).append(value)
    quoted = _has_quoted_labels(merged)
    return {
        kind: _blocks(kind, _cleaned(values, kind, quoted=quoted))
        if kind in _LABELS
        else values[-1]
        for kind, values in merged.items()
        if kind not in _ADDED_BY_PYTHON_HCL2
    }


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    values: dict[str, _Repeated] = {}
    for name, value in pairs:
        values.setdefault(name, _Repeated()).append(value)
    return {name: one if len(one) > 1 else one[0] for name, one in values.items()}


def _has_quoted_labels(merged: Mapping[str, list[Any]]) -> bool:
    """Return True if python-hcl2 8 wrote the document, with the quotation marks of strings."""
    return any(
        isinstance(label, str) and label.startswith('"')
        for kind, values in merged.items()
        if _LABELS.get(kind)
        for value in _flattened(values)
        if isinstance(value, dict)
        for label in value
    )


def _flattened(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _flattened(item)
    else:
        yield value


def _cleaned(value: Any, path: str, *, quoted: bool) -> Any:
    """Return a copy of `value` without python-hcl2's keys and quotation marks, and repetitions."""
    if isinstance(value, dict):
        return {
            (name := _unquoted(key) if quoted else key): _cleaned(
                inner, f"{path}.{name}", quoted=quoted
            )
            for key, inner in value.items()
            if key not in _ADDED_BY_PYTHON_HCL2
        }
    if isinstance(value, _Repeated):
        found = list(_flattened(value))
        if not all(isinstance(item, dict) for item in found):
            raise ValueError(f"{path} is set twice; remove one of the values")
        value = found
    if isinstance(value, list):
        return [_cleaned(item, path, quoted=quoted) for item in value]
    return _unquoted(value) if quoted and isinstance(value, str) else value


def _blocks(kind: str, value: Any) -> Any:
    """Return all blocks of one kind in the form that :func:`parse` documents."""
    found: dict[str, Any] = {}
    listed: list[Any] = []
    for labels, body in _labelled(value, _LABELS[kind], kind):
        block = _body(kind, body)
        if not labels:
            listed.append(block)
            continue
        *outer, name = labels
        inner = found
        for label in outer:
            inner = inner.setdefault(label, {})
        if kind in _LISTED:
            inner.setdefault(name, []).append(block)
        elif name in inner:
            raise ValueError(f"{'.'.join((kind, *labels))} is declared twice; remove one of them")
        else:
            inner[name] = block
    if kind == "terraform":
        return _settings(listed)
    if kind == "locals":
        return _united(listed, kind)
    return listed if not _LABELS[kind] else found


def _labelled(value: Any, labels: int, path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the labels and the body of each block in `value`.

    Raises:
        ValueError: a part of `value` is neither an object nor a list of objects.
    """
    if isinstance(value, list):
        for item in value:
            yield from _labelled(item, labels, path)
    elif isinstance(value, dict) and labels:
        for label, inner in value.items():
            for others, body in _labelled(inner, labels - 1, f"{path}.{label}"):
                yield (label, *others), body
    elif isinstance(value, dict):
        yield (), value
    elif labels or value is not None:  # Terraform accepts null in place of a block's body
        raise ValueError(f"{path} is neither an object nor a list of objects")


def _body(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    references = _REFERENCES.get(kind, frozenset())
    plain = {
        name: _reference(value) if name in references else value for name, value in body.items()
    }
    if kind in ("data", "ephemeral", "resource") and "lifecycle" in plain:
        found = _labelled(plain["lifecycle"], 0, "lifecycle")
        rules = [_body("lifecycle", rule) for _, rule in found]
        # Terraform rejects several.
        plain["lifecycle"] = rules[0] if len(rules) == 1 else rules
    return plain


def _settings(blocks: list[Any]) -> dict[str, Any]:
    """Return the ``terraform`` blocks as one."""
    merged: dict[str, Any] = {}
    for block in blocks:
        for name, value in block.items():
            if name == "required_providers":
                value = merged.get(name, {}) | {
                    provider: {"version": requirement}
                    if isinstance(requirement, str)
                    else requirement
                    for _, body in _labelled(value, 0, f"terraform.{name}")
                    for provider, requirement in body.items()
                }
            elif name == "backend":
                value = {label: body for (label,), body in _labelled(value, 1, f"terraform.{name}")}
            elif name == "required_version" and name in merged:
                value = f"{merged[name]}, {value}"  # Terraform requires both
            merged[name] = value
    return merged


def _united(blocks: list[Any], path: str) -> dict[str, Any]:
    united: dict[str, Any] = {}
    for block in blocks:
        for name, value in block.items():
            if name in united and name != "//":
                raise ValueError(f"{path}.{name} is set twice; remove one of the values")
            united[name] = value
    return united


def _reference(value: Any) -> Any:
    """Return a value in which plain references replace the templates of references."""
    if isinstance(value, list):
        return [_reference(item) for item in value]
    if isinstance(value, dict):
        return {name: _reference(item) for name, item in value.items()}
    if isinstance(value, str) and value.startswith("${"):
        return value[2:-1] if end_of_expression(value, 2) == len(value) else value
    return value


def _unquoted(text: str) -> str:
    """Return the value of a string of python-hcl2 8; a text without quotation marks is one."""
    if (heredoc := _HEREDOC.fullmatch(text)) is not None:
        lines = heredoc["lines"] or ""
        return textwrap.dedent(lines) if heredoc["indented"] else lines
    if len(text) < 2 or not text.startswith('"') or not text.endswith('"'):
        return text
    parts: list[str] = []
    start = position = 1
    while position < len(text) - 1:
        if text.startswith(("$${", "%%{"), position):
            position += 3
        elif text.startswith(("${", "%{"), position):
            parts.append(_unescaped(text[start:position]))
            start, position = position, end_of_expression(text, position + 2)
            parts.append(text[start:position])
            start = position
        else:
            position += 2 if text[position] == "\\" else 1
    return "".join([*parts, _unescaped(text[start:-1])])


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(
        lambda found: _ESCAPED[found[1]] if found[1] else chr(int(found[2] or found[3], 16)), text
    )
