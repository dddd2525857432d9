"""Limits of the AWS API, from the service models of botocore.

The models are JSON files in the package. They are read without importing botocore, once per version
of botocore, and only the limits of the arguments in `service_table` are cached.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NamedTuple

from navra_stacks.check.schema.body import LiteralCheck
from navra_stacks.check.schema.cache import cached
from navra_stacks.check.schema.problem import Problem, quoted, similar
from navra_stacks.check.schema.service_table import OPERATIONS, Operation

__all__ = ["Limit", "api_limits", "literal_check", "operation_limits"]

FORMAT = 1
"""The version of the cached format."""

DEPTH = 4
"""The number of nested structures in which members with the same names are found."""

_VERSION = re.compile(r"__version__ = ['\"]([\w.]+)['\"]")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERS = ("double", "float", "integer", "long")


class Limit(NamedTuple):
    """The limits that the API sets for one argument."""

    source: str
    """The operation and the member, for example ``ecs CreateService launchType``."""

    is_number: bool
    values: tuple[str, ...] = ()
    """The values of an enumeration, or numbers that are accepted outside the range."""
    pattern: str = ""
    minimum: float | None = None
    """The smallest number, or the smallest length of a string."""
    maximum: float | None = None
    ignores_case: bool = False

    def problem(self, argument: str, value: Any) -> Problem | None:
        """Return the problem of a literal value, or None if the value meets the limits.

        0 and the empty string are accepted: the provider often treats them as not set.
        """
        if isinstance(value, bool) or value in (0, "", "0"):
            return None
        if self.is_number and str(value) in self.values:
            return None
        if self.is_number:
            try:
                number = float(value)
            except (TypeError, ValueError):
                return None
            return self._outside(argument, value, number, "it is {}", "set it to")
        text = str(value)
        if self.values:
            folded = str.casefold if self.ignores_case else str
            if folded(text) in map(folded, self.values):
                return None
            allowed = ", ".join(self.values)
            close = similar(text, self.values)
            message = f"it is {quoted(value)}, and the AWS API accepts {allowed} ({self.source})"
            return Problem(argument, message, f'set it to "{close or self.values[0]}"')
        if self.pattern and not re.fullmatch(self.pattern, text, re.ASCII):
            message = f"it is {quoted(value)}, which does not match the pattern of the AWS API"
            repair = f"use a value that matches {self.pattern}"
            return Problem(argument, f"{message} ({self.source})", repair)
        return self._outside(
            argument, value, len(text), "it has {} characters", "use a number of characters that is"
        )

    def _outside(
        self, argument: str, value: Any, number: float, subject: str, verb: str
    ) -> Problem | None:
        low, high = self.minimum, self.maximum
        if (low is None or number >= low) and (high is None or number <= high):
            return None
        if low is None or high is None:
            allowed = f"{low:g} or more" if low is not None else f"{high:g} or less"
        else:
            allowed = f"{low:g} to {high:g}"
        given = subject.format(f"{number:g}")
        message = f"{given}, and the AWS API accepts {allowed} ({self.source})"
        if not self.is_number:
            message = f"{quoted(value)}: {message}"
        return Problem(argument, message, f"{verb} {allowed}")


def api_limits(
    package: str = "botocore", *, directory: Path | None = None
) -> Mapping[str, LiteralCheck]:
    """Return checks of literal values by resource type; none if botocore is not installed.

    Args:
        package: The Python package with the service models.
        directory: The directory for the cache; None for the one in the user's cache.
    """
    spec = PathFinder.find_spec(package)
    if spec is None or spec.origin is None:
        return {}
    origin = Path(spec.origin)
    try:
        found = _VERSION.search(origin.read_text(encoding="utf-8"))
    except OSError:
        return {}
    version = found[1] if found else "unknown"
    table = zlib.crc32(repr(sorted(OPERATIONS.items())).encode())
    name = f"{package}-{version}-{table:08x}-{FORMAT}.limits"
    limits = cached(name, _unpack, lambda: _packed(origin.parent / "data"), directory=directory)
    return {type_: literal_check(of_type) for type_, of_type in limits.items()}


def literal_check(limits: Mapping[str, Limit]) -> LiteralCheck:
    """Return the check of the literal values of one resource type.

    Args:
        limits: The limits by the path of the argument.
    """

    def check(at: str, path: str, value: Any) -> Iterable[Problem]:
        limit = limits.get(path)
        problem = limit.problem(at, value) if limit is not None else None
        return () if problem is None else (problem,)

    return check


def operation_limits(operation: Operation, model: Mapping[str, Any]) -> dict[str, Limit]:
    """Return the limits of one resource type by the path of the argument.

    Args:
        operation: The operation that creates the resource.
        model: The service model.

    Raises:
        LookupError: the model does not have the operation.
    """
    shapes = model["shapes"]
    root = shapes[model["operations"][operation.name]["input"]["shape"]]
    found = dict(_same_names(shapes, root, "", "", DEPTH))
    for argument, member in operation.members.items():
        shape = _member(shapes, root, member)
        if shape is not None:
            found[argument] = (member, shape)
    limits: dict[str, Limit] = {}
    for argument, (member, shape) in sorted(found.items()):
        limit = _limit(operation, member, shape, operation.more_values.get(argument, ()))
        if limit is not None:
            limits[argument] = limit
    return limits


def _same_names(
    shapes: Mapping[str, Any], structure: Mapping[str, Any], path: str, member: str, depth: int
) -> Iterator[tuple[str, tuple[str, Mapping[str, Any]]]]:
    """Yield the argument, the member and the shape of each scalar member."""
    for name, reference in structure["members"].items():
        argument = f"{path}{_WORDS.sub('_', name).lower()}"
        shape = _element(shapes, shapes[reference["shape"]])
        if shape["type"] == "structure" and depth:
            yield from _same_names(shapes, shape, f"{argument}.", f"{member}{name}.", depth - 1)
        else:
            yield argument, (f"{member}{name}", shape)


def _member(
    shapes: Mapping[str, Any], structure: Mapping[str, Any], member: str
) -> Mapping[str, Any] | None:
    shape: Mapping[str, Any] = structure
    for name in member.split("."):
        reference = shape.get("members", {}).get(name)
        if reference is None:
            return None
        shape = _element(shapes, shapes[reference["shape"]])
    return shape


def _element(shapes: Mapping[str, Any], shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the shape of the elements of a list, or the shape itself."""
    while shape["type"] == "list":
        shape = shapes[shape["member"]["shape"]]
    return shape


def _limit(
    operation: Operation, member: str, shape: Mapping[str, Any], more: tuple[str, ...]
) -> Limit | None:
    is_number = shape["type"] in _NUMBERS
    if not is_number and shape["type"] != "string":
        return None
    limit = Limit(
        f"{operation.service} {operation.name} {member}",
        is_number,
        tuple(shape.get("enum", ())) + more,
        _python_pattern(shape.get("pattern", "")),
        shape.get("min"),
        shape.get("max"),
        operation.ignores_case,
    )
    has_limit = limit.values or limit.pattern or limit.minimum is not None or limit.maximum
    return limit if has_limit else None


def _python_pattern(pattern: str) -> str:
    """Return a pattern if Python can evaluate it, else ``""``."""
    try:
        re.compile(pattern, re.ASCII)
    except re.error:
        return ""
    return pattern


def _packed(data: Path) -> bytes:
    """Return the limits of all types in `OPERATIONS`; those that the models lack are omitted."""
    models: dict[str, Mapping[str, Any]] = {}
    limits: dict[str, Any] = {}
    for type_, operation in OPERATIONS.items():
        try:
            if operation.service not in models:
                models[operation.service] = _model(data / operation.service)
            limits[type_] = operation_limits(operation, models[operation.service])
        except (OSError, EOFError, LookupError, TypeError, ValueError, zlib.error):
            continue
    return json.dumps(limits, separators=(",", ":"), sort_keys=True).encode()


def _model(directory: Path) -> Mapping[str, Any]:
    import gzip  # only for the first call

    *_, file = sorted(directory.glob("*/service-2.json*"))
    text = file.read_bytes()
    model: Mapping[str, Any] = json.loads(gzip.decompress(text) if file.suffix == ".gz" else text)
    return model


def _unpack(content: bytes) -> dict[str, dict[str, Limit]]:
    try:
        return {
            type_: {
                argument: Limit(source, is_number, tuple(values), *others)
                for argument, (source, is_number, values, *others) in of_type.items()
            }
            for type_, of_type in json.loads(content).items()
        }
    except (AttributeError, TypeError) as error:
        raise ValueError("it is damaged") from error
