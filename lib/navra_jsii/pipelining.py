"""Send requests to JavaScript without waiting for replies, while resources are created.

Waiting for each of hundreds of replies costs more time than processing the requests. Three replies
are known in advance: Python chooses the name of a new object, a reference to an attribute of a
resource is a token that Python chooses, and overriding the ID of a resource returns nothing.
JavaScript processes these requests in order while Python continues.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from navra_jsii.codec import Messages
from navra_jsii.engine import ENGINES
from navra_jsii.imports.lazy_packages import is_lazy
from navra_jsii.transport import Transport

__all__ = ["Pipeline", "pipelined"]

_METHODS = frozenset({"addOverride", "overrideLogicalId"})
"""Methods of cdktf that return nothing and do not call Python."""

_REFERENCES = frozenset(
    (f"{engine.core}.TerraformVariable", "stringValue") for engine in ENGINES.values()
)
"""Attributes that are references, in addition to those of a provider's types."""

_lock = threading.Lock()
_open_scopes = 0
_opened = 0
"""Number of open `pipelined` scopes in this process, in all threads; and the number of times that
one was opened while none was open."""

_pipelines: list["Pipeline"] = []


@contextmanager
def pipelined() -> Iterator[None]:
    """Create resources, name them and refer to them without waiting for JavaScript.

    The scope ends when JavaScript has processed all requests. An error in JavaScript is raised by a
    later statement, at the latest at the end of the scope; pipelined requests after the failed one
    are not processed. With jsii as published, Python waits for every reply as usual.

    Raises:
        RuntimeError: a request failed in JavaScript.
        jsii.errors.JSIIError: a request failed in jsii's kernel.
    """
    interrupted = False
    _enter(1)
    try:
        yield
    except BaseException as error:
        # After an interrupted read, it is unknown which reply comes next.
        interrupted = not isinstance(error, Exception)
        raise
    finally:
        if not _enter(-1) and not interrupted:
            _synchronize()


def _enter(scopes: int) -> int:
    global _opened, _open_scopes
    with _lock:
        _opened += _open_scopes == 0
        _open_scopes += scopes
        return _open_scopes


def _synchronize() -> None:
    errors: list[Exception] = []
    for pipeline in _pipelines:
        try:
            pipeline.synchronize()
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]


class Pipeline:
    """Sends pipelined requests to one kernel."""

    def __init__(
        self,
        module: ModuleType,
        messages: Messages,
        transport: Transport,
        synchronize: Callable[[], object],
        traced: Callable[[], bool] = lambda: False,
    ) -> None:
        """Send pipelined requests over a connection.

        Args:
            module: ``jsii._kernel.providers.process``.
            messages: Encodes the requests.
            transport: The connection to the kernel.
            synchronize: Sends any request that gets a reply, and raises the error that is returned
                instead of the reply.
            traced: Returns whether jsii sends Python's stack with each request, which is then not
                pipelined. It is evaluated once for each scope, since it reads a variable.
        """
        self._traced = traced
        self._opened = 0
        self._create, self._created = module.CreateRequest, module.CreateResponse
        self._get, self._got = module.GetRequest, module.GetResponse
        self._invoke, self._invoked = module.InvokeRequest, module.InvokeResponse
        self._messages = messages
        self._transport = transport
        self._synchronize = synchronize
        self._sent = 0
        self._possible = True
        _pipelines.append(self)

    def send(self, request: Any) -> Any:
        """Send a request whose reply is known in advance, and return that reply.

        Returns None, without sending the request, if the reply has to be waited for.
        """
        kind = type(request)
        if kind is self._create and request.overrides:
            # From now on JavaScript may call Python, and Python has to handle that at once.
            self._possible = False
        if (
            not (_open_scopes and self._possible and self._transport.accepts_pipelined())
            or self._is_traced()
        ):
            return None
        result: str | bool
        if kind is self._create:
            result = f"{request.fqn}@pipelined{self._next()}"
            reply = self._created(ref=result)
        elif kind is self._get and _refers(request.objref.ref.rpartition("@")[0], request.property):
            result = f"${{TfToken[PIPELINED.{self._next()}]}}"
            line = self._messages.token_request(request, result)
            if line is None:
                return None
            self._transport.write_pipelined(line)
            return self._got(value=result)
        elif kind is self._invoke and request.method in _METHODS:
            result, reply = True, self._invoked()
        else:
            return None
        line = self._messages.request(request, pipelined=result)
        if line is None:
            return None
        self._transport.write_pipelined(line)
        return reply

    def synchronize(self) -> None:
        """Wait until all requests are processed.

        Raises:
            RuntimeError: a request failed in JavaScript.
            jsii.errors.JSIIError: a request failed in jsii's kernel.
        """
        if not self._transport.is_synchronized:
            self._synchronize()

    def end(self) -> None:
        """Stop waiting for this kernel at the end of `pipelined`."""
        _pipelines.remove(self)

    def _is_traced(self) -> bool:
        if self._opened != _opened:
            self._opened, self._is_traced_now = _opened, self._traced()
        return self._is_traced_now

    def _next(self) -> int:
        self._sent += 1
        return self._sent


@cache
def _refers(kind: str, attribute: str) -> bool:
    """Return whether an attribute of a provider's type is a reference.

    Attributes of type string are references. The value that was set for an argument is a separate
    attribute, whose name ends in ``Input`` and whose type is optional.
    """
    from jsii import _reference_map as known

    if (kind, attribute) in _REFERENCES:
        return True
    declared = known._types.get(kind)
    if declared is None or not is_lazy(declared.__module__.rpartition(".")[0]):
        return False
    for name, member in vars(declared).items():
        if name.startswith("_"):  # such as the attribute of a list, which is not a reference
            continue
        getter = getattr(member, "fget", None)
        if getattr(getter, "__jsii_name__", None) == attribute:
            return getter.__annotations__.get("return") in ("builtins.str", str)
    return False
