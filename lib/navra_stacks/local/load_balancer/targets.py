"""The registered targets of a load balancer: their health checks, and the choice of a target."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping

from navra_stacks.local.load_balancer.health_checks import check_target
from navra_stacks.local.load_balancer.target_group import HealthCheck, TargetGroup
from navra_stacks.local.load_balancer.target_health import Target, TargetHealth, TargetState

__all__ = ["Targets"]


class Targets:
    """The targets of all target groups. All methods run in the thread of the event loop."""

    def __init__(
        self,
        groups: Mapping[str, TargetGroup],
        on_change: Callable[[TargetState], None],
        initial_interval: float,
    ) -> None:
        """Create the targets, at first none.

        Args:
            groups: The target groups, by Terraform address.
            on_change: Called with the new state when the status of a target changes.
            initial_interval: Seconds between two checks of a new target. AWS uses the interval of
                the target group from the beginning.
        """
        self._groups = groups
        self._on_change = on_change
        self._initial_interval = initial_interval
        self._health: dict[Target, TargetHealth] = {}
        self._checks: dict[Target, asyncio.Task[None]] = {}
        self._next: dict[str, int] = {}

    def register(self, target: Target) -> None:
        """Add a target and start its health checks."""
        check = self._groups[target.target_group].health_check
        health = self._health[target] = TargetHealth(target, check, time.monotonic())
        if check.enabled:
            self._checks[target] = asyncio.create_task(self._run_checks(health, check))
        else:
            self._on_change(health.state)

    def deregister(self, target: Target) -> TargetState | None:
        """Remove a target, to which new requests are not forwarded, and return its last state.

        Returns:
            The state, with the status ``draining``; None if the target is not registered.
        """
        if (health := self._health.pop(target, None)) is None:
            return None
        if (checks := self._checks.pop(target, None)) is not None:
            checks.cancel()
        health.drain(time.monotonic())
        self._on_change(health.state)
        return health.state

    def state(self, target: Target) -> TargetState | None:
        """Return the state of a target; None if it is not registered."""
        health = self._health.get(target)
        return None if health is None else health.state

    def choose(self, target_group: str) -> Target | None:
        """Return the next target of a group, one after the other; None without targets.

        If no target is healthy, every target receives requests ("fail open").
        """
        registered = [
            health.state
            for target, health in self._health.items()
            if target.target_group == target_group
        ]
        healthy = [state for state in registered if state.status == "healthy"]
        candidates = healthy or registered
        if not candidates:
            return None
        position = self._next.get(target_group, 0)
        self._next[target_group] = position + 1
        return candidates[position % len(candidates)].target

    async def close(self) -> None:
        """Stop all health checks."""
        tasks = list(self._checks.values())
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run_checks(self, health: TargetHealth, check: HealthCheck) -> None:
        while True:
            started = time.monotonic()
            result = await check_target(health.state.target, check)
            if health.observe(result, time.monotonic()):
                self._on_change(health.state)
            interval = float(check.interval)
            if health.state.status == "initial":
                interval = min(interval, self._initial_interval)
            await asyncio.sleep(max(0.0, started + interval - time.monotonic()))
