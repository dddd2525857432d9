"""Connect a client and a target after an upgrade to the WebSocket protocol.

The load balancer passes the bytes of both directions on without reading them, so that subprotocols,
extensions, pings and close codes are those of the client and the target.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

__all__ = ["ABSENT_HEADERS", "tunnel"]

ABSENT_HEADERS = web.ResponseKey("absent_headers", list[str])
"""The key of a response under which the names of headers are that the target did not send and that
the server library would add."""

_BUFFER = 262_144
"""Bytes that wait for a slow receiver before the sender is not read."""
_RETRY = 0.01
"""Seconds until the buffer of a slow receiver is checked."""


async def tunnel(
    request: web.BaseRequest, response: aiohttp.ClientResponse, idle_timeout: float
) -> web.StreamResponse:
    """Send the target's status 101, and pass data in both directions until one side closes.

    Args:
        request: The client's request.
        response: The target's response with the status 101.
        idle_timeout: Seconds without data in either direction until both connections are closed.
    """
    own = web.StreamResponse(status=101, reason=response.reason, headers=response.headers.items())
    own[ABSENT_HEADERS] = [name for name in ("Server",) if name not in response.headers]
    await own.prepare(request)
    client, connection = request.transport, response.connection
    target = None if connection is None else connection.transport
    if client is None or connection is None or connection.protocol is None or target is None:
        return own
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(idle_timeout) as limit:

            def active() -> None:
                if not limit.expired():
                    limit.reschedule(loop.time() + idle_timeout)

            to_client = _Pipe(target, client, active, closed)
            to_target = _Pipe(client, target, active, closed)
            connection.protocol.set_parser(to_client, aiohttp.EMPTY_PAYLOAD)
            # Typed for the library's own WebSocket reader, with the same two methods.
            request.protocol.set_parser(to_target)  # type: ignore[arg-type]
            await closed.wait()
    except TimeoutError:
        pass
    finally:
        # Both send what is in their buffers first.
        target.close()
        client.close()
    return own


class _Pipe:
    """Receives the data of one connection, as a parser of the server library, for another."""

    def __init__(
        self,
        source: asyncio.Transport,
        sink: asyncio.Transport,
        active: Callable[[], None],
        closed: asyncio.Event,
    ) -> None:
        self._source = source
        self._sink = sink
        self._active = active
        self._closed = closed

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Pass data on; the result says that no error occurred and nothing is left."""
        self._active()
        if not self._sink.is_closing():
            self._sink.write(data)
            if self._sink.get_write_buffer_size() > _BUFFER:
                self._source.pause_reading()
                self._resume_later()
        return False, b""

    def feed_eof(self) -> None:
        """Note that the connection was closed."""
        self._closed.set()

    def _resume_later(self) -> Any:
        return asyncio.get_running_loop().call_later(_RETRY, self._resume)

    def _resume(self) -> None:
        if self._source.is_closing() or self._sink.is_closing():
            return
        if self._sink.get_write_buffer_size() > _BUFFER:
            self._resume_later()
        else:
            self._source.resume_reading()
