"""What Python tells jsii's kernel and hears from it, as JSON, without a converter in between.

jsii describes each message by a class and has a general library turn it into what JSON knows, value
by value. Here the messages that a program sends by the hundred are written down directly. Other
messages, and each reply that is a callback or an error, go jsii's own way.
"""

import enum
import json
from collections.abc import Callable
from types import ModuleType, NoneType
from typing import Any

__all__ = ["Messages", "quick_values"]

_REQUESTS = {
    "CreateRequest": ("create", ("fqn", "args", "overrides", "interfaces")),
    "GetRequest": ("get", ("objref", "property")),
    "InvokeRequest": ("invoke", ("objref", "method", "args")),
    "LoadRequest": ("load", ("name", "version", "tarball")),
    "SetRequest": ("set", ("objref", "property", "value")),
    "StatsRequest": ("stats", ()),
    "StaticGetRequest": ("sget", ("fqn", "property")),
    "StaticInvokeRequest": ("sinvoke", ("fqn", "method", "args")),
}
"""The kernel's name of what each asks for, and its fields."""

_REPLIES = {
    "GetResponse": ("value",),
    "InvokeResponse": ("result",),
    "LoadResponse": ("assembly", "types"),
    "SetResponse": (),
    "StatsResponse": ("objectCount",),
}
"""The fields of each; that of a creation is itself a reference."""

_SCALARS = frozenset({NoneType, bool, float, int, str})


class Messages:
    """jsii's messages, as far as their fields are known."""

    def __init__(self, module: ModuleType) -> None:
        """Know them.

        Args:
            module: ``jsii._kernel.providers.process``.

        Raises:
            AttributeError: it lacks what it makes of a value.
        """
        self._apis = {
            kind: (api, fields)
            for name, (api, fields) in _REQUESTS.items()
            if _fields(kind := getattr(module, name)) == fields
        }
        self._answers = {
            kind: fields
            for name, fields in _REPLIES.items()
            if _fields(kind := getattr(module, name)) == fields
        }
        self._created = module.CreateResponse
        self._reference = module.ObjRef
        self._override = module.Override
        self._of_reference: Callable[[Any], Any] = module._unstructure_ref
        self._of_others: Callable[[Any], Any] = module.jdefault
        self._decode = json.JSONDecoder(object_hook=module.ohook).decode
        self._encode = json.JSONEncoder(default=self._plain, separators=(",", ":")).encode

    def request(self, request: object, **more: object) -> bytes | None:
        """The line that says a request, and more with it; none where jsii is to say it."""
        known = self._apis.get(type(request))
        if known is None:
            return None
        api, fields = known
        said = {field: getattr(request, field) for field in fields} | more
        said["api"] = api
        return self._encode(said).encode() + b"\n"

    def reply(self, line: bytes, expected: type) -> object | None:
        """What a line says; none where jsii is to read it."""
        if not line.startswith(b'{"ok":'):
            return None
        said = self._decode(line.decode())["ok"]
        if expected is self._created:
            return expected(ref=said.ref) if type(said) is self._reference else None
        fields = self._answers.get(expected)
        if fields is None or type(said) is not dict or not said.keys() <= set(fields):
            return None
        answer: object = expected(**said)
        return answer

    def _plain(self, value: Any) -> Any:
        if isinstance(value, self._reference):
            return self._of_reference(value)
        if isinstance(value, self._override):
            return {field: getattr(value, field) for field in _fields(type(value))}
        return self._of_others(value)


def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in kind.__attrs_attrs__)


def quick_values(stock: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """What jsii makes of an argument before it is sent.

    A structure says what it was given, and leaves out what it was not: the kernel reads a property
    that is null as one that is not there.

    Args:
        stock: ``jsii._kernel._make_reference_for_native``, which makes what is left of the rest.
    """

    def value_of(kernel: Any, value: Any) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return value
        if kind is list:
            return [value_of(kernel, one) for one in value]
        if kind is dict and all(type(key) is str for key in value):
            return {"$jsii.map": {key: value_of(kernel, one) for key, one in value.items()}}
        names = vars(kind).get("__jsii_name_mapping__")
        given = names and vars(value).get("_values")
        # Of what is required and is nothing, jsii says so.
        if type(given) is dict and not any(one is None for one in given.values()):
            data = {
                name: value_of(kernel, given[python_name])
                for python_name, name in names.items()
                if python_name in given
            }
            return {"$jsii.struct": {"fqn": value.__jsii_type__, "data": data}}
        if isinstance(value, enum.Enum) and not isinstance(value, str):
            _ = kind.__jsii_type__  # jsii asks each for it, and fails where there is none
        return stock(kernel, value)

    return value_of
