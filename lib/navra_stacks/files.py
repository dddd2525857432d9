"""Write files atomically: a file has either its previous content or all of its new content."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from navra_stacks.errors import NavraError

__all__ = ["move_file", "report_file_errors", "write_file"]


def write_file(path: Path, content: str | bytes) -> None:
    """Replace the content of the file `path`, or create the file.

    The content is written to a temporary file in the same directory, which is then renamed. If
    `path` is a symbolic link, a file replaces the link; the target of the link is not changed.

    Args:
        path: The file.
        content: The content; a text is encoded as UTF-8.

    Raises:
        NavraError: the file cannot be written. Its previous content is unchanged.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    with report_file_errors(path):
        try:
            # "x" creates the file with the permissions of the process's umask, and never follows a
            # link that another process has placed here.
            with temporary.open("xb") as file:
                file.write(data)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def move_file(source: Path, target: Path) -> None:
    """Replace the file `target`, or create it, with the file `source`, which then no longer exists.

    Raises:
        NavraError: the file cannot be moved. The previous content of `target` is unchanged.
    """
    with report_file_errors(target):
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # Different file systems, because the directory of `target` is a symbolic link.
            write_file(target, source.read_bytes())
            source.unlink()


@contextmanager
def report_file_errors(path: Path) -> Iterator[None]:
    """Convert an error of the operating system in the context into a NavraError.

    Args:
        path: The file or directory that cannot be written if an error occurs.
    """
    try:
        yield
    except OSError as error:
        raise NavraError(f"{path} cannot be written: {error.strerror or error}") from None
