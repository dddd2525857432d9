"""Error handling and process settings that all commands share."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from navra_stacks.cli.output import never_fail_to_encode, print_error
from navra_stacks.errors import NavraError

__all__ = ["handle_errors"]


@contextmanager
def handle_errors() -> Iterator[None]:
    """Print a user error without a traceback and exit with status 2.

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
        yield
    except NavraError as error:
        print_error(str(error))
        sys.exit(2)
    finally:
        if was_enabled:
            gc.enable()
