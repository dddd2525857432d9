"""Wrong arguments of settings classes and of their class methods, reported as problems."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from navra_stacks.errors import SettingsProblem, suggest
from navra_stacks.settings.model.messages import format_value, settable_fields
from navra_stacks.settings.model.valid_fields import accepts

__all__ = ["named_arguments", "variant"]

M = TypeVar("M", bound=Callable[..., Any])


def named_arguments(
    model: type[BaseModel],
    call: str,
    names: Sequence[str],
    positional: Sequence[object],
    given: Mapping[str, Any],
) -> tuple[dict[str, Any], list[SettingsProblem]]:
    """Return arguments by name, with the problem of those that were given by position.

    A value gets the name of the first argument that is not given and whose type accepts the value,
    so that it causes no other problem, such as a missing setting.

    Args:
        model: The settings class.
        call: The class or class method, as a message names it.
        names: The names of the arguments, in their order.
        positional: The arguments that were given by position.
        given: The arguments that were given by name.
    """
    if not positional:
        return dict(given), []
    found: dict[str, Any] = {}
    for value in positional:
        free = [name for name in names if name not in given and name not in found]
        # An invalid value gets the name of a required setting, which would be missing otherwise.
        fitting = [n for n in free if accepts(model, n, value)] or [
            name for name in free if model.model_fields[name].is_required()
        ]
        if fitting:
            found[fitting[0]] = value
    shown = ", ".join(map(format_value, positional))
    if len(found) == len(positional):
        repair = f"write {call}({', '.join(f'{name}=...' for name in found)})"
    elif names:
        repair = f"write NAME=VALUE; the names are {', '.join(names)}"
    else:
        repair = f"remove {'it' if len(positional) == 1 else 'them'}"
    verb = "is" if len(positional) == 1 else "are"
    message = f"{shown} {verb} given to {call} without a name"
    return {**given, **found}, [SettingsProblem("", message, repair)]


def variant(method: M) -> M:
    """Report wrong arguments of a class method that returns settings as problems of the settings.

    Below `classmethod`, on each class method of public settings.
    """

    @wraps(method)
    def build(cls: Any, /, *positional: Any, **options: Any) -> Any:
        call = f"{cls.__name__}.{method.__name__}"
        ordered = [
            name
            for name, parameter in _parameters(method)
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        data = dict(zip(ordered, positional, strict=False))
        problems = [
            SettingsProblem(name, f"is given to {call} twice", "remove one of them")
            for name in sorted(data.keys() & options.keys())
        ]
        known = _names(cls, method)
        data, unnamed = named_arguments(
            cls, call, known, positional[len(ordered) :], {**options, **data}
        )
        problems += unnamed
        # Settings report unknown fields themselves.
        if not _has_all_fields(method):
            problems += (_unknown(cls, method, name) for name in data if name not in known)
            data = {name: value for name, value in data.items() if name in known}
        missing = [
            name
            for name, parameter in _parameters(method)
            if parameter.default is parameter.empty
            and parameter.kind is not parameter.VAR_KEYWORD
            and name not in data
        ]
        problems += (
            SettingsProblem(name, "is missing", f"write {call}({', '.join(ordered)})")
            for name in missing
        )
        if not problems:
            return method(cls, **data)
        built = cls.__new__(cls) if missing else method(cls, **data)
        built._add_problems(problems)
        return built

    return build  # type: ignore[return-value]


def _parameters(method: Callable[..., Any]) -> Iterator[tuple[str, inspect.Parameter]]:
    _, *parameters = inspect.signature(method).parameters.items()  # without the class
    yield from parameters


def _options(method: Callable[..., Any]) -> Any:
    """Return the annotation of ``**options``; None without it."""
    kinds = {parameter.kind: parameter.annotation for _, parameter in _parameters(method)}
    return kinds.get(inspect.Parameter.VAR_KEYWORD)


def _has_all_fields(method: Callable[..., Any]) -> bool:
    # The `TypedDict` with all fields exists for type checkers only, so its name is in quotes.
    return isinstance(_options(method), str)


def _names(model: type[BaseModel], method: Callable[..., Any]) -> list[str]:
    """Return the names of the arguments of a class method."""
    if _has_all_fields(method):
        return settable_fields(model)
    names = [n for n, p in _parameters(method) if p.kind is not p.VAR_KEYWORD]
    for options in get_args(_options(method)):
        names += options.__annotations__
    return names


def _unknown(model: type[BaseModel], method: Callable[..., Any], name: str) -> SettingsProblem:
    """Return the problem of an unknown argument, with the nearest argument or class method."""
    kind, names = model.__name__, _names(model, method)
    others = {other: _names(model, function) for other, function in _variants(model)}
    # The argument of `step_percent` is `percent`.
    short = [known for known in names if name.endswith(f"_{known}")]
    fitting = [other for other, known in others.items() if name in known] or [
        other
        for other, known in others.items()
        if not short and any(name.endswith(f"_{argument}") for argument in known)
    ]
    former: Mapping[str, str] = getattr(model, "former_names", {})
    close = former.get(name) or next(iter(short), None) or suggest(name, names)
    if fitting:
        *first, last = [f"{other}()" for other in fitting]
        repair = f"remove it, or use {kind}.{' or '.join(filter(None, [', '.join(first), last]))}"
    elif close:
        repair = f"did you mean {close!r}?"
    else:
        repair = f"its arguments are {', '.join(names)}"
    return SettingsProblem(name, f"is not an argument of {kind}.{method.__name__}", repair)


def _variants(model: type[BaseModel]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the class methods that `variant` marks, by name."""
    for name, member in vars(model).items():
        function = inspect.unwrap(member.__func__) if isinstance(member, classmethod) else None
        if function is not None and function is not member.__func__:
            yield name, function
