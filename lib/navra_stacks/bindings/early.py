"""Start jsii's kernel before jsii requests it."""

import atexit
from pathlib import Path
from typing import NamedTuple

from .assembly import Assembly
from .kernel import KernelProcess
from .start import Plan, first_plan, noted_plan, unusual
from .store import log

__all__ = ["EarlyKernel", "begin", "taken"]


class EarlyKernel(NamedTuple):
    """A started kernel, and the assemblies that it was requested to load."""

    process: KernelProcess
    assemblies: list[Assembly]
    plan: Plan


_waiting: list[EarlyKernel] = []


def begin() -> None:
    """Start a kernel, if the last run has written a plan for it."""
    plan = None if unusual() else noted_plan()
    kernel = _started(plan) if plan is not None else None
    if kernel is not None:
        _waiting.append(kernel)
        atexit.register(_discard)


def taken(jsii: Path) -> EarlyKernel | None:
    """Return the waiting kernel, or start one now; None if jsii has to start the kernel itself.

    Args:
        jsii: The file ``jsii/_kernel/providers/process.py`` of the jsii that needs a kernel. The
            last run may have used another jsii.
    """
    kernel = _waiting.pop() if _waiting else None
    if kernel is not None:
        atexit.unregister(_discard)
        if kernel.process.fits and kernel.plan.is_of(jsii):
            return kernel
        # The environment or the working directory has changed, or this process was forked.
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
        process.send(
            [assembly.request(assembly.slim or assembly.tarball) for assembly in assemblies]
        )
    except OSError as error:
        log("jsii starts node itself: %s", error, warn=True)
        if process is not None:
            process.discard()
        return None
    return EarlyKernel(process, assemblies, plan)


def _discard() -> None:
    for kernel in _waiting:
        kernel.process.discard()
