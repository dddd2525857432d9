"""The kernel that was started before anybody asked for it."""

import atexit
from pathlib import Path
from typing import NamedTuple

from .assembly import Assembly
from .kernel import KernelProcess
from .start import Plan, first_plan, noted_plan, unusual
from .store import log

__all__ = ["EarlyKernel", "begin", "taken"]


class EarlyKernel(NamedTuple):
    """A kernel that is loading."""

    process: KernelProcess
    assemblies: list[Assembly]
    plan: Plan


_waiting: list[EarlyKernel] = []


def begin() -> None:
    """Start one, if the last run has left what that needs."""
    plan = None if unusual() else noted_plan()
    kernel = _started(plan) if plan is not None else None
    if kernel is not None:
        _waiting.append(kernel)
        atexit.register(_discard)


def taken(jsii: Path) -> EarlyKernel | None:
    """The one that waits, or one that is started now; none where jsii must do it.

    Args:
        jsii: The file of the jsii that asks, which need not be the one that the last run had.
    """
    kernel = _waiting.pop() if _waiting else None
    if kernel is not None:
        atexit.unregister(_discard)
        if kernel.process.fits and kernel.plan.is_of(jsii):
            return kernel
        # The environment or the directory has changed since, or this process was forked.
        kernel.process.discard()
    if unusual():
        return None
    plan = noted_plan()
    if plan is None or not plan.is_of(jsii):
        plan = first_plan(jsii)
    return _started(plan) if plan is not None else None


def _started(plan: Plan) -> EarlyKernel | None:
    process = None
    try:
        process = KernelProcess(plan.node[0], plan.runtime.program)
        assemblies = plan.assemblies()
        process.send([one.request(one.slim or one.tarball) for one in assemblies])
    except OSError as error:
        log("node is started as jsii does it: %s", error, warn=True)
        if process is not None:
            process.discard()
        return None
    return EarlyKernel(process, assemblies, plan)


def _discard() -> None:
    for kernel in _waiting:
        kernel.process.discard()
