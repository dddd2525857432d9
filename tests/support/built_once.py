"""Build something once for all the workers of a test run."""

from __future__ import annotations

# Imported before cdktf, so that node comes from a package and not from the machine.
import navra_stacks  # noqa: F401

# isort: split
import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def build_once(
    name: str,
    build: Callable[[Path], None],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Path:
    """Return a directory that `build` creates in the first worker that needs it.

    Args:
        name: The name of the directory.
        build: Creates the directory at the given path.
        tmp_path_factory: pytest's fixture.
        request: pytest's fixture.
    """
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent  # the directory of the session, which all workers share
    done = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            unfinished = shared / f"{name}.unfinished"
            build(unfinished)
            unfinished.rename(done)
    return done
