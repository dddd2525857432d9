"""What Python writes to jsii's kernel and reads from it, with slim assemblies for whole ones.

The protocol is one line of JSON a request, and one a reply. A provider whose package is lazy is
not loaded when Python imports its first module, but before the first request that names one of its
types: by then most programs have imported all the modules that they use. A type of a module that
was not loaded loads a larger assembly in place of the first.

A kernel that was started early was also told early what to load. Its replies are read before the
first request that is about anything else; until then it can still be given up for another one.
"""

import contextlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO

from .assembly import Assembly, UnknownLayoutError
from .lazy import is_lazy
from .store import Store, log

__all__ = ["Wire"]

_Pipes = tuple[IO[bytes], IO[bytes]]


class _Reading:
    """The side of a wire that jsii reads from."""

    def __init__(self, wire: "Wire") -> None:
        self._wire = wire

    def readline(self) -> bytes:
        return self._wire.readline()

    def close(self) -> None:
        self._wire.close_reading()


class Wire:
    """Stands where the pipe to the kernel was; it is written to like that."""

    def __init__(
        self,
        pipes: _Pipes,
        types: Callable[[], Iterable[str]],
        *,
        early: Sequence[Assembly] = (),
        hello: str | None = None,
        again: Callable[[], _Pipes] | None = None,
        ahead: bool = False,
    ) -> None:
        """Between Python and a kernel.

        Args:
            pipes: What the kernel reads from, and what it writes to.
            types: Tells the names of the jsii types that Python has imported so far.
            early: What the kernel was told to load already; its replies are still to come.
            hello: What it says first, if that is still to come too.
            again: Starts another kernel, the way that jsii does, for one that failed early.
            ahead: Whether the kernel hears what it is told ahead; another one does not.
        """
        self._writer, self._reader = pipes
        self._types = types
        self._early = {one.name: one for one in early}
        self._hello = hello
        self._again = again
        self._answers: deque[bytes] = deque()
        self._providers: dict[str, Assembly] = {}
        self._store: Store | None = None
        self._erased = 0
        self._busy = False
        self._refusal: bytes | None = None
        self._ahead = ahead
        self._told = False
        self.asked: list[Assembly] = []
        """What Python asked for before anything else, in that order, and providers."""

    # What jsii does with the two ends of a pipe

    @property
    def reading(self) -> _Reading:
        """The other side."""
        return _Reading(self)

    @property
    def closed(self) -> bool:
        """Whether nothing more can be written."""
        return self._writer.closed

    def close(self) -> None:
        """Write nothing more; a kernel that has gone already is not told."""
        with contextlib.suppress(OSError):
            self._writer.close()

    def close_reading(self) -> None:
        """Read nothing more."""
        self._reader.close()

    def flush(self) -> None:
        """Send what was written."""
        if not self._answers:
            self._writer.flush()

    def readline(self) -> bytes:
        """The reply to the last request; nothing where the kernel has gone.

        In its place, the refusal of what was told ahead of it, which is then not done.
        """
        if self._answers:
            return self._answers.popleft()
        self._told = False
        return self._reader.readline()

    def hears_ahead(self) -> bool:
        """Whether the kernel hears what it is told ahead."""
        if self._ahead:
            self._settle()
        return self._ahead

    @property
    def settled(self) -> bool:
        """Whether all that was told ahead is known to be done."""
        return not self._told and self._refusal is None

    def write_ahead(self, request: bytes) -> None:
        """Pass a request on to which nothing is replied; a refusal comes in place of a later reply.

        It is not sent at once: what waits for no reply is sent together.
        """
        if self._refusal is None:
            self.write(request)
            if self._answers:
                self._refusal = self._answers.pop()
            else:
                self._told = True

    def hear_again(self, reply: bytes) -> None:
        """Have a reply read once more."""
        self._answers.appendleft(reply)

    def write(self, request: bytes) -> None:
        """Pass a request on, or answer it here."""
        if request.startswith(b'{"exit"'):
            pass
        elif b'"load"' in request and (load := json.loads(request)).get("api") == "load":
            if self._put_off(Assembly(load["name"], load["version"], Path(load["tarball"]))):
                return
        else:
            self._busy = True
            self._settle()
            for provider in self._providers.values():
                if provider.is_needed_by(request):
                    refusal = self._provide(provider, request)
                    if refusal is not None:
                        self._answers.append(refusal)
                        return
            if self._refusal is not None:
                self._answers.append(self._refusal)
                self._refusal = None
                return
        self._writer.write(request)

    # Loading

    def _put_off(self, assembly: Assembly) -> bool:
        """Answer a request to load where nothing has to be sent now."""
        early = self._early.get(assembly.name)
        if early is not None and (early.version, early.tarball) == (
            assembly.version,
            assembly.tarball,
        ):
            assembly = early
        elif early is not None and self._again is not None:
            self._give_up(f"{early.name} {assembly.version} is wanted")
        if not self._busy or is_lazy(assembly.package):
            self.asked = [one for one in self.asked if one.name != assembly.name] + [assembly]
        if is_lazy(assembly.package):
            self._providers.setdefault(assembly.name, assembly)
        elif assembly is not early:
            self._settle()
            return False
        self._answers.append(json.dumps({"ok": {"assembly": assembly.name, "types": 0}}).encode())
        return True

    def _settle(self) -> None:
        """Read what the kernel replied to what it was told early."""
        if self._again is None:
            return
        if self._hello is not None:
            replies = [self._reader.readline() for _ in (self._hello, *self._early)]
            first, *others = replies
            if json.loads(first or b"{}").get("hello") != self._hello:
                self._give_up(f"another kernel than {self._hello} has started")
            elif failed := [reply for reply in others if not reply.startswith(b'{"ok"')]:
                self._give_up(failed[0].decode().strip() or "it has gone")
        self._again = None

    def _give_up(self, reason: str) -> None:
        """Have another kernel in place of one that was of no use, in which nothing was made."""
        assert self._again is not None
        log("node is started as jsii does it: %s", reason, warn=True)
        again, self._again = self._again, None
        self._ahead = False
        self._early.clear()
        self._writer, self._reader = again()
        for one in self.asked:
            if one.name in self._providers:
                self._providers[one.name] = Assembly(one.name, one.version, one.tarball)
            else:
                self._ask(one.request(one.tarball))
        self.asked = [self._providers.get(one.name, one) for one in self.asked]

    def _provide(self, provider: Assembly, request: bytes) -> bytes | None:
        """See that the kernel holds what a request names; else return the kernel's refusal."""
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
        wanted = named | imported | provider.modules
        try:
            self._store = self._store or Store()
            if provider.modules:
                log("%s is loaded anew, with %s", provider.name, ", ".join(sorted(named)))
                self._erase(provider)
            slim = self._store.slim(provider.tarball, wanted)
            reply = self._ask(provider.request(slim.tarball))
            if reply.startswith(b'{"ok"'):
                provider.slim, provider.modules = slim.tarball, slim.modules
                return None
            log("%s is loaded whole: %s", provider.name, reply.decode().strip(), warn=True)
            self._erase(provider)
        except (OSError, UnknownLayoutError) as error:
            log("%s is loaded whole: %s", provider.name, error, warn=True)
        provider.whole, provider.slim, provider.modules = True, None, frozenset()
        reply = self._ask(provider.request(provider.tarball))
        return None if reply.startswith(b'{"ok"') else reply

    def _erase(self, provider: Assembly) -> None:
        """Let the kernel forget that it holds an assembly of this name."""
        import tempfile  # these are seldom needed

        from .eraser import eraser_assembly

        self._erased += 1
        name = f"navra-bindings-eraser-{self._erased}"
        # Not in the store: where that is full, what follows is to be loaded whole.
        with tempfile.NamedTemporaryFile(prefix=name, suffix=".tgz") as file:
            file.write(eraser_assembly(name, provider.name))
            file.flush()
            path = Path(file.name)
            self._ask(Assembly(name, "1.0.0", path).request(path))

    def _ask(self, request: dict[str, object]) -> bytes:
        if self._told:
            self._told = False
            reply = self._ask({"api": "stats"})
            if not reply.startswith(b'{"ok"'):
                self._refusal = self._refusal or reply
        self._writer.write(json.dumps(request).encode() + b"\n")
        self._writer.flush()
        return self._reader.readline()
