"""Start jsii's kernel before jsii requests it."""

import atexit
from pathlib import Path
from typing import NamedTuple

from navra_jsii.assemblies.assembly import Assembly
from navra_jsii.engine import selected_engine
from navra_jsii.kernel.kernel_process import KernelProcess
from navra_jsii.kernel.start_plan import (
    Plan,
    cached_plan,
    incompatible_variable,
    new_plan,
    prepared_plan,
)
from navra_jsii.log import log

__all__ = ["EarlyKernel", "start_early", "take_kernel"]


class EarlyKernel(NamedTuple):
    """A started kernel, and the assemblies that it was requested to load."""

    process: KernelProcess
    assemblies: list[Assembly]
    plan: Plan


_waiting: list[EarlyKernel] = []


def start_early() -> None:
    """Start a kernel, if the last run has written a plan for it, or one was prepared."""
    plan = None if incompatible_variable() else cached_plan() or prepared_plan()
    kernel = _started(plan) if plan is not None else None
    if kernel is not None:
        _waiting.append(kernel)
        atexit.register(_discard)


def take_kernel(jsii: Path) -> EarlyKernel | None:
    """Return the waiting kernel, or start one now; None if jsii has to start the kernel itself.

    Args:
        jsii: The file ``jsii/_kernel/providers/process.py`` of the jsii that needs a kernel. The
            last run may have used another jsii.
    """
    kernel = _waiting.pop() if _waiting else None
    if kernel is not None:
        atexit.unregister(_discard)
        if kernel.process.is_current and kernel.plan.is_of(jsii):
            return kernel
        # The environment or the working directory has changed, or this process was forked.
        kernel.process.discard()
    if incompatible_variable():
        return None
    plan = cached_plan()
    if plan is None or not plan.is_of(jsii):
        plan = new_plan(jsii)
    return _started(plan) if plan is not None else None


def _started(plan: Plan) -> EarlyKernel | None:
    process = None
    try:
        process = KernelProcess(plan.node[0], plan.runtime.program, selected_engine().core)
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
