"""Make the type checks fast that jsii's generated Python performs on every argument.

Each call evaluates the annotations of a stub again, and passes every value to typeguard. Together
this takes more than a quarter of the time to synthesize an environment. Here an annotation stays a
string until there is a value to check, and most values are accepted by comparing them with that
string. typeguard checks all other values, so the errors are those of typeguard.
"""

import __future__

import importlib.metadata
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

__all__ = ["cache_typeguard_version", "fast_type_checks"]

_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_PARTS = re.compile(r"[^\[\],]+|[\[\],]")

Accepts = Callable[[object], bool]


class _Expected:
    """The expected type of an argument, as annotated in its stub."""

    def __init__(self, annotation: str, names: dict[str, Any]) -> None:
        self._annotation = annotation
        self._names = names

    @cached_property
    def kind(self) -> Any:
        """The type itself."""
        for name in _NAME.findall(self._annotation):
            with suppress(KeyError):
                self._names[name]  # declares the class, if it is a deferred one
        holder = SimpleNamespace(__annotations__={"value": self._annotation})
        return typing.get_type_hints(holder, self._names)["value"]

    @cached_property
    def accepts(self) -> Accepts:
        """A fast check. True means that a value has this type; False means that it may have it."""
        parts = _PARTS.findall(self._annotation.replace(" ", ""))
        try:
            return _accepts(iter([*parts, ""]), self._names)[0]
        except (StopIteration, IndexError):  # the annotation has an unexpected form
            return _accepts_nothing


def _accepts(parts: Iterator[str], names: dict[str, Any]) -> tuple[Accepts, str]:
    """Parse one type of an annotation.

    Args:
        parts: The remaining parts of the annotation.
        names: The global names of the module.

    Returns:
        The fast check of the type, and the part that follows it.
    """
    head, after = next(parts), next(parts)
    if after != "[":
        return _accepts_class(_named(head, names)), after
    members = []
    while after not in ("]", ""):
        member, after = _accepts(parts, names)
        members.append(member)
    return _accepts_generic(head, members), next(parts)


def _accepts_generic(head: str, members: list[Accepts]) -> Accepts:
    last = members[-1]
    if head == "typing.Optional":
        return lambda value: value is None or last(value)
    if head == "typing.Union":
        return lambda value: any(member(value) for member in members)
    if head in ("typing.List", "typing.Sequence"):
        return lambda value: type(value) is list and all(map(last, value))
    if head in ("typing.Dict", "typing.Mapping"):
        key = members[0]
        return lambda value: (
            type(value) is dict and all(map(key, value)) and all(map(last, value.values()))
        )
    return _accepts_nothing


def _accepts_nothing(value: object) -> bool:
    return False


def _named(path: str, names: dict[str, Any]) -> Any:
    first, *others = path.split(".")
    try:
        value = names[first]
        for attribute in others:
            value = getattr(value, attribute)
    except (KeyError, AttributeError):
        return None
    return value


def _accepts_class(kind: Any) -> Accepts:
    if kind is Any:
        return lambda value: True
    if typing.get_origin(kind) is typing.Union:
        return _accepts_generic("typing.Union", [*map(_accepts_class, typing.get_args(kind))])
    plain = (
        isinstance(kind, type)
        and typing.get_origin(kind) is None
        and not getattr(kind, "_is_protocol", False)
    )
    return (lambda value: isinstance(value, kind)) if plain else _accepts_nothing


_common: dict[tuple[object, ...], _Expected] = {}
"""Expected types by annotation and by the modules that it names. Many modules have the same
annotations for types of other modules."""


def _expected(annotation: str, names: dict[str, Any]) -> _Expected:
    modules = tuple(names.get(root) for root in sorted(set(_NAME.findall(annotation))))
    if not all(type(module) is ModuleType for module in modules):
        return _Expected(annotation, names)
    known = _common.get((annotation, *modules))
    if known is None:
        known = _common[annotation, *modules] = _Expected(annotation, names)
    return known


_read_once = cache(typing.get_type_hints)


def _get_type_hints(obj: Any, *others: Any, **options: Any) -> dict[str, Any]:
    """Return the annotations of a stub as strings, and those of any other object as types."""
    if others or options or not getattr(obj, "__name__", "").startswith("_typecheckingstub__"):
        return typing.get_type_hints(obj, *others, **options)
    code = obj.__code__
    if not code.co_flags & __future__.annotations.compiler_flag:  # its module was imported in full
        return _read_once(obj)
    hints: dict[str, Any] = obj.__annotations__
    if code.co_flags & inspect.CO_VARARGS:
        # The caller builds a tuple type from this one, with as many members as arguments.
        name = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
        return {**hints, name: _Expected(hints[name], obj.__globals__).kind}
    return hints


def _fast_check_type(stock: Callable[..., Any], names: dict[str, Any]) -> Callable[..., Any]:
    known: dict[str, tuple[Accepts, _Expected]] = {}

    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        if type(expected_type) is str:
            if value is None and expected_type.startswith("typing.Optional["):
                return None
            found = known.get(expected_type)
            if found is None:
                expected = _expected(expected_type, names)
                found = known[expected_type] = expected.accepts, expected
            if found[0](value):
                return None
            expected_type = found[1].kind
        return stock(argname=argname, value=value, expected_type=expected_type)

    return check_type


_typing = ModuleType("typing", typing.__doc__)
_typing.__dict__.update(vars(typing) | {"get_type_hints": _get_type_hints})


def fast_type_checks(names: dict[str, Any]) -> None:
    """Replace the type checks of a generated module by fast ones, if it has any.

    Args:
        names: The global names of the module's functions.
    """
    stock = names.get("check_type")
    if callable(stock):
        if "cached_type_hints" in names:
            names["cached_type_hints"] = _get_type_hints
        elif names.get("typing") is typing:
            names["typing"] = _typing
        else:
            return
        names["check_type"] = _fast_check_type(stock, names)


def cache_typeguard_version() -> None:
    """Look up typeguard's version once, instead of once for each generated module."""
    stock = importlib.metadata.version
    known: dict[str, str] = {}

    def version(distribution_name: str) -> str:
        if distribution_name != "typeguard":
            return stock(distribution_name)
        if not known:
            known[distribution_name] = _version(distribution_name) or stock(distribution_name)
        return known[distribution_name]

    importlib.metadata.version = version


def _version(package: str) -> str | None:
    """Read the version of a package from the metadata next to it, or return None.

    Searching the whole path for the metadata takes ten times as long.
    """
    try:
        spec = find_spec(package)
        folders = [*Path(str(spec and spec.origin)).parent.parent.glob(f"{package}-*.dist-info")]
        text = folders[0].joinpath("METADATA").read_text(encoding="utf-8")
    except (OSError, ValueError, IndexError):  # the package is in an archive, or is a stand-in
        return None
    found = re.search(r"^Version: (\S+)$", text, re.MULTILINE)
    return found[1] if found and len(folders) == 1 else None
