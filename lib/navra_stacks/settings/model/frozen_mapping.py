"""A mapping that stays as it was checked."""

from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator

__all__ = ["EMPTY", "FrozenJson", "FrozenMapping", "to_mutable"]

K = TypeVar("K")
V = TypeVar("V")


class _FrozenDict(dict[K, V]):
    """A dict, for whoever reads it, without a way to change it; hence with a hash."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("settings are frozen: make others with `replace`")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


EMPTY: Mapping[Any, Any] = _FrozenDict()
"""The default of a mapping field."""


def _freeze(value: Mapping[K, V]) -> Mapping[K, V]:
    return _FrozenDict(value)


FrozenMapping = Annotated[Mapping[K, V], AfterValidator(_freeze)]
"""A mapping field of settings: a copy of what was given, which nobody can change afterwards."""


def _freeze_within(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _FrozenDict({key: _freeze_within(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(map(_freeze_within, value))
    return value


FrozenJson = Annotated[Any, AfterValidator(_freeze_within)]
"""A field of any JSON: a copy of what was given, frozen all the way down."""


def to_mutable(value: Any) -> Any:
    """A copy of frozen JSON in plain lists and dicts, the latter sorted."""
    if isinstance(value, Mapping):
        return {key: to_mutable(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [to_mutable(item) for item in value]
    return value
