"""Correct the HCL from ``cdktf synth --hcl`` where Terraform would reject it.

CDKTF 0.21 renders HCL and JSON from the same elements, but its HCL renderer (``lib/hcl/render.js``)

- does not escape quotes and line breaks in a string that also has a reference, and never escapes
  backslashes;
- writes an override in the ``terraform`` block as ``0 = "required_version"``;
- writes the conditions of a lifecycle as lists of objects, where Terraform requires blocks;
- quotes the references of ``depends_on``, ``ignore_changes`` and ``provider``, which Terraform
  deprecates;
- writes the statements of a web ACL, and the blocks that an import inventory preserves, as objects,
  where Terraform requires blocks;
- omits the blocks that only an override can add: ``ephemeral``, ``import`` and ``removed``;
- omits arguments of a variable that are false, such as ``nullable = false``;
- omits the preconditions of an output.

The JSON has none of these defects, so the HCL is changed to match the JSON. Each fix replaces only
the exact defective text, so correct HCL from a newer CDKTF stays unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["end_of_expression", "fix_hcl"]

_BLOCKS_OF_TERRAFORM = ("backend", "cloud", "required_providers")
_CONDITIONS = re.compile(
    r"^ *(precondition|postcondition) = \[\n((?:\{\n(?:[^}\n].*\n)+\},\n)+)\]$", re.MULTILINE
)
_REFERENCES = re.compile(
    r'^ *(?:depends_on|ignore_changes|replace_triggered_by) = (?:\[\n(?:"[^"\n]+",\n)+\]|"all")$'
    # Only a provider with an alias: resources have arguments of this name too.
    r'|^ *provider = "aws\.[\w-]+"$',
    re.MULTILINE,
)
_UNTYPED = re.compile(
    r"\n# Warning: The following attribute is of an unexpected type\.(?:.*\n)*?\n"
)
_BRACE_OR_QUOTE = re.compile(r'[{}"]')
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def fix_hcl(hcl: str, document: Mapping[str, Any]) -> str:
    """Return `hcl` without the defects of CDKTF's renderer.

    Args:
        hcl: The HCL that CDKTF rendered, before ``terraform fmt``.
        document: The Terraform JSON of the same stack.
    """
    # Longest strings first, because a short string may be part of a longer string.
    for text in sorted(set(_strings(document)), key=len, reverse=True):
        for defective in _cdktf_renderings(text):
            hcl = hcl.replace(defective, _quoted(text))
    hcl = _CONDITIONS.sub(_as_blocks, hcl)
    hcl = _with_statements(hcl, document)
    hcl = _with_preserved_blocks(hcl, document)
    hcl = _REFERENCES.sub(lambda found: found[0].replace('"', ""), hcl)
    for name, value in document.get("terraform", {}).items():
        if name not in _BLOCKS_OF_TERRAFORM and isinstance(value, str):
            hcl = _replace_line(hcl, rf'  \d+ = "{name}"', f"  {name} = {_quoted(value)}")
    for name, variable in document.get("variable", {}).items():
        opening = f'variable "{name}" {{\n'
        for argument in ("nullable", "sensitive"):
            if variable.get(argument) is False:
                hcl = hcl.replace(opening, f"{opening}{argument} = false\n")
    for name, output in document.get("output", {}).items():
        if (condition := output.get("precondition")) is not None:
            lines = [f"{key} = {_value(value)}\n" for key, value in condition.items()]
            opening = f'output "{name}" {{\n'
            hcl = hcl.replace(opening, f"{opening}precondition {{\n{''.join(lines)}}}\n")
    return "\n".join([hcl, *_omitted_blocks(document)])


def _omitted_blocks(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the blocks that CDKTF omits: ``ephemeral``, ``import`` and ``removed``."""
    for type_, named in document.get("ephemeral", {}).items():
        for name, arguments in named.items():
            lines = [f"  {key} = {_value(value)}" for key, value in arguments.items()]
            yield "\n".join([f'ephemeral "{type_}" "{name}" {{', *lines, "}\n"])
    for removed in document.get("removed", []):
        destroy = _value(removed["lifecycle"]["destroy"])
        yield (
            f"removed {{\n  from = {removed['from']}\n"
            f"  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"
        )
    for imported in document.get("import", []):
        yield f"import {{\n  to = {imported['to']}\n  id = {_value(imported['id'])}\n}}\n"


def _value(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != "//":
                yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _cdktf_renderings(text: str) -> set[str]:
    """Return the incorrectly escaped forms in which CDKTF may have written `text`."""
    escaped = text if "${" in text else re.sub(r'(?<!\\)"', r"\"", text)
    written = {f'"{escaped}"'}
    if re.search(r"[\r\n]", text):
        lines = "\n".join(re.split(r"\r\n|[\n\r]", text))
        written.add(f"<<EOF\n{lines}\nEOF")
    return written - {_quoted(text)}


def _quoted(text: str) -> str:
    """Return a template as a quoted HCL string; its text is escaped, except for the references."""
    parts = ['"']
    start = position = 0
    while position < len(text):
        if text.startswith(("$${", "%%{"), position):
            position += 3
        elif text.startswith(("${", "%{"), position):
            parts.append(text[start:position].translate(_ESCAPES))
            start, position = position, end_of_expression(text, position + 2)
            parts.append(text[start:position])
            start = position
        else:
            position += 1
    return "".join([*parts, text[start:].translate(_ESCAPES), '"'])


def end_of_expression(text: str, position: int) -> int:
    """Return the position after the expression that starts at `position`."""
    depth = 1
    while depth and (found := _BRACE_OR_QUOTE.search(text, position)) is not None:
        position = found.end()
        if found[0] == '"':
            position = _end_of_string(text, position)
        else:
            depth += 1 if found[0] == "{" else -1
    return position if depth == 0 else max(position, len(text))


def _end_of_string(text: str, position: int) -> int:
    """Return the position after the string that starts at `position` inside an expression."""
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            position += 2
        elif text.startswith(("$${", "%%{"), position):
            position += 3
        elif text.startswith(("${", "%{"), position):
            position = end_of_expression(text, position + 2)
        else:
            position += 1
    return position + 1


def _as_blocks(conditions: re.Match[str]) -> str:
    name, objects = conditions.groups()
    blocks = re.sub(r"^\{$", f"{name} {{", objects, flags=re.MULTILINE)
    return re.sub(r"^\},$", "}", blocks, flags=re.MULTILINE).rstrip("\n")


def _with_statements(hcl: str, document: Mapping[str, Any]) -> str:
    """Return `hcl` after replacing the objects that are statements of web ACLs by blocks."""
    statements = [
        rule["statement"]
        for acl in document.get("resource", {}).get("aws_wafv2_web_acl", {}).values()
        for rule in acl.get("rule", [])
    ]
    pieces = _UNTYPED.split(hcl)
    if len(pieces) != len(statements) + 1:
        return hcl
    fixed = [pieces[0]]
    for statement, piece in zip(statements, pieces[1:], strict=True):
        fixed += [*_block("statement", statement), *_past_first_value(piece)]
    return "\n".join(fixed)


def _block(name: str, value: object) -> Iterator[str]:
    """Yield the HCL lines of an argument; an object or a list of objects becomes blocks."""
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        for item in value:
            yield from _block(name, item)
    elif isinstance(value, Mapping):
        yield f"{name} {{"
        for key, inner in value.items():
            yield from _block(key, inner)
        yield "}"
    else:
        yield f"{name} = {_value(value)}"


def _with_preserved_blocks(hcl: str, document: Mapping[str, Any]) -> str:
    """Return `hcl` with blocks in place of the lists of objects in imported resources."""
    for imported in document.get("import", []):
        type_, name = imported["to"].partition("[")[0].split(".")
        opening = f'resource "{type_}" "{name}" {{\n'
        before, opened, after = hcl.partition(opening)
        body, following, rest = after.partition('\nresource "')
        for argument, value in document["resource"][type_][name].items():
            head, matched, tail = f"\n{body}".partition(f"\n{argument} = [\n{{\n")
            if matched:
                lines = ["", *_preserved(argument, value), *_past_first_value(f"[\n{{\n{tail}")]
                body = (head + "\n".join(lines)).removeprefix("\n")
        hcl = f"{before}{opened}{body}{following}{rest}"
    return hcl


def _preserved(name: str, value: object) -> Iterator[str]:
    """Yield the HCL lines of an argument; a list of objects becomes blocks, an object a map."""
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        for item in value:
            yield f"{name} {{"
            for key, inner in item.items():
                yield from _preserved(key, inner)
            yield "}"
    else:
        yield f"{name} = {_value(value)}"


def _past_first_value(text: str) -> list[str]:
    """Return the lines of `text` that follow its first value."""
    lines = text.split("\n")
    depth = 0
    for number, line in enumerate(lines, start=1):
        depth += line.endswith(("{", "[")) - (line.rstrip(",") in ("}", "]"))
        if depth == 0 and line:
            return lines[number:]
    return []


def _replace_line(text: str, pattern: str, line: str) -> str:
    return re.sub(rf"^{pattern}$", line.replace("\\", r"\\"), text, flags=re.MULTILINE)
