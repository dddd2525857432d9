"""A process that removes the objects of a run if the process of the run is killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from navra_stacks.local.cleanup import remove_run
from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.engine import Engine, EngineError

__all__ = ["Watchdog", "watch"]

_DONE = b"done\n"
_PAUSE_SECONDS = 1.0
_ATTEMPTS = 10


class Watchdog:
    """The process, in a session of its own, which neither Ctrl-C nor a closed terminal reaches.

    Args:
        engine: The engine.
        run: The ID of the run.
        directory: The temporary directory of the run.
    """

    def __init__(self, engine: Engine, run: str, directory: Path) -> None:
        program = (
            "from navra_stacks.local.watchdog import watch; "
            f"watch({engine.command!r}, {engine.name!r}, {run!r}, {str(directory)!r})"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end(self) -> None:
        """End the process without a removal, because the run has removed its objects itself."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(_DONE)
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        self._process.wait(timeout=30)


def watch(command: str, dialect: str, run: str, directory: str) -> None:
    """Wait until the process of a run ends, and remove the objects of the run.

    Standard input ends when that process does, in whichever way.

    Args:
        command: The command of the engine.
        dialect: The name of the engine.
        run: The ID of the run.
        directory: The temporary directory of the run.
    """
    if sys.stdin.buffer.read() == _DONE:
        return
    shutil.rmtree(directory, ignore_errors=True)
    engine = Engine(command, DIALECTS[dialect])
    for _ in range(_ATTEMPTS):
        try:
            # A command of the engine that was running can still create an object.
            if not any(remove_run(engine, run)):
                return
        except EngineError:
            pass
        time.sleep(_PAUSE_SECONDS)
