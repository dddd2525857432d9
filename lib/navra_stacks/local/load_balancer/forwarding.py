"""Forward a request to a target, and stream the response to the client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from yarl import URL

from navra_stacks.local.load_balancer.balancer import Listener, LoadBalancer, Rule
from navra_stacks.local.load_balancer.error_pages import error_page
from navra_stacks.local.load_balancer.forwarded_headers import request_headers, response_headers
from navra_stacks.local.load_balancer.target_health import Target
from navra_stacks.local.load_balancer.tunnel import ABSENT_HEADERS, tunnel

__all__ = ["Forwarder", "target_path"]

_CONNECT_TIMEOUT = 10
"""Seconds until a connection to a target must be established (ELB's documentation of HTTP 504)."""
_MAXIMUM_RESPONSE_HEADER = 32_768
"""Bytes of a target's header (quotas of Application Load Balancers: the response header, 32 K)."""
_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class _TargetConnectionError(Exception):
    """The target refused or closed the connection before it sent a response.

    Not a ``ClientError``: the client library repeats idempotent requests after those on a reused
    connection. Application Load Balancers return 502 in this case.
    """


class Forwarder:
    """Forwards the requests of all listeners of a load balancer.

    Bodies are not buffered in either direction. Connections to targets are reused until they have
    been idle for the idle timeout of the load balancer. The same timeout limits the time without
    data in a request.
    """

    def __init__(self, balancer: LoadBalancer) -> None:
        """Create the forwarder, in the thread of a running event loop."""
        self._balancer = balancer
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                keepalive_timeout=balancer.idle_timeout,
                ssl=False,  # the load balancer does not verify the certificates of targets
            ),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_field_size=_MAXIMUM_RESPONSE_HEADER,
            max_line_size=_MAXIMUM_RESPONSE_HEADER,
            middlewares=(_without_retries,),
            skip_auto_headers=_AUTOMATIC,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT),
        )

    async def forward(
        self,
        request: web.BaseRequest,
        listener: Listener,
        rule: Rule,
        target: Target,
        protocol: str,
    ) -> web.StreamResponse:
        """Forward a request and return the response, which has been sent in part or as a whole.

        Args:
            request: The client's request.
            listener: The listener that received the request.
            rule: The rule that the request matched, whose transforms are applied.
            target: The target.
            protocol: The protocol of the target group, ``HTTP`` or ``HTTPS``.
        """
        exchange = _Exchange(request, self._balancer.idle_timeout)
        upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
        given = [
            (
                name,
                rule.rewritten("host-header-rewrite", value) if name.lower() == "host" else value,
            )
            for name, value in request.headers.items()
        ]
        path = rule.rewritten("url-rewrite", target_path(request))
        headers = request_headers(
            given, self._balancer, listener, _client(request), upgrade=upgrade
        )
        url = URL(f"{protocol.lower()}://{target.host}:{target.port}{path}", encoded=True)
        try:
            async with (
                exchange.idle_limit,
                self._session.request(
                    request.method,
                    url,
                    headers=headers,
                    data=exchange.body() if request.body_exists else None,
                    allow_redirects=False,
                ) as response,
            ):
                exchange.touch()
                if response.status == 101 and upgrade:
                    exchange.idle_limit.reschedule(None)
                    return await tunnel(request, response, self._balancer.idle_timeout)
                return await exchange.relay(response, close=upgrade)
        except TimeoutError:
            return exchange.failed(408 if exchange.waits_for_client else 504)
        except (_TargetConnectionError, aiohttp.ClientError, ValueError):
            return exchange.failed(502)

    async def close(self) -> None:
        """Close all connections to targets."""
        await self._session.close()


def target_path(request: web.BaseRequest) -> str:
    """Return the path and query of a request as the client sent them."""
    raw = request.raw_path
    if raw.startswith("/"):
        return raw
    # The absolute form of a request to a proxy, or the asterisk of OPTIONS.
    return URL(raw, encoded=True).raw_path_qs if "://" in raw else f"/{raw}"


class _Exchange:
    """One request and its response, with the idle timeout for both directions."""

    def __init__(self, request: web.BaseRequest, idle_timeout: float) -> None:
        self._request = request
        self._idle_timeout = idle_timeout
        self._response: web.StreamResponse | None = None
        self.idle_limit = asyncio.timeout(idle_timeout)
        self.waits_for_client = False

    def touch(self) -> None:
        """Note that data was received or sent."""
        if self.idle_limit.when() is not None and not self.idle_limit.expired():
            self.idle_limit.reschedule(asyncio.get_running_loop().time() + self._idle_timeout)

    async def body(self) -> AsyncIterator[bytes]:
        """Yield the parts of the client's body as they arrive."""
        while True:
            self.waits_for_client = True
            chunk = await self._request.content.readany()
            self.waits_for_client = False
            if not chunk:
                return
            self.touch()
            yield chunk
            self.touch()

    async def relay(self, response: aiohttp.ClientResponse, *, close: bool) -> web.StreamResponse:
        """Send the target's response to the client as it arrives."""
        headers = response_headers(response.headers.items())
        own = self._response = web.StreamResponse(
            status=response.status, reason=response.reason or "", headers=headers
        )
        own[ABSENT_HEADERS] = [
            name for name in ("Server", "Content-Type") if name not in response.headers
        ]
        if close:
            own.force_close()
        await own.prepare(self._request)
        self.touch()
        async for chunk in response.content.iter_any():
            self.touch()
            await own.write(chunk)
            self.touch()
        await own.write_eof()
        return own

    def failed(self, status: int) -> web.StreamResponse:
        """Return the error page, or cut the connection if the response has begun."""
        if self._response is not None and self._response.prepared:
            if self._request.transport is not None:
                self._request.transport.abort()
            return self._response
        page = error_page(status)
        if not self._request.content.is_eof():
            page.force_close()  # the rest of the body is not read
        return page


async def _without_retries(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except (aiohttp.ServerTimeoutError, TimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _TargetConnectionError(str(error)) from error


def _client(request: web.BaseRequest) -> tuple[str, int]:
    name = request.transport.get_extra_info("peername") if request.transport else None
    return (str(name[0]), int(name[1])) if name else ("127.0.0.1", 0)
