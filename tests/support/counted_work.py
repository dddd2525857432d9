"""Count the work of a function without measuring time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["counted_work"]


def counted_work(function: Callable[[], object]) -> int:
    """Return the number of lines of Python and calls of C functions that a function executes.

    Unlike a time, the number is the same in each run. Each iteration of a loop counts, but the work
    within a C function does not.
    """
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return trace

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    tracing, profiling = sys.gettrace(), sys.getprofile()
    sys.settrace(trace)
    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(profiling)
        sys.settrace(tracing)
    return count
