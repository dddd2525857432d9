"""The type checks that jsii's generated Python makes of every argument, without their price.

Each call reads the types of a stub anew, and hands every value to typeguard; together that is more
than a quarter of what an environment costs. A stub never changes, so its types are read once. A
value that is an instance of a class that is allowed needs no further look; whatever else is left to
typeguard, so an error is the one that it raises.
"""

import importlib.metadata
import typing
from collections.abc import Callable
from types import ModuleType
from typing import Any

__all__ = ["quicken_checks", "remember_typeguard"]

# Classes that say more than `isinstance` sees, such as what a list holds.
_CONTAINERS = frozenset({dict, frozenset, list, set, tuple, type})

_hints: dict[Callable[..., Any], dict[str, Any]] = {}
_classes: dict[int, tuple[object, tuple[type, ...]]] = {}


def _get_type_hints(obj: Any, *others: Any, **options: Any) -> dict[str, Any]:
    if others or options or not getattr(obj, "__name__", "").startswith("_typecheckingstub__"):
        return typing.get_type_hints(obj, *others, **options)
    hints = _hints.get(obj)
    if hints is None:
        hints = _hints[obj] = typing.get_type_hints(obj)
    return hints


def _sufficient(expected: Any) -> tuple[type, ...]:
    """The classes whose instances are allowed, whatever else is."""
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


def _quick(stock: Callable[..., Any]) -> Callable[..., Any]:
    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        known = _classes.get(id(expected_type))
        if known is None or known[0] is not expected_type:
            known = _classes[id(expected_type)] = (expected_type, _sufficient(expected_type))
        if isinstance(value, known[1]):
            return None
        return stock(argname=argname, value=value, expected_type=expected_type)

    return check_type


_typing = ModuleType("typing", typing.__doc__)
_typing.__dict__.update(vars(typing) | {"get_type_hints": _get_type_hints})


def quicken_checks(module: ModuleType) -> None:
    """Make the checks of a generated module quick; one that has none is left alone."""
    names = vars(module)
    stock = names.get("check_type")
    if callable(stock):
        names["check_type"] = _quick(stock)
        if names.get("typing") is typing:
            names["typing"] = _typing


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
