"""jsii's kernel process, with a wire between it and the rest of jsii."""

import atexit
import contextlib
import io
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from .ahead import Ahead
from .checks import remember_typeguard
from .early import EarlyKernel, taken
from .messages import Messages
from .runtime import UnknownRuntimeError, written_runtime
from .start import Early, Plan, node, note_plan, unusual
from .store import identity
from .wire import Wire

__all__ = ["quick_process"]

_KNOWN = frozenset(
    "_ctx_stack _process atexit close closed is_alive join sink_thread stderr stdin stdout stop "
    "subprocess terminate TimeoutExpired unregister wait write".split()
)
"""All that jsii's way to end its process may use for a process of ours to stand in its place."""


def quick_process(module: Any) -> None:
    """Replace the class with which a module of jsii's starts the kernel.

    Args:
        module: ``jsii._kernel.providers.process``.

    Raises:
        AttributeError: it lacks what is replaced.
    """
    remember_typeguard()
    stock = module._NodeProcess
    sink = module.stderr_sink
    stack_traces: Callable[[], bool] = module._stack_traces_enabled
    messages = Messages(module)
    _ = stock.start, stock.handshake, stock.send
    replaceable = _KNOWN.issuperset(stock.stop.__code__.co_names)

    class QuickProcess(stock):  # type: ignore[misc, valid-type]
        """Starts what is quickest of what works."""

        _process: Any
        _wire: Wire
        _plan: Plan | None = None
        _heard: "_Heard | None" = None
        _ahead: Ahead | None = None

        def __init__(self) -> None:
            self._ctx_stack = contextlib.ExitStack()

        def __getattr__(self, name: str) -> Any:
            if name != "_serializer":
                raise AttributeError(name)
            # jsii's converter, which few programs need, and which takes as long as half of cdktf.
            stack = self._ctx_stack
            stock.__init__(self)
            self._ctx_stack = stack
            return self._serializer

        def send(self, request: Any, response_type: Any) -> Any:
            if stack_traces():
                return super().send(request, response_type)
            answer = self._ahead and self._ahead.answer(request)
            if answer is not None:
                return answer
            line = messages.request(request)
            if line is None:
                return super().send(request, response_type)
            self._wire.write(line)
            self._wire.flush()
            line = self._wire.readline()
            reply = messages.reply(line, response_type)
            if reply is not None:
                return reply
            # jsii reads it, as if it had just asked.
            self._wire.hear_again(line)
            self._process.stdin = io.BytesIO()
            try:
                return super().send(request, response_type)
            finally:
                self._process.stdin = self._wire

        def start(self) -> None:
            early = taken(module.__file__) if replaceable else None
            if early is None:
                pipes = self._start_as_published()
                self._put(Wire(pipes, _imported_types))
            else:
                self._start_with(early)

        def _start_with(self, early: EarlyKernel) -> None:
            self._plan = early.plan
            self._process = early.process
            self.sink_thread = early.process.relay()
            atexit.register(self.stop)
            wire = Wire(
                (early.process.stdin, early.process.stdout),
                _imported_types,
                early=early.assemblies,
                hello=early.plan.hello,
                again=self._start_again,
                ahead=early.plan.runtime.hears_ahead,
            )
            self._put(wire)
            self._ahead = Ahead(
                module,
                messages,
                wire,
                lambda: self.send(module.StatsRequest(), module.StatsResponse),
            )

        def _start_as_published(self) -> tuple[IO[bytes], IO[bytes]]:
            self._plan = None
            heard = self._heard = _Heard()
            module.stderr_sink = lambda reader: sink(heard.of(reader))
            try:
                super().start()
            finally:
                module.stderr_sink = sink
            return self._process.stdin, self._process.stdout

        def _start_again(self) -> tuple[IO[bytes], IO[bytes]]:
            atexit.unregister(self.stop)
            self._process.discard()
            pipes = self._start_as_published()
            self._process.stdin, self._process.stdout = self._wire, self._wire.reading
            return pipes

        def _put(self, wire: Wire) -> None:
            self._wire = wire
            self._process.stdin, self._process.stdout = wire, wire.reading

        def stop(self) -> None:
            # There is no wire where the kernel did not say what it should.
            wire: Wire | None = getattr(self, "_wire", None)
            well = self._process.poll() is None and wire is not None and not wire.closed
            if self._ahead is not None:
                self._ahead.end()
                self._ahead = None
            super().stop()
            quiet = self._heard is None or self._heard.quiet
            if well and quiet and replaceable and not unusual():
                with contextlib.suppress(OSError, UnknownRuntimeError):
                    _note(self._wire, self._plan, module)

    module._NodeProcess = QuickProcess


class _Heard:
    """A pipe that is read, and whether jsii says something of its own there."""

    quiet = True
    _reader: IO[bytes]

    def of(self, reader: IO[bytes]) -> "_Heard":
        self._reader = reader
        return self

    def readline(self) -> bytes:
        line = self._reader.readline()
        # What JavaScript prints is wrapped in JSON; what is not, jsii says of this node.
        self.quiet = self.quiet and line[:1] in (b"", b"{")
        return line


def _note(wire: Wire, last: Plan | None, module: Any) -> None:
    """Leave for the next run what this one has learned."""
    from .private import private_directory

    early = [
        Early(one.name, one.version, one.package, identity(one.tarball), one.slim is not None)
        for one in wire.asked
        if not one.whole
    ]
    if last is not None:
        # Another program of this interpreter used these.
        names = {one.name for one in early}
        early += [one for one in last.early if one.name not in names]
        if set(map(str, early)) == set(map(str, last.early)):
            return
    embedded = Path(module.jsii._embedded.jsii.__file__).parent
    found = node()
    if found is None:
        return
    note_plan(
        Plan(
            node=identity(Path(found)),
            jsii=[identity(Path(module.__file__)), identity(embedded / "lib__program.js")],
            runtime=last.runtime if last else written_runtime(private_directory(), embedded),
            hello=f"@jsii/runtime@{module.__jsii_runtime_version__}",
            noted=last.noted if last else time.time(),
            early=tuple(early),
        )
    )


def _imported_types() -> Iterable[str]:
    from jsii import _reference_map as known

    return [*known._types, *known._data_types, *known._enums, *known._interfaces]
