"""WebSockets through a load balancer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
from aiohttp import WSMsgType, web

from tests.unit.local.load_balancer.conftest import StartBalancer, StartTarget
from tests.unit.local.load_balancer.running import PATIENCE, Running

T = TypeVar("T")


async def echo(request: web.Request) -> web.StreamResponse:
    """Repeat messages; close with a code if the message is ``close``."""
    if request.headers.get("X-Refused"):
        return web.Response(status=403, text="not allowed")
    own = web.WebSocketResponse(protocols=("chat.v2", "chat.v1"), autoping=False)
    await own.prepare(request)
    async for message in own:
        match message.type:
            case WSMsgType.TEXT if message.data == "close":
                await own.close(code=4001, message=b"as requested")
            case WSMsgType.TEXT:
                await own.send_str(message.data)
            case WSMsgType.BINARY:
                await own.send_bytes(message.data)
            case WSMsgType.PING:
                await own.pong(message.data)
    closes.append(own.close_code)
    return own


closes: list[int | None] = []


def with_client(balancer: Running, use: Callable[[aiohttp.ClientSession, str], Awaitable[T]]) -> T:
    async def run() -> T:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            return await use(session, f"http://127.0.0.1:{balancer.port}/ws")

    return asyncio.run(run())


def test_messages_pings_and_the_subprotocol_pass_in_both_directions(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def use(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(
            url, protocols=("other", "chat.v1"), autoping=False, compress=15, max_msg_size=0
        ) as socket:
            assert socket.protocol == "chat.v1"
            await socket.send_str("text")
            assert (await socket.receive()).data == "text"
            large = bytes(range(256)) * 10_000
            await socket.send_bytes(large)
            assert (await socket.receive()).data == large
            await socket.ping(b"alive")
            message = await socket.receive()
            assert (message.type, bytes(message.data)) == (WSMsgType.PONG, b"alive")

    with_client(start(web_target(echo).port), use)


def test_the_close_code_of_the_target_arrives(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def use(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            await socket.send_str("close")
            message = await socket.receive()
            assert message.type == WSMsgType.CLOSE
            assert (message.data, message.extra) == (4001, "as requested")

    with_client(start(web_target(echo).port), use)


def test_the_close_code_of_the_client_arrives(
    start: StartBalancer, web_target: StartTarget
) -> None:
    closes.clear()

    async def use(session: aiohttp.ClientSession, url: str) -> None:
        socket = await session.ws_connect(url)
        await socket.close(code=4002)
        while not closes:
            await asyncio.sleep(0.01)

    with_client(start(web_target(echo).port), use)
    assert closes == [4002]


def test_a_target_that_refuses_the_upgrade_answers_the_client(
    start: StartBalancer, web_target: StartTarget
) -> None:
    balancer = start(web_target(echo).port)
    response = balancer.request(
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "X-Refused": "1",
        }
    )
    assert (response.status, response.body) == (403, b"not allowed")


def test_an_idle_websocket_is_closed_after_the_idle_timeout(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def use(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(url) as socket:
            for _ in range(6):  # longer than the timeout, and never idle
                await asyncio.sleep(0.25)
                await socket.send_str("x")
                assert (await socket.receive()).data == "x"
            assert (await socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)

    with_client(start(web_target(echo).port, idle_timeout=1), use)


def test_a_slow_client_does_not_lose_data(start: StartBalancer, web_target: StartTarget) -> None:
    part, count = b"x" * 100_000, 60

    async def many(request: web.Request) -> web.StreamResponse:
        own = web.WebSocketResponse(compress=False)
        await own.prepare(request)
        for _ in range(count):
            await own.send_bytes(part)
        await own.close()
        return own

    async def use(session: aiohttp.ClientSession, url: str) -> int:
        async with session.ws_connect(url) as socket:
            await asyncio.sleep(0.3)
            return sum([len(message.data) async for message in socket])

    assert with_client(start(web_target(many).port), use) == count * len(part)
