"""Find servers that close idle connections before the load balancer does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from navra_stacks.local.load_balancer.idle_connections import IdleProbe
from navra_stacks.local.service_run import ServiceRun
from navra_stacks.local.verdict import Fault

__all__ = ["KeepAliveProbes"]


_END_SECONDS = 1.0
"""The time in which the end of a task is known after its connections were closed."""


class KeepAliveProbes:
    """One idle connection to each healthy target.

    Args:
        runs: The services.
        report: A function that is called with each fault.
    """

    def __init__(self, runs: Sequence[ServiceRun], report: Callable[[str], None]) -> None:
        self._report = report
        self._probes: list[tuple[ServiceRun, IdleProbe, int]] = []
        for run in runs:
            if run.result.status != "healthy":
                continue
            for balancer, target, _ in run.targets:
                try:
                    probe = balancer.idle_probe(target)
                except OSError:
                    continue
                self._probes.append((run, probe, balancer.balancer.idle_timeout))

    def observe(self, seconds: float) -> None:
        """Observe the connections for a time, and add the faults that are found to the results."""
        end = time.monotonic() + seconds
        for one in list(self._probes):
            run, probe, idle_timeout = one
            result = probe.result(max(0.0, end - time.monotonic()))
            # A task that ends closes its connections, too.
            is_closed = result.closed_after is not None
            if run.task.ended.wait(_END_SECONDS if is_closed else 0):
                pass
            elif result.closes_before(idle_timeout):
                closed = result.closed_after
                observed = (
                    f"announces a keep-alive of {result.announced} s"
                    if closed is None
                    else f"closes idle connections after {closed:.0f} s"
                )
                fault = Fault(
                    "keep-alive",
                    f"the server {observed}, and the load balancer after {idle_timeout} s: a "
                    "request that meets the end of a connection is answered with 502",
                    f"raise the keep-alive of the server above {idle_timeout} s, or lower "
                    "load_balancer.idle_timeout_seconds",
                )
                run.result.faults.append(fault)
                self._report(f"{run.service.name}: {fault.message}; {fault.repair}")
            if result.closes_before(idle_timeout) or result.closed_after is not None:
                probe.close()
                self._probes.remove(one)

    def close(self) -> None:
        """Close the connections."""
        for _, probe, _ in self._probes:
            probe.close()
        self._probes.clear()
