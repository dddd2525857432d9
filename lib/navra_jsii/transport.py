"""Connection between Python and jsii's kernel that loads slim assemblies instead of whole ones.

The protocol has one line of JSON for each request, and one for each reply. The assembly of a lazy
provider is not loaded when Python imports the first module of the provider, but before the first
request that names one of its types: by then most programs have imported all modules that they use.
When a request names a type of a module that was not loaded, a larger assembly replaces the first.

A kernel that was started early has already received its requests to load assemblies. Its replies
are read before the first request of another kind. Until then, another kernel can still replace it.
"""

import contextlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO

from navra_jsii.assemblies.assembly import Assembly, UnknownLayoutError
from navra_jsii.assemblies.store import Store
from navra_jsii.cache import cache_directories
from navra_jsii.imports.lazy_packages import is_lazy
from navra_jsii.log import log

__all__ = ["Transport"]

_INDEX_WORKERS = Path(__file__).with_name("kernel") / "index_workers.js"
"""A part of program.js, which a kernel that jsii started does not have."""

_Pipes = tuple[IO[bytes], IO[bytes]]


class _Reading:
    """The end of a wire from which jsii reads."""

    def __init__(self, wire: "Transport") -> None:
        self._wire = wire

    def readline(self) -> bytes:
        return self._wire.readline()

    def close(self) -> None:
        self._wire.close_reading()


class Transport:
    """Replaces the pipes between jsii and the kernel; jsii writes to it as to a pipe."""

    def __init__(
        self,
        pipes: _Pipes,
        types: Callable[[], Iterable[str]],
        *,
        early: Sequence[Assembly] = (),
        hello: str | None = None,
        restart: Callable[[], _Pipes] | None = None,
        pipelining: bool = False,
    ) -> None:
        """Connect Python and a kernel.

        Args:
            pipes: The pipe from which the kernel reads, and the pipe to which it writes.
            types: Returns the names of the jsii types that Python has imported so far.
            early: The assemblies that the kernel was requested to load; the replies are not read
                yet.
            hello: The kernel's first message, if it is not read yet.
            restart: Starts another kernel, in jsii's way, if the early one fails.
            pipelining: True if the kernel accepts requests that get no reply, see `Pipeline`. The
                kernel that `restart` starts does not.
        """
        self._writer, self._reader = pipes
        self._types = types
        self._early = {assembly.name: assembly for assembly in early}
        self._hello = hello
        self._restart = restart
        self._has_index_workers = restart is not None  # that kernel runs program.js
        self._replies: deque[bytes] = deque()
        self._providers: dict[str, Assembly] = {}
        self._store: Store | None = None
        self._unloaded = 0
        self._in_use_by_program = False
        self._pipelined_error: bytes | None = None
        self._pipelining = pipelining
        self._unsynchronized = False
        self.requested: list[Assembly] = []
        """The assemblies that Python requested before any other request, in that order, and all
        lazy providers."""

    # The methods that jsii calls on the two ends of a pipe

    @property
    def reading(self) -> _Reading:
        """The end from which jsii reads."""
        return _Reading(self)

    @property
    def closed(self) -> bool:
        """True if nothing more can be written."""
        return self._writer.closed

    def close(self) -> None:
        """Close the pipe to the kernel; a kernel that has already ended is not an error."""
        with contextlib.suppress(OSError):
            self._writer.close()

    def close_reading(self) -> None:
        """Close the pipe from the kernel."""
        self._reader.close()

    def flush(self) -> None:
        """Send the requests that were written."""
        if not self._replies:
            self._writer.flush()

    def readline(self) -> bytes:
        """Return the reply to the last request, or an empty line if the kernel has ended.

        If an earlier request without a reply has failed, its error is returned instead, and the
        last request is not processed.
        """
        if self._replies:
            return self._replies.popleft()
        self._unsynchronized = False
        return self._reader.readline()

    def accepts_pipelined(self) -> bool:
        """Return whether the kernel accepts requests that get no reply."""
        if self._pipelining:
            self._confirm_early_kernel()
        return self._pipelining

    @property
    def is_synchronized(self) -> bool:
        """True if all requests without a reply are known to be done."""
        return not self._unsynchronized and self._pipelined_error is None

    def write_pipelined(self, request: bytes) -> None:
        """Write a request that gets no reply; its error replaces the reply to a later request.

        The request is buffered, since requests without a reply are sent together.
        """
        if self._pipelined_error is None:
            if request.endswith(b'"api":"get"}\n'):  # the module of an existing object is loaded
                self._writer.write(request)
                self._unsynchronized = True
                return
            self.write(request)
            if self._replies:
                self._pipelined_error = self._replies.pop()
            else:
                self._unsynchronized = True

    def requeue_reply(self, reply: bytes) -> None:
        """Make `readline` return a reply once more."""
        self._replies.appendleft(reply)

    def write(self, request: bytes) -> None:
        """Write a request to the kernel, or create the reply here."""
        if request.startswith(b'{"exit"'):
            pass
        elif b'"load"' in request and (load := json.loads(request)).get("api") == "load":
            if self._defer_load(Assembly(load["name"], load["version"], Path(load["tarball"]))):
                return
        else:
            self._in_use_by_program = True
            self._confirm_early_kernel()
            for provider in self._providers.values():
                if provider.is_needed_by(request):
                    error = self._load(provider, request)
                    if error is not None:
                        self._replies.append(error)
                        return
            if self._pipelined_error is not None:
                self._replies.append(self._pipelined_error)
                self._pipelined_error = None
                return
        self._writer.write(request)

    # Loading

    def _defer_load(self, assembly: Assembly) -> bool:
        """Create the reply to a load request, unless the request has to be sent now.

        Returns whether a reply was created.
        """
        early = self._early.get(assembly.name)
        if early is not None and (early.version, early.tarball) == (
            assembly.version,
            assembly.tarball,
        ):
            assembly = early
        elif early is not None and self._restart is not None:
            self._restart_kernel(f"{early.name} {assembly.version} is required")
        if not self._in_use_by_program or is_lazy(assembly.package):
            others = [other for other in self.requested if other.name != assembly.name]
            self.requested = [*others, assembly]
        if is_lazy(assembly.package):
            self._providers.setdefault(assembly.name, assembly)
        elif assembly is not early:
            self._confirm_early_kernel()
            return False
        self._replies.append(json.dumps({"ok": {"assembly": assembly.name, "types": 0}}).encode())
        return True

    def _confirm_early_kernel(self) -> None:
        """Read the replies of a kernel that was started early, and replace it if it has failed."""
        if self._restart is None:
            return
        if self._hello is not None:
            replies = [self._reader.readline() for _ in (self._hello, *self._early)]
            first, *others = replies
            failed = [
                (name, reply)
                for name, reply in zip(self._early, others, strict=True)
                if not reply.startswith(b'{"ok"')
            ]
            if json.loads(first or b"{}").get("hello") != self._hello:
                self._restart_kernel(f"the kernel that was started is not {self._hello}")
            elif failed:
                self._restart_kernel(_not_loaded(*failed[0]))
        self._restart = None

    def _restart_kernel(self, reason: str) -> None:
        """Replace the kernel that was started early, in which no object has been created yet."""
        assert self._restart is not None
        log("jsii starts node itself: %s", reason, warn=True)
        restart, self._restart = self._restart, None
        self._pipelining = self._has_index_workers = False
        self._early.clear()
        self._writer, self._reader = restart()
        for assembly in self.requested:
            name = assembly.name
            if name in self._providers:
                self._providers[name] = Assembly(name, assembly.version, assembly.tarball)
            else:
                self._request(assembly.request(assembly.tarball))
        self.requested = [
            self._providers.get(assembly.name, assembly) for assembly in self.requested
        ]

    def _load(self, provider: Assembly, request: bytes) -> bytes | None:
        """Load the modules that a request names; return the kernel's error, or None."""
        if provider.whole:
            return None
        named = provider.modules_in(request)
        if provider.modules and provider.modules.issuperset(named):
            return None
        imported = {
            module
            for assembly, module, *rest in (name.split(".", 2) for name in self._types())
            if assembly == provider.name and rest
        }
        required = named | imported | provider.modules
        try:
            self._store = self._store or Store()
            if provider.modules:
                log("%s is loaded again, with %s", provider.name, ", ".join(sorted(named)))
                self._unload(provider)
            slim = self._store.slim(provider.tarball, required)
            if not self._has_index_workers:
                self._has_index_workers = True
                self._run("navra-jsii-index-workers", _INDEX_WORKERS.read_text(encoding="utf-8"))
            reply = self._request(provider.request(slim.tarball))
            if reply.startswith(b'{"ok"'):
                provider.slim, provider.modules = slim.tarball, slim.modules
                return None
            log("all of %s is loaded: %s", provider.name, _message(reply), warn=True)
            self._store.forget(provider.tarball)
            self._unload(provider)
        except (OSError, UnknownLayoutError) as error:
            log("all of %s is loaded: %s", provider.name, error, warn=True)
        provider.whole, provider.slim, provider.modules = True, None, frozenset()
        reply = self._request(provider.request(provider.tarball))
        return None if reply.startswith(b'{"ok"') else reply

    def _unload(self, provider: Assembly) -> None:
        """Make the kernel forget the loaded assembly of this name."""
        from navra_jsii.assemblies.scripts import unloading_script

        self._unloaded += 1
        self._run(f"navra-jsii-unloading-{self._unloaded}", unloading_script(provider.name))

    def _run(self, name: str, script: str) -> None:
        """Run a script in the kernel."""
        import tempfile  # imported here, since both are seldom needed

        from navra_jsii.assemblies.scripts import script_assembly

        # Not in the store: its disk may be full, which must not prevent loading the whole assembly.
        with tempfile.NamedTemporaryFile(prefix=name, suffix=".tgz") as file:
            file.write(script_assembly(name, script))
            file.flush()
            path = Path(file.name)
            self._request(Assembly(name, "1.0.0", path).request(path))

    def _request(self, request: dict[str, object]) -> bytes:
        if self._unsynchronized:
            self._unsynchronized = False
            reply = self._request({"api": "stats"})
            if not reply.startswith(b'{"ok"'):
                self._pipelined_error = self._pipelined_error or reply
        self._writer.write(json.dumps(request).encode() + b"\n")
        self._writer.flush()
        return self._reader.readline()


def _not_loaded(assembly: str, reply: bytes) -> str:
    text = f"{assembly} cannot be loaded: {_message(reply)}"
    directories = [str(directory) for directory in cache_directories()]
    return f"{text} (the caches can be deleted: {', '.join(directories)})" if directories else text


def _message(reply: bytes) -> str:
    """Return the message of the kernel's error, without the stack of its JavaScript."""
    if not reply:
        return "the kernel has ended"
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return str(json.loads(reply)["error"])
    return reply.decode(errors="replace").strip()
