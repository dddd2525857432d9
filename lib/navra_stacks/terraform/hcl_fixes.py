"""Mends the HCL of ``cdktf synth --hcl`` where CDKTF 0.21 writes what Terraform refuses.

CDKTF renders HCL and JSON from the same elements, but its HCL renderer (``lib/hcl/render.js``)

- leaves quotes and line ends of a text as they are where it also holds a reference, and backslashes
  everywhere;
- writes what is overridden in the ``terraform`` block as ``0 = "required_version"``;
- writes the conditions of a lifecycle as lists of objects, where Terraform wants blocks;
- puts references of ``depends_on`` and ``ignore_changes`` in quotes, which Terraform deprecates;
- writes the statements of a web ACL, and the blocks that an inventory keeps, as objects, where
  Terraform wants blocks;
- leaves out the blocks that only an override can make, as ``ephemeral``, ``import`` and
  ``removed``;
- leaves out of a variable what is false, as ``nullable = false``.

Its JSON has none of these faults, so the HCL is mended to say the same. Every repair looks for the
faulty text to the letter: a CDKTF that writes it well is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["fix_hcl"]

_BLOCKS_OF_TERRAFORM = ("backend", "cloud", "required_providers")
_CONDITIONS = re.compile(
    r"^ *(precondition|postcondition) = \[\n((?:\{\n(?:[^}\n].*\n)+\},\n)+)\]$", re.MULTILINE
)
_REFERENCES = re.compile(
    r'^ *(?:depends_on|ignore_changes|replace_triggered_by) = (?:\[\n(?:"[^"\n]+",\n)+\]|"all")$',
    re.MULTILINE,
)
_UNTYPED = re.compile(
    r"\n# Warning: The following attribute is of an unexpected type\.(?:.*\n)*?\n"
)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def fix_hcl(hcl: str, document: Mapping[str, Any]) -> str:
    """`hcl`, made to say what `document` says.

    Args:
        hcl: The text that CDKTF rendered, before ``terraform fmt`` has seen it.
        document: The same stack's Terraform JSON.
    """
    # The longest first: a text may be a part of another, and is then escaped there already.
    for text in sorted(set(_texts(document)), key=len, reverse=True):
        for wrong in _as_cdktf_writes(text):
            hcl = hcl.replace(wrong, _quoted(text))
    hcl = _CONDITIONS.sub(_as_blocks, hcl)
    hcl = _with_statements(hcl, document)
    hcl = _with_kept_blocks(hcl, document)
    hcl = _REFERENCES.sub(lambda found: found[0].replace('"', ""), hcl)
    for name, value in document.get("terraform", {}).items():
        if name not in _BLOCKS_OF_TERRAFORM and isinstance(value, str):
            hcl = _replace_line(hcl, rf'  \d+ = "{name}"', f"  {name} = {_quoted(value)}")
    for name, variable in document.get("variable", {}).items():
        opening = f'variable "{name}" {{\n'
        for argument in ("nullable", "sensitive"):
            if variable.get(argument) is False:
                hcl = hcl.replace(opening, f"{opening}{argument} = false\n")
    return "\n".join([hcl, *_left_out(document)])


def _left_out(document: Mapping[str, Any]) -> Iterator[str]:
    """The blocks that only an override of the stack can make."""
    for type_, named in document.get("ephemeral", {}).items():
        for name, arguments in named.items():
            lines = [f"  {key} = {_value(value)}" for key, value in arguments.items()]
            yield "\n".join([f'ephemeral "{type_}" "{name}" {{', *lines, "}\n"])
    for one in document.get("removed", []):
        destroy = _value(one["lifecycle"]["destroy"])
        yield (
            f"removed {{\n  from = {one['from']}\n"
            f"  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"
        )
    for one in document.get("import", []):
        yield f"import {{\n  to = {one['to']}\n  id = {_value(one['id'])}\n}}\n"


def _value(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != "//":
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _as_cdktf_writes(text: str) -> set[str]:
    """The faulty ways in which CDKTF may have written `text`."""
    escaped = text if "${" in text else re.sub(r'(?<!\\)"', r"\"", text)
    written = {f'"{escaped}"'}
    if re.search(r"[\r\n]", text):
        lines = "\n".join(re.split(r"\r\n|[\n\r]", text))
        written.add(f"<<EOF\n{lines}\nEOF")
    return written - {_quoted(text)}


def _quoted(text: str) -> str:
    """`text`, a template already, as HCL writes it: escaped outside of its references."""
    parts = ['"']
    start = position = 0
    while position < len(text):
        if text.startswith(("$${", "%%{"), position):
            position += 3
        elif text.startswith(("${", "%{"), position):
            parts.append(text[start:position].translate(_ESCAPES))
            start, position = position, _end_of_expression(text, position + 2)
            parts.append(text[start:position])
            start = position
        else:
            position += 1
    return "".join([*parts, text[start:].translate(_ESCAPES), '"'])


def _end_of_expression(text: str, position: int) -> int:
    """Where the expression that starts at `position` has been closed."""
    depth = 1
    while depth and position < len(text):
        if text[position] == '"':
            position = _end_of_string(text, position + 1)
            continue
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
    return position


def _end_of_string(text: str, position: int) -> int:
    """Where the string that starts at `position` inside an expression has been closed."""
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            position += 2
        elif text.startswith(("$${", "%%{"), position):
            position += 3
        elif text.startswith(("${", "%{"), position):
            position = _end_of_expression(text, position + 2)
        else:
            position += 1
    return position + 1


def _as_blocks(conditions: re.Match[str]) -> str:
    name, objects = conditions.groups()
    blocks = re.sub(r"^\{$", f"{name} {{", objects, flags=re.MULTILINE)
    return re.sub(r"^\},$", "}", blocks, flags=re.MULTILINE).rstrip("\n")


def _with_statements(hcl: str, document: Mapping[str, Any]) -> str:
    """`hcl` with the statements of web ACLs as blocks; CDKTF warns before each that it guessed."""
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
    """An argument or, for objects and lists of them, blocks."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for one in value:
            yield from _block(name, one)
    elif isinstance(value, Mapping):
        yield f"{name} {{"
        for key, inner in value.items():
            yield from _block(key, inner)
        yield "}"
    else:
        yield f"{name} = {_value(value)}"


def _with_kept_blocks(hcl: str, document: Mapping[str, Any]) -> str:
    """`hcl` with blocks where what is imported keeps lists of objects."""
    for one in document.get("import", []):
        type_, name = one["to"].partition("[")[0].split(".")
        opening = f'resource "{type_}" "{name}" {{\n'
        before, opened, after = hcl.partition(opening)
        body, following, rest = after.partition('\nresource "')
        for argument, value in document["resource"][type_][name].items():
            kept, written, more = f"\n{body}".partition(f"\n{argument} = [\n{{\n")
            if written:
                lines = ["", *_kept(argument, value), *_past_first_value(f"[\n{{\n{more}")]
                body = (kept + "\n".join(lines)).removeprefix("\n")
        hcl = f"{before}{opened}{body}{following}{rest}"
    return hcl


def _kept(name: str, value: object) -> Iterator[str]:
    """An argument or, for a list of objects, blocks; an object alone is a map's value."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for one in value:
            yield f"{name} {{"
            for key, inner in one.items():
                yield from _kept(key, inner)
            yield "}"
    else:
        yield f"{name} = {_value(value)}"


def _past_first_value(text: str) -> list[str]:
    """The lines of `text` after the object that it begins with."""
    lines = text.split("\n")
    depth = 0
    for number, line in enumerate(lines, start=1):
        depth += line.endswith(("{", "[")) - (line.rstrip(",") in ("}", "]"))
        if depth == 0 and line:
            return lines[number:]
    return []


def _replace_line(text: str, pattern: str, line: str) -> str:
    return re.sub(rf"^{pattern}$", line.replace("\\", r"\\"), text, flags=re.MULTILINE)
