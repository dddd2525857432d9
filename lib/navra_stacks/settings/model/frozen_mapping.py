"""Immutable mappings and JSON values for the fields of settings."""

from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator

__all__ = ["EMPTY", "FROZEN", "FrozenJson", "FrozenMapping", "freeze", "to_mutable"]

K = TypeVar("K")
V = TypeVar("V")


FROZEN = "settings are frozen: create a changed copy with `replace`"
"""The message of an error about an assignment."""


class _FrozenDict(dict[K, V]):
    """A read-only, hashable dict."""

    def _raise_frozen(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(FROZEN)

    __setitem__ = __delitem__ = _raise_frozen
    clear = pop = popitem = setdefault = update = __ior__ = _raise_frozen

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


EMPTY: Mapping[Any, Any] = _FrozenDict()
"""A read-only empty mapping, used as the default of mapping fields."""


def freeze(value: Mapping[K, V]) -> Mapping[K, V]:
    """Return a read-only copy of a mapping, for example for the default of a field."""
    return _FrozenDict(value)


FrozenMapping = Annotated[Mapping[K, V], AfterValidator(freeze)]
"""Type of a mapping field. The field stores a read-only copy of the mapping that is passed."""


def _freeze_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _FrozenDict({key: _freeze_json(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(map(_freeze_json, value))
    return value


FrozenJson = Annotated[Any, AfterValidator(_freeze_json)]
"""Type of a field with any JSON value. The field stores a read-only copy of the value that is
passed."""


def to_mutable(value: Any) -> Any:
    """Return a copy of a frozen JSON value as plain lists and dicts, with all keys sorted."""
    if isinstance(value, Mapping):
        return {key: to_mutable(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [to_mutable(item) for item in value]
    return value
