"""Build slim assemblies, and cache them in the user's cache."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.cache import (
    SUPERSEDED_SECONDS,
    UNUSED_SECONDS,
    file_identity,
    read_private,
    remove_old,
    usable_directory,
    write_private,
)
from navra_jsii.log import log
from navra_jsii.prepared import DIRECTORY, described, is_verified, module_store

if TYPE_CHECKING:
    from navra_jsii.assemblies.parts import AssemblyParts

__all__ = ["Slim", "Store"]

FORMAT = 4
"""Version of the file formats; files of different formats have different names."""

MODULES_AT_MOST = 400
"""Maximum number of modules that are collected from several programs in one assembly; above it, an
assembly with only the modules of the current program is built."""

WAIT_AT_MOST = 30.0
"""Seconds to wait for another process that builds the same assembly, before this process builds it
as well."""


class Slim(NamedTuple):
    """A slim assembly on disk."""

    tarball: Path

    modules: frozenset[str]
    """The jsii names of its modules."""


class Store:
    """A directory of slim assemblies, see `usable_directory`."""

    def __init__(self) -> None:
        self.directory = usable_directory()

    def known(self, tarball: Path) -> Slim | None:
        """Return the cached slim assembly of a provider, or None if it is missing or damaged.

        Args:
            tarball: The whole assembly of the provider.
        """
        record = self._record(tarball)
        try:
            entry = json.loads(read_private(record))
            slim = Slim(self.directory / str(entry["file"]), frozenset(entry["modules"]))
            digest = hashlib.sha256(read_private(slim.tarball)).hexdigest()
            if slim.tarball.parent != self.directory or digest != entry["sha256"]:
                raise ValueError(f"{slim.tarball.name} is damaged")
            if record.stat().st_mtime < time.time() - SUPERSEDED_SECONDS:
                for path in (record, slim.tarball):
                    os.utime(path)
        except FileNotFoundError:
            return self._prepared(tarball)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log("a slim assembly is built again: %s", error, warn=True)
            return None
        return slim

    def slim(self, tarball: Path, modules: Collection[str]) -> Slim:
        """Return a slim assembly with at least these modules, built if it is not cached.

        Raises:
            OSError: a file cannot be read or written.
            UnknownLayoutError: the provider's assembly cannot be reduced.
        """
        with self._alone(tarball):
            known = self.known(tarball)
            if known is not None and known.modules.issuperset(modules):
                return known
            collected = frozenset(modules) | (known.modules if known else frozenset())
            if len(collected) > MODULES_AT_MOST:
                collected = frozenset(modules)
            return self._built(tarball, collected)

    def forget(self, tarball: Path) -> None:
        """Remove the cached slim assembly of a provider, which the kernel has refused."""
        self._record(tarball).unlink(missing_ok=True)

    def _prepared(self, tarball: Path) -> Slim | None:
        slim = described().get("slim", {}).get(tarball.parents[1].name)
        if slim is None or not is_verified(tarball):
            return None
        file = DIRECTORY / slim["file"]
        try:
            damaged = hashlib.sha256(file.read_bytes()).hexdigest() != slim["sha256"]
        except OSError:
            damaged = True
        if damaged:
            log("the prepared file %s is damaged and not used", file, warn=True)
            return None
        return Slim(file, frozenset(slim["modules"]))

    def _built(self, tarball: Path, modules: frozenset[str]) -> Slim:
        # Imported here, since it imports tarfile.
        from navra_jsii.assemblies.slim import slim_assembly

        record = self._record(tarball)
        log("building a slim assembly with %d modules of %s", len(modules), tarball.name)
        parts = self._parts(tarball, modules)
        content = slim_assembly(parts)
        modules = frozenset(parts.types)
        digest = hashlib.sha256(content).hexdigest()
        slim = Slim(record.with_name(f"{record.stem}-{digest[:16]}.tgz"), modules)
        write_private(slim.tarball, content)
        entry = {"file": slim.tarball.name, "modules": sorted(modules), "sha256": digest}
        write_private(record, json.dumps(entry).encode())
        superseded = set(record.parent.glob(f"{record.stem}-*"))
        remove_old(superseded - {slim.tarball}, SUPERSEDED_SECONDS)
        remove_old(set(record.parent.glob("slim-*")) - superseded, UNUSED_SECONDS)
        return slim

    def _parts(self, tarball: Path, modules: frozenset[str]) -> "AssemblyParts":
        prepared = module_store(tarball)
        if prepared is not None:
            from navra_jsii.assemblies.module_store import read_modules

            try:
                return read_modules(prepared, modules)
            except (OSError, UnknownLayoutError) as error:
                log(
                    "%s is read instead of the prepared modules: %s", tarball.name, error, warn=True
                )
        from navra_jsii.assemblies.parts import read_tarball

        return read_tarball(tarball, modules)

    def _record(self, tarball: Path) -> Path:
        key = hashlib.sha256(json.dumps([FORMAT, *file_identity(tarball)]).encode()).hexdigest()
        return self.directory / f"slim-{key[:16]}.json"

    @contextlib.contextmanager
    def _alone(self, tarball: Path) -> Iterator[None]:
        """Lock an assembly while it is built; other processes wait for `WAIT_AT_MOST` seconds."""
        import fcntl  # imported here, since it is only needed for building

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
                except OSError:  # the file system does not support locks
                    break
            yield
        finally:
            os.close(lock)
