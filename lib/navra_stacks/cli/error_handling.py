"""Exit statuses, error handling and process settings that all commands share."""

from __future__ import annotations

import atexit
import errno
import gc
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import navra_jsii
from navra_stacks.cli.output import never_fail_to_encode, print_error, print_line
from navra_stacks.cli.signals import interrupt_on_sigterm
from navra_stacks.cli.user_code import describe_user_error
from navra_stacks.errors import NavraError

__all__ = ["BUG", "USER_ERROR", "handle_errors"]

USER_ERROR = 2
"""Exit status if the settings, an argument, a missing tool or an unusable file is the cause."""

BUG = 70
"""Exit status if an unexpected exception ends the command (``EX_SOFTWARE`` of BSD's sysexits.h)."""

_FILE_SYSTEM_ERRORS = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EISDIR,
        errno.ELOOP,
        errno.EMFILE,
        errno.ENAMETOOLONG,
        errno.ENOSPC,
        errno.ENOTDIR,
        errno.EPERM,
        errno.EPIPE,
        errno.EROFS,
    }
)
"""Errors of the operating system that the user has to repair, whichever code they occur in. ENOENT
is not among them: the commands check for the files that a user names.
"""


@contextmanager
def handle_errors() -> Iterator[None]:
    """Report errors, and end the process with the exit statuses in docs/exit-statuses.md.

    A user error is one sentence without a traceback. SIGINT and SIGTERM end the process through an
    exception, so that the cleanup of the code in the context runs.

    Garbage collection is off until the command ends. Pydantic's plugins are turned off as well.
    """
    # A command is short-lived, and nearly all of its objects live until it ends. Garbage collection
    # would take a tenth of the time of a synth and free nothing.
    was_enabled = gc.isenabled()
    gc.disable()
    # The interpreter also collects at its exit. This would take as long again and free nothing.
    atexit.register(gc.freeze)
    # To find plugins, pydantic reads the metadata of every installed package. To use a plugin with
    # `navra`, set the variable to an empty string.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    never_fail_to_encode()
    try:
        with interrupt_on_sigterm(), _flushed_output():
            yield
    except NavraError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except SystemExit as end:
        # Typer exits with status 1 if the reader of the output has ended, for example `head`.
        if isinstance(end.__context__, BrokenPipeError):
            _fail(_file_system_error(end.__context__))
        raise
    except OSError as error:
        # `tempfile` reports with ENOENT that no directory for temporary files can be written.
        if error.errno not in _FILE_SYSTEM_ERRORS and "temporary directory" not in str(error):
            _report_exception(error)
        _fail(_file_system_error(error))
    except Exception as error:
        _report_exception(error)
    finally:
        if was_enabled:
            if gc.get_freeze_count() == 0:
                # Move all objects to the oldest generation, or the next object starts a collection.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@contextmanager
def _flushed_output() -> Iterator[None]:
    """Write out standard output at the end of the context, however it ends.

    The interpreter would write it out at its exit, and report a failure in its own way.
    """
    try:
        yield
    finally:
        try:
            if sys.stdout is not None:  # it is None if the caller has closed it
                sys.stdout.flush()
        except OSError:
            # The interpreter repeats the attempt at its exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise


def _file_system_error(error: OSError) -> str:
    if "temporary directory" in str(error):
        return f"no temporary file can be written: {error.strerror}; free some space, or set TMPDIR"
    if error.filename is None:  # from print(), because files are written by `write_file`
        return f"the output cannot be written: {error.strerror}"
    return f"{os.fsdecode(error.filename)} cannot be read or written: {error.strerror}"


def _fail(message: str) -> None:
    print_error(message)
    sys.exit(USER_ERROR)


def _report_exception(error: Exception) -> None:
    """Report an exception in the user's code as a user error, and any other as a bug."""
    if isinstance(error, navra_jsii.EngineError):
        _fail(str(error))
    if (description := describe_user_error(error)) is not None:
        _fail(description)
    traceback.print_exc()
    print_line(
        "navra: this error is unexpected; if your own code does not cause it, report it with this "
        "traceback and the output of `navra --version`",
        file=sys.stderr,
    )
    sys.exit(BUG)
