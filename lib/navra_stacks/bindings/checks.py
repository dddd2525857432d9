"""The type checks that jsii's generated Python makes of every argument, without their price.

Each call reads the types of a stub anew, and hands every value to typeguard; together that is more
than a quarter of what an environment costs. A stub never changes, so its types are read once, and
each only when there is a value to hold against it. A value that is an instance of a class that is
allowed needs no further look; whatever else is left to typeguard, so an error is the one that it
raises.
"""

import importlib.metadata
import inspect
import re
import typing
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from types import ModuleType, SimpleNamespace
from typing import Any

__all__ = ["quicken_checks", "remember_typeguard"]

# Classes that say more than `isinstance` sees, such as what a list holds.
_CONTAINERS = frozenset({dict, frozenset, list, set, tuple, type})

_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")


class _Expected:
    """The type of an argument, as its stub has it."""

    def __init__(self, annotation: object, names: dict[str, Any]) -> None:
        self._annotation = annotation
        self._names = names
        self.optional = isinstance(annotation, str) and annotation.startswith("typing.Optional[")
        """Whether it may be left out; where the annotation does not say so at once, it may too."""

    @cached_property
    def kind(self) -> Any:
        """The type itself."""
        if isinstance(self._annotation, str):
            for name in _NAME.findall(self._annotation):
                with suppress(KeyError):
                    self._names[name]  # what is declared only when it is named
        holder = SimpleNamespace(__annotations__={"value": self._annotation})
        return typing.get_type_hints(holder, self._names)["value"]

    @cached_property
    def classes(self) -> tuple[type, ...]:
        """The classes whose instances are allowed, whatever else is."""
        return _sufficient(self.kind)


_stubs: dict[Callable[..., Any], dict[str, Any]] = {}
_common: dict[str, _Expected] = {}
"""What is the same in all modules, since it names none of their classes."""


def _sufficient(expected: Any) -> tuple[type, ...]:
    if expected is Any:
        return (object,)
    if typing.get_origin(expected) is typing.Union:
        return tuple(one for member in typing.get_args(expected) for one in _sufficient(member))
    plain = (
        isinstance(expected, type)
        and typing.get_origin(expected) is None
        and expected not in _CONTAINERS
        and not getattr(expected, "_is_protocol", False)
    )
    return (expected,) if plain else ()


def _expected(annotation: object, names: dict[str, Any]) -> _Expected:
    if not isinstance(annotation, str):
        return _Expected(annotation, names)
    known = _common.get(annotation)
    if known is None:
        known = _Expected(annotation, names)
        if {"builtins", "jsii", "typing"}.issuperset(_NAME.findall(annotation)):
            _common[annotation] = known
    return known


def _get_type_hints(obj: Any, *others: Any, **options: Any) -> dict[str, Any]:
    if others or options or not getattr(obj, "__name__", "").startswith("_typecheckingstub__"):
        return typing.get_type_hints(obj, *others, **options)
    hints = _stubs.get(obj)
    if hints is None:
        hints = _stubs[obj] = {
            name: _expected(annotation, obj.__globals__)
            for name, annotation in obj.__annotations__.items()
        }
        if obj.__code__.co_flags & inspect.CO_VARARGS:
            # Of these the caller makes a type of its own: a tuple of as many as there are.
            code = obj.__code__
            name = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
            hints[name] = hints[name].kind
    return hints


def _quick(stock: Callable[..., Any]) -> Callable[..., Any]:
    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        if type(expected_type) is _Expected:
            if value is None and expected_type.optional:
                return None
            if isinstance(value, expected_type.classes):
                return None
            expected_type = expected_type.kind
        return stock(argname=argname, value=value, expected_type=expected_type)

    return check_type


_typing = ModuleType("typing", typing.__doc__)
_typing.__dict__.update(vars(typing) | {"get_type_hints": _get_type_hints})


def quicken_checks(names: dict[str, Any]) -> None:
    """Make the checks of a generated module quick; one that has none is left alone.

    Args:
        names: What the functions of the module know as global.
    """
    stock = names.get("check_type")
    if callable(stock):
        if "cached_type_hints" in names:
            names["cached_type_hints"] = _get_type_hints
        elif names.get("typing") is typing:
            names["typing"] = _typing
        else:
            return
        names["check_type"] = _quick(stock)


def remember_typeguard() -> None:
    """Look up typeguard's version once, instead of once for each generated module."""
    stock = importlib.metadata.version
    known: dict[str, str] = {}

    def version(distribution_name: str) -> str:
        if distribution_name != "typeguard":
            return stock(distribution_name)
        if not known:
            known[distribution_name] = stock(distribution_name)
        return known[distribution_name]

    importlib.metadata.version = version
