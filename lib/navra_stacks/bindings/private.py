"""A directory of the user's cache that nobody else can write to.

What lies in it is run by node, so it is used only where no other user of the machine could have put
something there, and read only where nobody else could have changed it.
"""

import contextlib
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = [
    "InsecureError",
    "made_safe",
    "make_private",
    "open_private",
    "private_directory",
    "read_private",
    "remove_old",
    "user_cache",
    "write_private",
]

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class InsecureError(OSError):
    """A path of the cache that another user could have written."""


def user_cache() -> Path:
    """Where the user's programs keep what they can do without, by the habit of the system.

    Raises:
        InsecureError: there is no such place.
    """
    home = os.path.expanduser("~")  # noqa: PTH111 - pathlib raises where there is no home
    if not Path(home).is_absolute():
        raise InsecureError("the user has no home directory")
    return Path(home, *(("Library", "Caches") if sys.platform == "darwin" else (".cache",)))


def private_directory() -> Path:
    """The directory, made where it is missing: ``navra-stacks/bindings`` in the user's cache.

    That is ``$XDG_CACHE_HOME`` or ``~/.cache``, and ``~/Library/Caches`` on macOS.

    Raises:
        OSError: it cannot be made or written to.
        InsecureError: it, or a directory above it, is or may be another user's, or is a link.
    """
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    ours = made_safe(chosen if chosen.is_absolute() else user_cache())
    for name in ("navra-stacks", "bindings"):
        ours = make_private(ours / name)
    if not os.access(ours, os.W_OK | os.X_OK):
        raise PermissionError(f"{ours} cannot be written to")
    return ours


def made_safe(directory: Path) -> Path:
    """A directory, made where it is missing, that only this user and root can replace.

    Raises:
        OSError: it cannot be made.
        InsecureError: it, or one above it, can be written by others.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = directory.resolve(strict=True)
    for one in (directory, *directory.parents):
        found = one.lstat()
        if found.st_uid not in (0, os.geteuid()):
            raise InsecureError(f"{one} belongs to another user")
        if found.st_mode & _OTHERS_WRITE and not found.st_mode & stat.S_ISVTX:
            raise InsecureError(f"{one} can be written by others")
    return directory


def make_private(directory: Path) -> Path:
    """Make one more directory, unless it is there and as private as if it had been made now.

    Raises:
        OSError: it cannot be made.
        InsecureError: it is a link, another user's, or open to others.
    """
    directory.mkdir(mode=0o700, exist_ok=True)
    _check(directory, directory.lstat(), stat.S_ISDIR)
    return directory


def _check(path: Path, found: os.stat_result, kind: Callable[[int], bool]) -> None:
    if not kind(found.st_mode):
        raise InsecureError(f"{path} is not what was left there")
    if found.st_uid != os.geteuid():
        raise InsecureError(f"{path} belongs to another user")
    if found.st_mode & 0o077:
        raise InsecureError(f"{path} is open to others")


def open_private(path: Path) -> int:
    """A descriptor from which a file of the directory can be read.

    Raises:
        OSError: it cannot be read.
        InsecureError: it is a link, another user's, or open to others.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check(path, os.fstat(descriptor), stat.S_ISREG)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_private(path: Path) -> bytes:
    """What a file of the directory holds.

    Raises:
        OSError: it cannot be read.
        InsecureError: it is a link, another user's, or open to others.
    """
    with os.fdopen(open_private(path), "rb") as file:
        return file.read()


def write_private(path: Path, content: bytes) -> None:
    """Write a file of the directory at once: whoever reads it sees the old one or the new one."""
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
    """Remove the files and directories that were not written to for so long; some may stay."""
    for path in paths:
        with contextlib.suppress(OSError):  # another process may be about it, or it is another's
            if path.stat().st_mtime >= time.time() - seconds:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
