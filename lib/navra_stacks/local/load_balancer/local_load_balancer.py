"""An Application Load Balancer on this machine, for callers without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.local.load_balancer.balancer import LoadBalancer
from navra_stacks.local.load_balancer.entry import ListenerEntry
from navra_stacks.local.load_balancer.forwarding import Forwarder
from navra_stacks.local.load_balancer.health_checks import check_target
from navra_stacks.local.load_balancer.idle_connections import IdleProbe
from navra_stacks.local.load_balancer.target_health import (
    PRIVATE_IP,
    CheckResult,
    Target,
    TargetState,
)
from navra_stacks.local.load_balancer.targets import Targets

__all__ = ["LocalLoadBalancer"]

_T = TypeVar("_T")


class LocalLoadBalancer:
    """Serves the listeners of a load balancer on ports of this machine.

    The servers run in a thread of their own. All methods can be called from any thread.
    """

    def __init__(
        self,
        balancer: LoadBalancer,
        ports: Mapping[int, int] | None = None,
        *,
        on_change: Callable[[TargetState], None] = lambda _: None,
        initial_interval: float = 1.0,
        address: str = "127.0.0.1",
    ) -> None:
        """Create the load balancer, which `start` opens.

        Args:
            balancer: The load balancer of a document.
            ports: The local port of each described port. A port that is missing or 0 is chosen by
                the operating system.
            on_change: Called with the new state when the status of a target changes, in the thread
                of the load balancer. It must return soon and must not call the load balancer.
            initial_interval: Seconds between two health checks of a target that has not been
                healthy. AWS uses the interval of the target group from the beginning.
            address: The address of this machine on which the listeners are served.
        """
        self.balancer = balancer
        self.omissions = balancer.omissions
        self._ports = dict(ports or {})
        self._on_change = on_change
        self._initial_interval = initial_interval
        self._address = address
        self._local_ports: dict[int, int] = {}
        self._entries: list[ListenerEntry] = []
        self._final: dict[Target, TargetState] = {}
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._targets: Targets | None = None
        self._forwarder: Forwarder | None = None

    def __enter__(self) -> LocalLoadBalancer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Mapping[int, int]:
        """Open all listeners and return the local port of each described port.

        Raises:
            PortInUseError: a port cannot be bound. No port remains open.
        """
        loop = asyncio.new_event_loop()
        self._loop = loop
        self._thread = threading.Thread(
            target=_run, args=(loop,), name="local-load-balancer", daemon=True
        )
        self._thread.start()
        try:
            self._call(self._open())
        except BaseException:
            self.stop()
            raise
        return dict(self._local_ports)

    def register(
        self,
        target_group: str,
        host: str,
        port: int,
        name: str = "",
        *,
        container_port: int | None = None,
        health_port: int | None = None,
        private_ip: str = PRIVATE_IP,
    ) -> Target:
        """Register a target and start its health checks.

        Args:
            target_group: The Terraform address of the target group.
            host: The address on this machine where the target's ports are published.
            port: The port on this machine where its traffic port is published.
            name: A name for messages.
            container_port: The traffic port in AWS; by default the port of the target group.
            health_port: The port on this machine where the port of the health check is published;
                required if the health check has a port of its own.
            private_ip: The address that the ``Host`` header of health checks has.

        Raises:
            NavraError: no rule forwards to the target group, or `health_port` is missing.
        """
        group = self.balancer.target_groups.get(target_group)
        if group is None:
            known = self.balancer.target_groups
            hint = did_you_mean(target_group, known, f"known are {', '.join(sorted(known))}")
            raise NavraError(
                f"no rule of {self.balancer.address} forwards to {target_group}; {hint}"
            )
        traffic = container_port or group.port or port
        check_port = group.health_check.port or traffic
        if health_port is None and check_port != traffic:
            raise NavraError(
                f"{target_group}: health checks use port {check_port}, and targets receive traffic "
                f"on port {traffic}; publish both ports of the target"
            )
        target = Target(
            name=name or f"{host}:{port}",
            target_group=target_group,
            host=host,
            port=port,
            container_port=traffic,
            health_port=health_port or port,
            private_ip=private_ip,
        )
        self._call(self._register(target))
        return target

    def deregister(self, target: Target) -> None:
        """Remove a target. Open requests are completed; new requests are not forwarded to it."""
        self._call(self._deregister(target))

    def state(self, target: Target) -> TargetState:
        """Return the state of a target; the last one, with the status ``draining``, after its end.

        Raises:
            KeyError: the target was never registered.
        """
        current = None if self._targets is None else self._targets.state(target)
        return current or self._final[target]

    def check(self, target: Target, host_header: str | None = None) -> CheckResult:
        """Send one health check that does not count, and return its result.

        Args:
            target: A target, which can be deregistered.
            host_header: The ``Host`` header; by default that of the load balancer. A check that
                passes only with the name of the site shows that the application rejects others.
        """
        group = self.balancer.target_groups[target.target_group]
        return self._call(check_target(target, group.health_check, host_header))

    def idle_probe(self, target: Target) -> IdleProbe:
        """Open a connection to a target, to observe how long it stays open without requests.

        Raises:
            OSError: the target does not accept the connection, or sends no response in time.
        """
        check = self.balancer.target_groups[target.target_group].health_check
        return IdleProbe(target.host, target.port, check.path, target.health_host(check))

    def stop(self) -> None:
        """Close all listeners and connections. A second call has no effect."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        try:
            self._call(self._close())
        finally:
            self._loop = self._thread = None
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _open(self) -> None:
        self._targets = Targets(
            self.balancer.target_groups, self._on_change, self._initial_interval
        )
        self._forwarder = Forwarder(self.balancer)
        for listener in self.balancer.listeners:
            entry = ListenerEntry(
                self.balancer, listener, self._targets, self._forwarder, self._local_ports
            )
            self._local_ports[listener.port] = await entry.start(
                self._address, self._ports.get(listener.port, 0)
            )
            self._entries.append(entry)

    async def _close(self) -> None:
        await asyncio.gather(*(entry.stop() for entry in self._entries))
        self._entries.clear()
        if self._targets is not None:
            await self._targets.close()
        if self._forwarder is not None:
            await self._forwarder.close()
        # The tasks of open connections. The sockets of closed connections are released in the next
        # iterations of the loop.
        remaining = asyncio.all_tasks() - {asyncio.current_task()}
        for task in remaining:
            task.cancel()
        await asyncio.gather(*remaining, return_exceptions=True)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _register(self, target: Target) -> None:
        assert self._targets is not None
        self._targets.register(target)

    async def _deregister(self, target: Target) -> None:
        assert self._targets is not None
        if (state := self._targets.deregister(target)) is not None:
            self._final[target] = state

    def _call(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine in the thread of the load balancer and return its result."""
        if self._loop is None:
            coroutine.close()
            raise RuntimeError("the load balancer is not running")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
