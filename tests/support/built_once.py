"""Build something once for all the workers of a test run."""

from __future__ import annotations

# Before any test module imports cdktf: node comes from a package, not from the machine.
import navra_stacks.bindings  # noqa: F401

# isort: split
import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(
    name: str,
    make: Callable[[Path], None],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Path:
    """A directory that `make` makes, for all workers, in whichever comes first."""
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent  # this session's, which its workers share
    done = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            unfinished = shared / f"{name}.unfinished"
            make(unfinished)
            unfinished.rename(done)
    return done
