"""Check the body of a resource, data source or provider against its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.check.finding import Severity
from navra_stacks.check.schema.problem import Problem, is_expression, quoted, similar, typed
from navra_stacks.check.schema.provider_schema import Argument, Kind, Structure, TypeSchema
from navra_stacks.check.schema.values import described, scalar_problem, wrong_kind

__all__ = ["BodyCheck"]

LiteralCheck = Callable[[str, str, Any], Iterable[Problem]]
"""Checks a literal value: its path, its path without indexes, and the value."""


class BodyCheck:
    """Checks one body, with its nested blocks.

    Values that are not known before a plan, such as references, meet every requirement.
    """

    def __init__(
        self,
        schema: TypeSchema,
        provider: str,
        literal_check: LiteralCheck,
        complete_objects: frozenset[str],
    ) -> None:
        """Prepare the check.

        Args:
            schema: The schema of the body's type.
            provider: The name and version of the provider, for messages.
            literal_check: A further check of literal values.
            complete_objects: The arguments whose objects must set all of their attributes.
        """
        self._schema = schema
        self._provider = provider
        self._literal_check = literal_check
        self._complete_objects = complete_objects

    def problems(
        self, body: Mapping[str, Any], meta_arguments: frozenset[str]
    ) -> Iterator[Problem]:
        """Yield the problems of the arguments and blocks, in the order of the body.

        Args:
            body: The body.
            meta_arguments: The names that Terraform defines for bodies of this kind.
        """
        return self._structure("", "", self._schema.body, body, meta_arguments)

    def _structure(
        self,
        at: str,
        path: str,
        structure: Structure,
        body: Mapping[str, Any],
        meta_arguments: frozenset[str] = frozenset(),
        *,
        is_object: bool = False,
    ) -> Iterator[Problem]:
        given: set[str] = set()
        if not is_object and "dynamic" in body:
            for label, block_at, block in _dynamic_blocks(body["dynamic"], f"{at}dynamic"):
                given.add(label)
                yield from self._dynamic(block_at, f"{path}{label}", structure, label, block)
        for name, value in body.items():
            if not is_object and (name in meta_arguments or name in ("//", "dynamic")):
                continue
            argument = structure.arguments.get(name)
            if argument is None:
                problem, replacement = self._unknown(at, path, structure, name, is_object=is_object)
                given.add(replacement)
                yield problem
            elif value is not None:
                if not argument.kind.is_block or value != []:
                    given.add(name)
                yield from self._value(f"{at}{name}", f"{path}{name}", argument.kind, value)
        for name, argument in structure.arguments.items():
            if argument.required and name not in given and name not in meta_arguments:
                yield self._missing(f"{at}{name}", name, argument, in_body=name in body)

    def _value(self, at: str, path: str, kind: Kind, value: Any) -> Iterator[Problem]:
        if kind.is_block:
            yield from self._blocks(at, path, kind, value)
        elif kind.name == "list" and kind.element is not None:
            if isinstance(value, list):
                for number, item in enumerate(value):
                    yield from self._value(f"{at}[{number}]", path, kind.element, item)
            elif value is not None and not is_expression(value):
                yield wrong_kind(at, kind, value, f"set it to {quoted([value])}")
        elif kind.name == "map" and kind.element is not None:
            if isinstance(value, dict):
                for key, item in value.items():
                    yield from self._value(f"{at}.{key}", path, kind.element, item)
            elif value is not None and not is_expression(value):
                yield wrong_kind(at, kind, value, "set it to an object")
        elif kind.name == "object":
            if isinstance(value, dict):
                structure = self._schema.structures[kind.structure]
                yield from self._structure(f"{at}.", f"{path}.", structure, value, is_object=True)
                missing = sorted(structure.arguments.keys() - value.keys())
                if missing and path in self._complete_objects:
                    yield Problem(
                        at,
                        f"it does not set {', '.join(missing)}; in the JSON syntax, each object of "
                        f"{path} must set all attributes",
                        "set them, to null where they have no value",
                    )
            elif value is not None and not is_expression(value):
                yield wrong_kind(at, kind, value, "set it to an object")
        else:
            problems = list(scalar_problem(at, kind, value))
            yield from problems
            if not problems and value is not None and not is_expression(value):
                yield from self._literal_check(at, path, value)

    def _blocks(self, at: str, path: str, kind: Kind, value: Any) -> Iterator[Problem]:
        """Check nested blocks: an object, or a list of objects."""
        structure = self._schema.structures[kind.structure]
        found = list(_flattened(at, value))
        if kind.name == "block" and len(found) > 1:
            yield Problem(
                at,
                f"it has {len(found)} blocks, and {self._provider} accepts at most 1",
                "merge the blocks, or remove all but one",
            )
        for block_at, block in found:
            yield from self._block(block_at, path, structure, block)

    def _block(self, at: str, path: str, structure: Structure, value: Any) -> Iterator[Problem]:
        if isinstance(value, dict):
            yield from self._structure(f"{at}.", f"{path}.", structure, value)
        elif is_expression(value):
            yield Problem(
                at,
                f"it is a nested block, which cannot be the expression {quoted(value)}",
                "write the block as an object, or generate it with a dynamic block",
            )
        elif value is not None:
            yield Problem(
                at,
                f"it is a nested block, which must be an object, not the {typed(value)}",
                f"write the block as an object with {_listed(structure.arguments)}",
            )

    def _dynamic(
        self, at: str, path: str, structure: Structure, label: str, block: Any
    ) -> Iterator[Problem]:
        argument = structure.arguments.get(label)
        if argument is None:
            blocks = [name for name, known in structure.arguments.items() if known.kind.is_block]
            close = similar(label, blocks)
            message = f"{self._provider} has no nested block {quoted(label)}"
            yield Problem(at, message, f'use "{close}"' if close else _use_one_of(blocks))
            return
        if not isinstance(block, dict):
            yield Problem(
                at,
                f"a dynamic block must be an object, not the {typed(block)}",
                "write an object with for_each and content",
            )
            return
        for name in ("for_each", "content"):
            if block.get(name) is None:
                yield Problem(f"{at}.{name}", "it is required in a dynamic block", f"set {name}")
        for name in block.keys() - {"//", "content", "for_each", "iterator", "labels"}:
            yield Problem(
                f"{at}.{name}",
                "a dynamic block has only for_each, iterator, labels and content",
                f"move {name} into content",
            )
        if argument.kind.is_block and block.get("content") is not None:
            content = block["content"]
            yield from self._blocks(f"{at}.content", path, argument.kind, content)
        elif argument.kind.element is None or argument.kind.element.name != "object":
            yield Problem(
                at,
                f"{quoted(label)} is an argument with a value, not a nested block",
                f"set {label} to a {described(argument.kind)}",
            )

    def _unknown(
        self, at: str, path: str, structure: Structure, name: str, *, is_object: bool
    ) -> tuple[Problem, str]:
        """Return the problem of an unknown name, and the name that replaces it ("" if none)."""
        where = f"the block {path[:-1]} of " if path else ""
        if structure.sets_attribute(name):
            message = f"it is an attribute of {where}{self._provider} that cannot be set"
            return Problem(f"{at}{name}", message, f"remove {name}"), ""
        message = f"{where}{self._provider} has no argument {quoted(name)}".removeprefix("the ")
        replacement = similar(name, structure.arguments, cutoff=0.8)
        if replacement is None:
            elsewhere = self._elsewhere(name, structure)
            if elsewhere is not None:
                repair = f"move it {elsewhere}"
                return Problem(f"{at}{name}", message, repair), ""
            replacement = similar(name, structure.arguments)
        repair = f"remove it, or use {_listed(structure.arguments)}"
        if replacement is not None:
            repair = f'use "{replacement}"'
        # Terraform drops unknown attributes when it converts an object.
        severity = Severity.MEDIUM if is_object else Severity.HIGH
        return Problem(f"{at}{name}", message, repair, severity), replacement or ""

    def _elsewhere(self, name: str, structure: Structure) -> str | None:
        """Return the place of an argument that another structure of the type has."""
        places = sorted(
            (path.count("."), path)
            for path, other in self._structures_by_path(self._schema.body, "", 4)
            if other is not structure and name in other.arguments
        )
        if not places:
            return None
        return f"into the block {places[0][1]}" if places[0][1] else "out of the block"

    def _structures_by_path(
        self, structure: Structure, path: str, depth: int
    ) -> Iterator[tuple[str, Structure]]:
        yield path, structure
        for name, argument in structure.arguments.items():
            kind = argument.kind.element or argument.kind
            if kind.structure >= 0 and depth:
                inner = self._schema.structures[kind.structure]
                inner_path = f"{path}.{name}" if path else name
                yield from self._structures_by_path(inner, inner_path, depth - 1)

    def _missing(self, at: str, name: str, argument: Argument, *, in_body: bool) -> Problem:
        if argument.kind.is_block:
            return Problem(
                at,
                f"{self._provider} requires {'at least ' * (argument.kind.name == 'blocks')}"
                f"1 block {quoted(name)}",
                f"add a block {name}",
            )
        also = ", and null counts as not set" if in_body else ""
        return Problem(
            at,
            f"{self._provider} requires the argument {quoted(name)}{also}",
            f"set {name} to a {described(argument.kind)}",
        )


def _flattened(at: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the path and the body of each block: Terraform accepts lists of lists, too."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _flattened(f"{at}[{number}]", item)
    else:
        yield at, value


def _dynamic_blocks(value: Any, at: str) -> Iterator[tuple[str, str, Any]]:
    """Yield the label, the path and the body of each dynamic block."""
    for number, labelled in enumerate(value if isinstance(value, list) else [value]):
        outer = f"{at}[{number}]" if isinstance(value, list) else at
        for label, blocks in labelled.items() if isinstance(labelled, dict) else ():
            if isinstance(blocks, list):
                for index, block in enumerate(blocks):
                    yield label, f"{outer}.{label}[{index}]", block
            else:
                yield label, f"{outer}.{label}", blocks


def _listed(names: Iterable[str]) -> str:
    found = sorted(names)
    return ", ".join(found) if len(found) <= 12 else f"{', '.join(found[:12])}, ..."


def _use_one_of(names: Iterable[str]) -> str:
    found = _listed(names)
    return f"use one of {found}" if found else "remove it"
