"""What every command has around it."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from navra_stacks.errors import NavraError

__all__ = ["running"]


@contextmanager
def running() -> Iterator[None]:
    """A mistake of the user's is told without a traceback, with status 2."""
    # A command is short, and what it imports and makes lives to its end: looking for garbage among
    # that costs a tenth of a synth and finds none.
    collecting = gc.isenabled()
    gc.disable()
    # Nor does the interpreter find any of use as it ends, which takes as long once more.
    atexit.register(gc.freeze)
    # To look for plugins of pydantic's reads what is known of every installed package. They are for
    # programs that use the library; who wants one here too sets this to nothing.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        yield
    except NavraError as error:
        print(f"navra: {error}", file=sys.stderr)
        sys.exit(2)
    finally:
        if collecting:
            gc.enable()
