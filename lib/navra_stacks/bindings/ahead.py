"""What is asked of JavaScript without waiting, while resources are made by the hundred.

To wait for each answer costs a program more than what the answers are for. Three of them are known
before they are given: a new object has whatever name Python gives it, a reference to an attribute
of a resource is a text that stands for it, and to name a resource returns nothing. JavaScript does
all of it in the order in which it was asked, while Python goes on.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from .lazy import is_lazy
from .messages import Messages
from .wire import Wire

__all__ = ["Ahead", "pipelined"]

_METHODS = frozenset({"addOverride", "overrideLogicalId"})
"""Of cdktf's; they return nothing and call nothing back."""

_REFERENCES = frozenset({("cdktf.TerraformVariable", "stringValue")})
"""Attributes that are references, beside those of a provider's types."""

_lock = threading.Lock()
_telling = 0
"""In how many scopes of `pipelined` this process is, of all threads."""

_to_settle: list["Ahead"] = []


@contextmanager
def pipelined() -> Iterator[None]:
    """Make resources, name them and refer to them while JavaScript still works on earlier ones.

    It ends when JavaScript has done all of it. What it refuses meanwhile is raised by something
    that is asked for later, at the latest by the end; nothing that was told after it is done. With
    jsii as published, each thing is waited for as ever.

    Raises:
        RuntimeError: JavaScript refused something.
        jsii.errors.JSIIError: jsii did.
    """
    interrupted = False
    _enter(1)
    try:
        yield
    except BaseException as error:
        # Where an answer was interrupted, there is no telling which comes next.
        interrupted = not isinstance(error, Exception)
        raise
    finally:
        if not _enter(-1) and not interrupted:
            _settle()


def _enter(scopes: int) -> int:
    global _telling
    with _lock:
        _telling += scopes
        return _telling


def _settle() -> None:
    refusals: list[Exception] = []
    for one in _to_settle:
        try:
            one.settle()
        except Exception as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]


class Ahead:
    """What one kernel is told ahead."""

    def __init__(
        self, module: ModuleType, messages: Messages, wire: Wire, settle: Callable[[], object]
    ) -> None:
        """Tell it.

        Args:
            module: ``jsii._kernel.providers.process``.
            messages: What knows how to say it.
            wire: Where to; its kernel can hear it.
            settle: Asks the kernel for anything, and raises what is answered in its place.
        """
        self._create, self._created = module.CreateRequest, module.CreateResponse
        self._get, self._got = module.GetRequest, module.GetResponse
        self._invoke, self._invoked = module.InvokeRequest, module.InvokeResponse
        self._messages = messages
        self._wire = wire
        self._settle = settle
        self._named = 0
        self._possible = True
        _to_settle.append(self)

    def answer(self, request: Any) -> Any:
        """What the answer is known to be, once it is told; none where it is to be waited for."""
        kind = type(request)
        if kind is self._create and request.overrides:
            # From now on Python may be called back, which has to be heard at once.
            self._possible = False
        if not (_telling and self._possible and self._wire.hears_ahead()):
            return None
        said: str | bool
        if kind is self._create:
            said = f"{request.fqn}@ahead{self._next()}"
            answer = self._created(ref=said)
        elif kind is self._get and _refers(request.objref.ref.rpartition("@")[0], request.property):
            said = f"${{TfToken[AHEAD.{self._next()}]}}"
            answer = self._got(value=said)
        elif kind is self._invoke and request.method in _METHODS:
            said, answer = True, self._invoked()
        else:
            return None
        line = self._messages.request(request, ahead=said)
        if line is None:
            return None
        self._wire.write_ahead(line)
        return answer

    def settle(self) -> None:
        """Wait until all of it is done.

        Raises:
            RuntimeError: JavaScript refused something.
            jsii.errors.JSIIError: jsii did.
        """
        if not self._wire.settled:
            self._settle()

    def end(self) -> None:
        """Tell it nothing more."""
        _to_settle.remove(self)

    def _next(self) -> int:
        self._named += 1
        return self._named


@cache
def _refers(kind: str, attribute: str) -> bool:
    """Whether it is an attribute of a provider's type that a reference stands for.

    All texts are: what a resource was given is found under a name of its own, and may be absent.
    """
    from jsii import _reference_map as known

    if (kind, attribute) in _REFERENCES:
        return True
    declared = known._types.get(kind)
    if declared is None or not is_lazy(declared.__module__.rpartition(".")[0]):
        return False
    for name, member in vars(declared).items():
        if name.startswith("_"):  # what a list is an attribute of, which is no reference
            continue
        getter = getattr(member, "fget", None)
        if getattr(getter, "__jsii_name__", None) == attribute:
            return getter.__annotations__.get("return") in ("builtins.str", str)
    return False
