"""Targets: an aiohttp application, and a server that sends given bytes."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebTarget:
    """An application that answers every request with one function, in a thread of its own."""

    def __init__(self, handler: Handler, *, keepalive_timeout: float = 75.0) -> None:
        self._handler = handler
        self._keepalive_timeout = keepalive_timeout
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.connections: set[object] = set()
        """The connections on which requests arrived."""
        self.port = 0

    def __enter__(self) -> WebTarget:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        # A connection that has just been accepted becomes one of the server's connections.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        server = self._runner.server
        connections = [] if server is None else server.connections
        transports = [connection.transport for connection in connections]
        await self._runner.cleanup()
        for transport in transports:
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _open(self) -> None:
        async def handle(request: web.Request) -> web.StreamResponse:
            if request.path == "/health":
                return web.Response()
            assert request.transport is not None
            self.connections.add(request.transport.get_extra_info("peername"))
            return await self._handler(request)

        application = web.Application(client_max_size=2**30)
        application.router.add_route("*", "/{path:.*}", handle)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            keepalive_timeout=self._keepalive_timeout,
            shutdown_timeout=0.1,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]


class RawTarget:
    """Answers the connections one at a time with a function that has the socket.

    The connections of health checks, which begin with ``GET /health``, get the status 200.
    """

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> RawTarget:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with connection, suppress(OSError):
                    head = b""
                    while b"\r\n\r\n" not in head and (part := connection.recv(65_536)):
                        head += part
                    if head.startswith(b"GET /health "):
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    elif head:
                        self._answer(connection, head)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
