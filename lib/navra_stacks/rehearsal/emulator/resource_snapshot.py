"""What the emulator holds, of any service: found in its memory, in the process of its server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["Memory", "Thing"]

Thing = dict[str, str]
"""``service``, ``region``, ``kind`` (moto's name of the class), ``name`` and ``status`` of what is
held; the last empty where it has none."""

# What holds no thing.
_PLAIN = (str, bytes, int, float, bool, type, type(None))
_COLLECTIONS = (dict, list, tuple, set, frozenset)

# AWS's own policies: some 1,600, of which nobody can change a part.
_UNCHANGING = "AWSManagedPolicy"

# What names a thing, the most telling first; moto spells them in many ways.
_NAMES = (
    "arn resource_arn id name physical_resource_id resource_id full_arn key_id group_id".split()
)


class Memory:
    """Tells what came since a moment, however it was made and whichever API lists it."""

    def __init__(self) -> None:
        # The things themselves, not their ids alone: else another could get the id of one freed.
        self._known: dict[int, Any] = {}
        self._names: set[tuple[str, ...]] = set()

    def install(self) -> None:
        """Have moto, in this process, tell what each service is born with: that is moto's own."""
        from moto.core.base_backend import AccountSpecificBackend

        found = AccountSpecificBackend.__getitem__

        def observed(backends: Any, region: str) -> Any:
            is_new = region not in backends.keys()  # noqa: SIM118 - `in` asks for possible ones
            backend = found(backends, region)
            if is_new:
                for model, _ in _models(vars(backend), (), set(), lambda _: True):
                    self._known[id(model)] = model
            return backend

        setattr(AccountSpecificBackend, "__getitem__", observed)  # noqa: B010 - a method, to mypy

    def remember(self) -> None:
        """Take everything that is held now for granted."""
        self._names = set()
        for model, place, path in self._held():
            self._known[id(model)] = model
            self._names.add(_identity(_thing(model, place, path)))

    def since(self) -> list[Thing]:
        """What is held and was not when :meth:`remember` was called.

        Parts of a thing that is new are not listed beside it.
        """
        # Of some 2,000 that are held a few are new: those alone are described.
        new = (
            _thing(model, place, path)
            for model, place, path in self._held(descend=lambda one: id(one) in self._known)
            if id(model) not in self._known
        )
        return [thing for thing in new if _identity(thing) not in self._names]

    def _held(
        self, descend: Any = lambda _: True
    ) -> Iterator[tuple[Any, dict[str, str], tuple[str, ...]]]:
        """What is held, each with its service and region, and the path that leads to it."""
        from moto.core import base_backend

        every: list[Any] = list(getattr(base_backend.BackendDict, "_instances"))  # noqa: B009
        seen: set[int] = set()
        for backends in every:
            for _, region, backend in list(backends.iter_backends()):
                place = {"service": backends.service_name, "region": region}
                for model, path in _models(vars(backend), (), seen, descend):
                    yield model, place, path


def _models(
    value: Any, path: tuple[str, ...], seen: set[int], descend: Any
) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """The models that are reached from a value, each once."""
    from moto.core.base_backend import BaseBackend
    from moto.core.common_models import BaseModel

    # A stack, on which nothing plain is laid.
    waiting = [(value, path)]
    while waiting:
        value, path = waiting.pop()
        if id(value) in seen:
            continue
        if not isinstance(value, _COLLECTIONS):
            if not type(value).__module__.startswith(("moto.", "navra_stacks.")):
                continue
            # A backend of another service is that service's to tell.
            if isinstance(value, BaseBackend):
                continue
            seen.add(id(value))
            if isinstance(value, BaseModel):
                yield value, path
                if not descend(value) or type(value).__name__ == _UNCHANGING:
                    continue
            value = getattr(value, "__dict__", {})
        seen.add(id(value))
        if isinstance(value, dict):
            named = list(value.items())
            held = [(one, (*path, str(key))) for key, one in named if not isinstance(one, _PLAIN)]
        else:
            held = [(one, path) for one in list(value) if not isinstance(one, _PLAIN)]
        waiting.extend(reversed(held))


def _thing(model: Any, place: dict[str, str], path: tuple[str, ...]) -> Thing:
    kind, name = type(model).__name__, _name(model, path)
    return place | {"kind": kind, "name": name, "status": _status(model)}


def _identity(thing: Thing) -> tuple[str, ...]:
    return tuple(value for name, value in thing.items() if name != "status")


def _status(model: Any) -> str:
    known = getattr(model, "__dict__", {})
    found = (known.get(name) for name in ("status", "_status", "key_state", "state"))
    return next((value for value in found if isinstance(value, str)), "")


def _name(model: Any, path: tuple[str, ...]) -> str:
    known = getattr(model, "__dict__", {})
    for name in _NAMES:
        if isinstance(known.get(name), str) and known[name]:
            return str(known[name])
    for name, value in known.items():
        if name.endswith(("_arn", "_id", "_name", "_identifier")) and isinstance(value, str):
            return value
    return " ".join(path)
