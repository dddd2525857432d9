"""Find the resources of all AWS services in the memory of the emulator's server process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["ResourceSnapshot", "ResourceSummary"]

ResourceSummary = dict[str, str]
"""A resource as a mapping with the keys ``service``, ``region``, ``kind`` (the name of moto's
class), ``name`` and ``status`` (empty for a kind without a status).
"""

# Types of values that contain no resource.
_PLAIN = (str, bytes, int, float, bool, type, type(None))
_COLLECTIONS = (dict, list, tuple, set, frozenset)

# AWS's own policies: some 1,600, whose parts cannot be changed.
_UNCHANGING = "AWSManagedPolicy"

# Attributes with the name of a resource, the most specific first; moto's classes differ in them.
_NAMES = (
    "arn resource_arn id name physical_resource_id resource_id full_arn key_id group_id".split()
)


class ResourceSnapshot:
    """A record of existing resources, to find resources that are created later.

    Resources are found in moto's memory, so it does not matter which API creates or lists them.
    """

    def __init__(self) -> None:
        # The objects, not only their ids: Python may reuse the id of a deleted object.
        self._known: dict[int, Any] = {}
        self._names: set[tuple[str, ...]] = set()

    def install(self) -> None:
        """Patch moto in this process to record the built-in resources of each service."""
        from moto.core.base_backend import AccountSpecificBackend

        original = AccountSpecificBackend.__getitem__

        def get_backend(backends: Any, region: str) -> Any:
            is_new = region not in backends.keys()  # noqa: SIM118 - `in` also finds unused Regions
            backend = original(backends, region)
            if is_new:
                for model, _ in _models(vars(backend), (), set(), lambda _: True):
                    self._known[id(model)] = model
            return backend

        setattr(  # noqa: B010 - mypy rejects an assignment to a method
            AccountSpecificBackend, "__getitem__", get_backend
        )

    def take(self) -> None:
        """Record all existing resources, for a later :meth:`created_since`."""
        self._names = set()
        for model, location, path in self._existing():
            self._known[id(model)] = model
            self._names.add(_identity(_summary(model, location, path)))

    def created_since(self) -> list[ResourceSummary]:
        """Return the resources that were created after :meth:`take`.

        Parts of a new resource are not listed separately.
        """
        # Only new resources are summarized: a few, out of some 2,000 existing ones.
        new = (
            _summary(model, location, path)
            for model, location, path in self._existing(lambda model: id(model) in self._known)
            if id(model) not in self._known
        )
        return [
            resource
            for resource in new
            if _identity(resource) not in self._names and not _is_temporary(resource)
        ]

    def _existing(
        self, descend: Any = lambda _: True
    ) -> Iterator[tuple[Any, dict[str, str], tuple[str, ...]]]:
        """Yield each existing resource with its AWS service, Region and path in memory.

        Args:
            descend: A function that returns whether to search inside a resource for other
                resources.
        """
        from moto.core import base_backend

        all_backends: list[Any] = list(getattr(base_backend.BackendDict, "_instances"))  # noqa: B009
        seen: set[int] = set()
        for backends in all_backends:
            for _, region, backend in list(backends.iter_backends()):
                location = {"service": backends.service_name, "region": region}
                for model, path in _models(vars(backend), (), seen, descend):
                    yield model, location, path


def _models(
    value: Any, path: tuple[str, ...], seen: set[int], descend: Any
) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield each moto model that is reachable from a value, once."""
    from moto.core.base_backend import BaseBackend
    from moto.core.common_models import BaseModel

    # A stack of values that may contain models.
    stack = [(value, path)]
    while stack:
        value, path = stack.pop()
        if id(value) in seen:
            continue
        if not isinstance(value, _COLLECTIONS):
            if not type(value).__module__.startswith(("moto.", "navra_stacks.")):
                continue
            # The backend of another service is searched for that service.
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
            items = list(value.items())
            inner = [
                (item, (*path, str(key))) for key, item in items if not isinstance(item, _PLAIN)
            ]
        else:
            inner = [(item, path) for item in list(value) if not isinstance(item, _PLAIN)]
        stack.extend(reversed(inner))


def _summary(model: Any, location: dict[str, str], path: tuple[str, ...]) -> ResourceSummary:
    kind, name = type(model).__name__, _name(model, path)
    return location | {"kind": kind, "name": name, "status": _status(model)}


def _identity(resource: ResourceSummary) -> tuple[str, ...]:
    return tuple(value for name, value in resource.items() if name != "status")


def _is_temporary(resource: ResourceSummary) -> bool:
    """Return True for the credentials of an assumed role, which expire and cannot be deleted."""
    kind, name = resource["kind"], resource["name"]
    return kind == "AssumedRole" or (kind == "AccessKey" and name.startswith("ASIA"))


def _status(model: Any) -> str:
    attributes = getattr(model, "__dict__", {})
    found = (attributes.get(name) for name in ("status", "_status", "key_state", "state"))
    return next((value for value in found if isinstance(value, str)), "")


def _name(model: Any, path: tuple[str, ...]) -> str:
    attributes = getattr(model, "__dict__", {})
    for name in _NAMES:
        if isinstance(attributes.get(name), str) and attributes[name]:
            return str(attributes[name])
    for name, value in attributes.items():
        if name.endswith(("_arn", "_id", "_name", "_identifier")) and isinstance(value, str):
            return value
    return " ".join(path)
