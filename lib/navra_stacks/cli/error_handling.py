"""Error handling and process settings that all commands share."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from navra_stacks.errors import NavraError

__all__ = ["handle_errors"]


@contextmanager
def handle_errors() -> Iterator[None]:
    """Print a user error without a traceback and exit with status 2.

    Also turns off garbage collection and pydantic's plugins for the duration of a command.
    """
    # A command is short-lived, and nearly all its objects live until it ends: garbage collection
    # takes a tenth of a synth and frees nothing.
    was_enabled = gc.isenabled()
    gc.disable()
    # Nor does the collection at the exit of the interpreter, which takes as long again.
    atexit.register(gc.freeze)
    # To find plugins, pydantic reads the metadata of every installed package. To use a plugin with
    # this command, set the variable to an empty string.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        yield
    except NavraError as error:
        print(f"navra: {error}", file=sys.stderr)
        sys.exit(2)
    finally:
        if was_enabled:
            gc.enable()
