"""The slim assemblies that were built before, in the user's cache, and the building of others."""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .private import private_directory, read_private, remove_old, write_private

__all__ = ["Slim", "Store", "identity", "log"]

FORMAT = 2
"""Of what is written; another format lies under other names, so that versions do not mix."""

MODULES_AT_MOST = 400
"""How many modules an assembly may gather from several programs before it starts anew."""

WAIT_AT_MOST = 30.0
"""Seconds to wait for another process that builds one; then each builds its own."""

_warned = False

KEPT = 86400.0
"""Seconds that a superseded assembly is kept: another process may be about to load it."""

UNUSED = 30 * 86400.0
"""Seconds after which what no run has used goes, when another assembly is built."""


class Slim(NamedTuple):
    """A slim assembly on disk."""

    tarball: Path

    modules: frozenset[str]
    """What it holds, by the names that jsii has for them."""


def log(message: str, *values: object, warn: bool = False) -> None:
    """Tell what happens to the logger ``navra_stacks.bindings``.

    A surprise is a warning, which Python prints where no logging is set up; a second one is most
    often what follows from the first, and is told like the ordinary: as information.
    """
    global _warned
    import logging  # it is seldom needed

    logger = logging.getLogger("navra_stacks.bindings")
    (logger.warning if warn and not _warned else logger.info)(message, *values)
    _warned = _warned or warn


def identity(path: Path) -> list[Any]:
    """What tells that a file is still the same, without reading it."""
    found = path.stat()
    return [str(path), found.st_size, found.st_mtime_ns]


class Store:
    """A directory of slim assemblies: the user's, or one that ends with this process.

    The latter where the user's cannot be used, so that a read-only home costs time alone.
    """

    directory: Path

    lasting: bool
    """Whether a later process finds what is written."""

    def __init__(self) -> None:
        try:
            self.directory = private_directory()
            self.lasting = True
        except OSError as error:
            log("what is built cannot be kept for the next run: %s", error, warn=True)
            self._temporary = tempfile.TemporaryDirectory(prefix="navra-bindings-")
            self.directory = Path(self._temporary.name)
            self.lasting = False

    def known(self, tarball: Path) -> Slim | None:
        """The assembly that was built last for a provider's, if it lies there undamaged."""
        record = self._record(tarball)
        try:
            noted = json.loads(read_private(record))
            slim = Slim(self.directory / str(noted["file"]), frozenset(noted["modules"]))
            digest = hashlib.sha256(read_private(slim.tarball)).hexdigest()
            if slim.tarball.parent != self.directory or digest != noted["sha256"]:
                raise ValueError(f"{slim.tarball.name} is damaged")
            if record.stat().st_mtime < time.time() - KEPT:
                for path in (record, slim.tarball):
                    os.utime(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log("the quick bindings are built anew: %s", error, warn=True)
            return None
        return slim

    def slim(self, tarball: Path, modules: Collection[str]) -> Slim:
        """An assembly that holds at least these modules, built where none does.

        Raises:
            OSError: what is needed cannot be read or written.
            UnknownLayoutError: the provider's assembly cannot be cut down.
        """
        with self._alone(tarball):
            known = self.known(tarball)
            if known is not None and known.modules.issuperset(modules):
                return known
            gathered = frozenset(modules) | (known.modules if known else frozenset())
            if len(gathered) > MODULES_AT_MOST:
                gathered = frozenset(modules)
            return self._built(tarball, gathered)

    def put(self, name: str, content: bytes) -> Path:
        """A file with this content.

        Raises:
            OSError: it cannot be written.
        """
        write_private(self.directory / name, content)
        return self.directory / name

    def _built(self, tarball: Path, modules: frozenset[str]) -> Slim:
        from .slim import slim_assembly  # and what it reads tarballs with

        record = self._record(tarball)
        log("building quick bindings with %d modules of %s", len(modules), tarball.name)
        content = slim_assembly(tarball, modules)
        digest = hashlib.sha256(content).hexdigest()
        slim = Slim(record.with_name(f"{record.stem}-{digest[:16]}.tgz"), modules)
        self.put(slim.tarball.name, content)
        noted = {"file": slim.tarball.name, "modules": sorted(modules), "sha256": digest}
        write_private(record, json.dumps(noted).encode())
        superseded = set(record.parent.glob(f"{record.stem}-*"))
        remove_old(superseded - {slim.tarball}, KEPT)
        remove_old(set(record.parent.glob("slim-*")) - superseded, UNUSED)
        return slim

    def _record(self, tarball: Path) -> Path:
        key = hashlib.sha256(json.dumps([FORMAT, *identity(tarball)]).encode()).hexdigest()
        return self.directory / f"slim-{key[:16]}.json"

    @contextlib.contextmanager
    def _alone(self, tarball: Path) -> Iterator[None]:
        """While others that want the same wait, but not for ever for one that has stopped."""
        import fcntl  # only where something is built

        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        lock = os.open(self._record(tarball).with_suffix(".lock"), flags, 0o600)
        try:
            until = time.monotonic() + WAIT_AT_MOST
            while time.monotonic() < until:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(0.02)
                except OSError:  # a file system without locks
                    break
            yield
        finally:
            os.close(lock)
