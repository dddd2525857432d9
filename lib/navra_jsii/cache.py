"""A directory in the user's cache to which no other user can write.

node runs files of this directory. So it is used only if no other user of the machine could have put
a file there, and a file is read only if no other user could have changed it.
"""

import contextlib
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from navra_jsii.log import log

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

__all__ = [
    "JSII_CACHE",
    "SUPERSEDED_SECONDS",
    "UNUSED_SECONDS",
    "InsecureError",
    "cache_directories",
    "ensure_safe",
    "file_identity",
    "make_private",
    "open_private",
    "private_directory",
    "read_private",
    "remove_old",
    "usable_directory",
    "user_cache",
    "write_private",
]

JSII_CACHE = ("com.amazonaws.jsii",) if sys.platform == "darwin" else ("aws", "jsii")
"""The directory of jsii's cache below that of the user's caches."""

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


SUPERSEDED_SECONDS = 86400.0
"""Seconds for which a superseded file is not removed: another process may be about to load it."""

UNUSED_SECONDS = 30 * 86400.0
"""Seconds after which files that no run has used are removed, when another one is written."""


class InsecureError(OSError):
    """Another user could have written to a path of the cache."""


def user_cache() -> Path:
    """Return the directory for the user's caches: ``~/.cache``, or ``~/Library/Caches`` on macOS.

    Raises:
        InsecureError: the user has no home directory.
    """
    home = os.path.expanduser("~")  # noqa: PTH111 - pathlib raises where there is no home
    if not Path(home).is_absolute():
        raise InsecureError("the user has no home directory")
    return Path(home, *(("Library", "Caches") if sys.platform == "darwin" else (".cache",)))


def cache_directories() -> list[Path]:
    """Return the directories of the caches: that of this package, and that of jsii.

    A directory in the home directory is omitted if the user has none.
    """
    directories = []
    with contextlib.suppress(InsecureError):
        directories.append(_caches() / "navra-jsii")
    with contextlib.suppress(InsecureError):
        configured = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT")
        directories.append(Path(configured or user_cache().joinpath(*JSII_CACHE)))
    return directories


def _caches() -> Path:
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return configured if configured.is_absolute() else user_cache()


def private_directory() -> Path:
    """Return ``navra-jsii`` in the user's cache, and create it if it is missing.

    The user's cache is ``$XDG_CACHE_HOME`` or ``~/.cache``, and ``~/Library/Caches`` on macOS.

    Raises:
        OSError: the directory cannot be created or written to.
        InsecureError: another user owns the directory or one above it, or can write to it, or the
            directory is a link.
    """
    directory = _directory()
    if not os.access(directory, os.W_OK | os.X_OK):
        raise PermissionError(f"{directory} is not writable")
    return directory


def _directory() -> Path:
    return make_private(ensure_safe(_caches()) / "navra-jsii")


def usable_directory() -> Path:
    """Return `private_directory`, or a copy of it where it cannot be used or written to.

    The copy is in a temporary directory, which is removed when the process ends. It is empty if
    another user could have written to the cache.

    Raises:
        OSError: a temporary directory cannot be created.
    """
    try:
        return private_directory()
    except OSError as error:
        return Path(_copied(str(error)).name)


@cache  # keeps the object, whose directory is removed when it is deleted
def _copied(reason: str) -> "TemporaryDirectory[str]":
    from tempfile import TemporaryDirectory  # imported here, since it is seldom needed

    log("nothing can be cached for the next run: %s", reason, warn=True)
    temporary = TemporaryDirectory(prefix="navra-jsii-")
    copy = Path(temporary.name)
    with contextlib.suppress(OSError):
        source = _directory()
        for file in (*source.glob("*.*"), *source.glob("runtime-*/*")):
            with contextlib.suppress(OSError):  # such as that of a directory or a link
                content = read_private(file)
                directory = make_private(copy / file.parent.relative_to(source))
                write_private(directory / file.name, content)
    return temporary


def ensure_safe(directory: Path) -> Path:
    """Create a directory if it is missing, and check that only this user and root can replace it.

    Returns the directory with all links resolved.

    Raises:
        OSError: the directory cannot be created.
        InsecureError: another user owns the directory or one above it, or can write to it.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = directory.resolve(strict=True)
    for path in (directory, *directory.parents):
        status = path.lstat()
        if status.st_uid not in (0, os.geteuid()):
            raise InsecureError(f"{path} belongs to another user")
        if status.st_mode & _OTHERS_WRITE and not status.st_mode & stat.S_ISVTX:
            raise InsecureError(f"{path} is writable by other users")
    return directory


def make_private(directory: Path) -> Path:
    """Create a subdirectory; an existing one must be as private as a new one.

    Raises:
        OSError: the directory cannot be created.
        InsecureError: it is a link, belongs to another user, or is accessible to other users.
    """
    directory.mkdir(mode=0o700, exist_ok=True)
    _check(directory, directory.lstat(), stat.S_ISDIR)
    return directory


def _check(path: Path, status: os.stat_result, kind: Callable[[int], bool]) -> None:
    if not kind(status.st_mode):
        raise InsecureError(f"{path} is a link, or has another unexpected file type")
    if status.st_uid != os.geteuid():
        raise InsecureError(f"{path} belongs to another user")
    if status.st_mode & 0o077:
        raise InsecureError(f"{path} is accessible to other users")


def open_private(path: Path) -> int:
    """Open a file of the directory for reading, and return its descriptor.

    Raises:
        OSError: the file cannot be read.
        InsecureError: it is a link, belongs to another user, or is accessible to other users.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check(path, os.fstat(descriptor), stat.S_ISREG)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_private(path: Path) -> bytes:
    """Return the content of a file of the directory.

    Raises:
        OSError: the file cannot be read.
        InsecureError: it is a link, belongs to another user, or is accessible to other users.
    """
    with os.fdopen(open_private(path), "rb") as file:
        return file.read()


def write_private(path: Path, content: bytes) -> None:
    """Write a file of the directory atomically: a reader gets the old content or the new one."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def remove_old(paths: Iterable[Path], seconds: float) -> None:
    """Remove files and directories that were not modified for this many seconds.

    A path that cannot be removed is skipped.
    """
    for path in paths:
        # Another process may be removing the path, or it may belong to another user.
        with contextlib.suppress(OSError):
            if path.stat().st_mtime >= time.time() - seconds:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def file_identity(path: Path) -> list[Any]:
    """Return path, size and time of a file, to detect a change without reading the file."""
    status = path.stat()
    return [str(path), status.st_size, status.st_mtime_ns]
