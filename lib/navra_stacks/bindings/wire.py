"""What Python writes to jsii's kernel and reads from it, with slim assemblies for whole ones.

The protocol is one line of JSON a request, and one a reply. A provider whose package is lazy is
not loaded when Python imports its first module, but before the first request that names one of its
types: by then most programs have imported all the modules that they use. A type of a module that
was not loaded loads a larger assembly in place of the first.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .eraser import eraser_assembly
from .lazy import is_lazy
from .slim import UnknownLayoutError
from .store import Store, log

__all__ = ["Provider", "Wire"]


class Stream(Protocol):
    """One of the pipes to the kernel."""

    @property
    def closed(self) -> bool:
        """Whether it was closed from this side."""

    def close(self) -> None:
        """Close this side."""

    def flush(self) -> None:
        """Send what was written."""

    def readline(self) -> bytes:
        """The next line, or nothing where the kernel has gone."""

    def write(self, data: bytes) -> object:
        """Write the whole of ``data``."""


@dataclass
class Provider:
    """A provider's assembly, of which the kernel holds a part."""

    name: str
    version: str

    tarball: Path
    """Of the whole assembly."""

    loaded: frozenset[str] | None = frozenset()
    """The modules that the kernel holds; ``None``: all of them."""

    types: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.types = re.compile(rb'"' + re.escape(self.name.encode()) + rb"\.(\w+)")

    @property
    def mark(self) -> bytes:
        """What a request holds that needs the assembly."""
        return b'"' + self.name.encode()

    def request(self, tarball: Path) -> dict[str, str]:
        """What asks the kernel to load it."""
        return {
            "name": self.name,
            "version": self.version,
            "tarball": str(tarball),
            "api": "load",
        }


class Wire:
    """Stands where the pipes of the kernel's process were; it writes and reads like them."""

    def __init__(self, writer: Stream, reader: Stream, types: Callable[[], Iterable[str]]) -> None:
        """Between ``writer`` and ``reader``.

        Args:
            writer: What the kernel reads.
            reader: What the kernel writes.
            types: The names of the jsii types that Python has imported so far.
        """
        self._writer = writer
        self._reader = reader
        self._types = types
        self._answers: deque[bytes] = deque()
        self._providers: dict[str, Provider] = {}
        self._store: Store | None = None
        self._erased = 0

    # What jsii does with a pipe

    @property
    def closed(self) -> bool:
        """Whether it was closed from this side."""
        return self._writer.closed

    def close(self) -> None:
        """Close both sides."""
        self._writer.close()

    def flush(self) -> None:
        """Send what was written."""
        if not self._answers:
            self._writer.flush()

    def readline(self) -> bytes:
        """The reply to the last request."""
        return self._answers.popleft() if self._answers else self._reader.readline()

    def write(self, request: bytes) -> None:
        """Pass a request on, or answer it here."""
        if b'"api": "load"' in request and self._put_off(json.loads(request)):
            return
        for provider in self._providers.values():
            if provider.mark in request:
                refusal = self._provide(provider, request)
                if refusal is not None:
                    self._answers.append(refusal)
                    return
        self._writer.write(request)

    # Loading

    def _put_off(self, request: dict[str, Any]) -> bool:
        if request.get("api") != "load":
            return False
        tarball = Path(request["tarball"])
        # <package>/_jsii/<assembly>.tgz; from a zip it would be a temporary file by itself.
        if not is_lazy(tarball.parents[1].name) or request["name"] in self._providers:
            return False
        provider = Provider(request["name"], request["version"], tarball)
        self._providers[provider.name] = provider
        self._answers.append(json.dumps({"ok": {"assembly": provider.name, "types": 0}}).encode())
        return True

    def _provide(self, provider: Provider, request: bytes) -> bytes | None:
        """See that the kernel holds what a request names; else return the kernel's refusal."""
        if provider.loaded is None:
            return None
        named = {module.decode() for module in provider.types.findall(request)}
        if provider.loaded and provider.loaded.issuperset(named):
            return None
        imported = {
            module
            for assembly, module, *rest in (name.split(".", 2) for name in self._types())
            if assembly == provider.name and rest
        }
        wanted = frozenset(named | imported | provider.loaded)
        if provider.loaded:
            log("%s is loaded anew, with %s", provider.name, ", ".join(sorted(named)))
            self._erase(provider)
        try:
            self._store = self._store or Store()
            slim = self._store.slim(provider.tarball, wanted)
            provider.loaded = slim.modules
            reply = self._ask(provider.request(slim.tarball))
            if b'"error"' not in reply:
                return None
            self._erase(provider)
            log("%s is loaded whole: %s", provider.name, reply.decode(), warn=True)
        except (OSError, UnknownLayoutError) as error:
            log("%s is loaded whole: %s", provider.name, error, warn=True)
        provider.loaded = None
        reply = self._ask(provider.request(provider.tarball))
        return reply if b'"error"' in reply else None

    def _erase(self, provider: Provider) -> None:
        """Let the kernel forget that it holds an assembly of this name."""
        self._erased += 1
        self._store = self._store or Store()
        name = f"navra-bindings-eraser-{self._erased}"
        path = self._store.put(f"{name}.tgz", eraser_assembly(name, provider.name))
        self._ask({"name": name, "version": "1.0.0", "tarball": str(path), "api": "load"})

    def _ask(self, request: dict[str, str]) -> bytes:
        self._writer.write(json.dumps(request).encode() + b"\n")
        self._writer.flush()
        return self._reader.readline()
