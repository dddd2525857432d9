"""Encode requests to jsii's kernel and decode its replies, without jsii's general converter.

jsii describes each message by a class and uses a general library to convert it to JSON types, value
by value. This module directly converts the frequent messages, of which a program sends hundreds.
jsii itself converts all other messages, and every reply that is a callback or an error.
"""

import enum
import json
from collections.abc import Callable
from types import ModuleType, NoneType
from typing import Any

__all__ = ["Messages", "fast_overrides", "fast_values"]

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
"""The name of each request in the kernel's API, and its fields."""

_REPLIES = {
    "GetResponse": ("value",),
    "InvokeResponse": ("result",),
    "LoadResponse": ("assembly", "types"),
    "SetResponse": (),
    "StatsResponse": ("objectCount",),
}
"""The fields of each reply; the reply to a creation is itself a reference."""

_SCALARS = frozenset({NoneType, bool, float, int, str})


class Messages:
    """Converts those of jsii's messages whose fields are as expected."""

    def __init__(self, module: ModuleType) -> None:
        """Read the message classes of jsii.

        Args:
            module: ``jsii._kernel.providers.process``.

        Raises:
            AttributeError: the module lacks a message class, or a function that converts values.
        """
        self._apis = {
            kind: (api, fields)
            for name, (api, fields) in _REQUESTS.items()
            if _fields(kind := getattr(module, name)) == fields
        }
        self._replies = {
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
        """Return the line that encodes a request and further fields.

        Returns None if jsii has to encode the request.
        """
        known = self._apis.get(type(request))
        if known is None:
            return None
        api, fields = known
        message = {field: getattr(request, field) for field in fields} | more
        message["api"] = api
        return self._encode(message).encode() + b"\n"

    def token_request(self, request: Any, token: str) -> bytes | None:
        """Return the line of a pipelined request for the attribute for which Python chose a token.

        Returns None if jsii has to encode the request.
        """
        if request.objref.interfaces or type(request) not in self._apis:
            return None
        # None of the texts has a character that JSON escapes.
        return (
            f'{{"objref":{{"$jsii.byref":"{request.objref.ref}"}},"property":"{request.property}",'
            f'"pipelined":"{token}","api":"get"}}\n'
        ).encode()

    def reply(self, line: bytes, expected: type) -> object | None:
        """Return the reply that a line encodes, or None if jsii has to decode it."""
        if not line.startswith(b'{"ok":'):
            return None
        content = self._decode(line.decode())["ok"]
        if expected is self._created:
            return expected(ref=content.ref) if type(content) is self._reference else None
        fields = self._replies.get(expected)
        if fields is None or type(content) is not dict or not content.keys() <= set(fields):
            return None
        reply: object = expected(**content)
        return reply

    def _plain(self, value: Any) -> Any:
        if isinstance(value, self._reference):
            return self._of_reference(value)
        if isinstance(value, self._override):
            return {field: getattr(value, field) for field in _fields(type(value))}
        return self._of_others(value)


def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in kind.__attrs_attrs__)


def fast_overrides(stock: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a faster version of the function with which jsii finds overridden methods.

    Args:
        stock: ``jsii._kernel._get_overides``.
    """

    def overrides(kind: Any, instance: Any) -> Any:
        # jsii searches only the classes that precede the first generated one.
        if getattr(type(instance), "__jsii_declared_type__", None) is not None:
            return []
        return stock(kind, instance)

    return overrides


def fast_values(stock: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a faster version of the function with which jsii converts an argument before sending.

    A structure is sent with the properties that were set; all others are omitted. The kernel treats
    a property that is null like one that is absent.

    Args:
        stock: ``jsii._kernel._make_reference_for_native``, which converts all other values.
    """

    def value_of(kernel: Any, value: Any) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return value
        if kind is list:
            return [item if type(item) in _SCALARS else value_of(kernel, item) for item in value]
        if kind is dict and all(type(key) is str for key in value):
            return {"$jsii.map": {key: value_of(kernel, item) for key, item in value.items()}}
        if getattr(kind, "__jsii_type__", None) and "__jsii_ref__" in getattr(
            value, "__dict__", ()
        ):
            return value  # an object that JavaScript already has
        names = vars(kind).get("__jsii_name_mapping__")
        properties = names and vars(value).get("_values")
        # jsii reports a required property that is None.
        if type(properties) is dict and not any(item is None for item in properties.values()):
            data = {}
            for python_name, name in names.items():
                if python_name in properties:
                    item = properties[python_name]
                    data[name] = item if type(item) in _SCALARS else value_of(kernel, item)
            return {"$jsii.struct": {"fqn": value.__jsii_type__, "data": data}}
        if isinstance(value, enum.Enum) and not isinstance(value, str):
            _ = kind.__jsii_type__  # raises where it is missing, as jsii does
        return stock(kernel, value)

    return value_of
