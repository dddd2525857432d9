"""The local HTTP server of a listener."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from navra_stacks.errors import NavraError
from navra_stacks.local.load_balancer.actions import FixedResponse, Forward, Redirect
from navra_stacks.local.load_balancer.balancer import Listener, LoadBalancer, Rule, resolve
from navra_stacks.local.load_balancer.error_pages import (
    error_page,
    fixed_response,
    redirect_response,
)
from navra_stacks.local.load_balancer.forwarding import Forwarder, target_path
from navra_stacks.local.load_balancer.request_head import RequestHead
from navra_stacks.local.load_balancer.targets import Targets
from navra_stacks.local.load_balancer.tunnel import ABSENT_HEADERS

__all__ = ["ListenerEntry", "PortInUseError"]

_MAXIMUM_LINE = 16_384
"""Bytes of a request line or of one header (quotas of Application Load Balancers)."""
_MAXIMUM_HEADERS = 1_000
_SHUTDOWN = 0.2
"""Seconds in which open requests are completed when the server stops. The server library waits for
them twice: before and after it cancels them."""


class PortInUseError(NavraError):
    """The port of a local server is in use or not allowed."""


class ListenerEntry:
    """Serves a listener's requests over HTTP on a port of this machine.

    The protocol that targets see in ``X-Forwarded-Proto`` is that of the described listener.
    """

    def __init__(
        self,
        balancer: LoadBalancer,
        listener: Listener,
        targets: Targets,
        forwarder: Forwarder,
        local_ports: Mapping[int, int],
    ) -> None:
        """Create the server, which `start` opens.

        Args:
            balancer: The load balancer.
            listener: The listener.
            targets: The registered targets.
            forwarder: Forwards requests to targets.
            local_ports: The local port of each described port, complete when requests arrive.
        """
        self._balancer = balancer
        self._listener = listener
        self._targets = targets
        self._forwarder = forwarder
        self._local_ports = local_ports
        self._server: asyncio.Server | None = None
        self._runner: web.AppRunner | None = None

    async def start(self, address: str, port: int) -> int:
        """Open the server and return its port.

        Args:
            address: The address of this machine to bind.
            port: The port; 0 to let the operating system choose.

        Raises:
            PortInUseError: the port cannot be bound.
        """

        @web.middleware
        async def respond(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._respond(request)

        # A middleware also receives the requests that match no route of the application.
        application = web.Application(middlewares=[respond])
        application.on_response_prepare.append(self._set_headers)
        # A request ends when its client disconnects, as with the load balancer (HTTP 460).
        self._runner = web.AppRunner(
            application, handler_cancellation=True, shutdown_timeout=_SHUTDOWN
        )
        await self._runner.setup()
        manager = self._runner.server
        assert manager is not None
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: _Connection(
                    manager,
                    loop=loop,
                    access_log=None,  # type: ignore[arg-type]  # documented as "no access log"
                    auto_decompress=False,
                    keepalive_timeout=self._balancer.idle_timeout,
                    max_field_size=_MAXIMUM_LINE,
                    max_headers=_MAXIMUM_HEADERS,
                    max_line_size=_MAXIMUM_LINE,
                ),
                address,
                port,
                reuse_address=True,
            )
        except OSError as error:
            await self._runner.cleanup()
            raise PortInUseError(
                f"port {port} of {address} cannot be used for the listener on port "
                f"{self._listener.port}: {error.strerror or error}; choose another port"
            ) from error
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the server and its connections."""
        if self._server is not None:
            # A connection that has just been accepted cannot be attached to a closed server, and
            # its socket would stay open.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self._server.close()
        if self._runner is not None:
            manager = self._runner.server
            connections = [] if manager is None else manager.connections
            transports = [connection.transport for connection in connections]
            await self._runner.cleanup()
            for transport in transports:
                if transport is not None:
                    transport.abort()  # a client that does not read would keep it open

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        if request.method == "TRACE":
            return error_page(405)
        if "Host" not in request.headers and request.version >= (1, 1):
            return error_page(400)
        path, _, query = target_path(request).partition("?")
        head = RequestHead(
            request.method,
            path,
            query,
            tuple(request.headers.items()),
            request.remote or "127.0.0.1",
        )
        rule = resolve(self._listener, head)
        match rule.action:
            case Forward() as action:
                return await self._forward(request, rule, action)
            case Redirect() as action:
                location = action.location(
                    head, self._listener.protocol.lower(), self._listener.port, self._local_ports
                )
                return redirect_response(action.status, location)
            case FixedResponse() as action:
                return fixed_response(action)
            case _:
                return error_page(503)

    async def _forward(
        self, request: web.Request, rule: Rule, action: Forward
    ) -> web.StreamResponse:
        group = action.target_group(random.random())
        target = None if group is None else self._targets.choose(group)
        if group is None or target is None:
            return error_page(503)
        protocol = self._balancer.target_groups[group].protocol
        return await self._forwarder.forward(request, self._listener, rule, target, protocol)

    async def _set_headers(self, _: web.Request, response: web.StreamResponse) -> None:
        for name in response.get(ABSENT_HEADERS, ()):
            response.headers.pop(name, None)
        if response.status == 101:
            return
        for name, value in self._listener.response_headers.items():
            response.headers[name] = value
        if not self._listener.server_header:
            response.headers.pop("Server", None)


class _Connection(web.RequestHandler):
    """A client's connection, with the load balancer's page for requests that cannot be read."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the error page of a malformed request or of a failure of this server."""
        if status >= 500:
            self.log_exception("Error handling request", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the response has begun")
        page = error_page(500 if status >= 500 else 400)
        page.force_close()
        return page
