"""How long targets keep idle connections."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest
from aiohttp import web

from navra_stacks.local.load_balancer.idle_connections import IdleProbe, IdleResult
from tests.unit.local.load_balancer.running import PATIENCE
from tests.unit.local.load_balancer.web_target import RawTarget, WebTarget


async def page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="page")


def probe(port: int, wait: float = PATIENCE) -> IdleResult:
    with IdleProbe("127.0.0.1", port, "/ready", "10.0.0.10:80") as one:
        return one.result(wait)


def answering(cleanup: ExitStack, response: bytes, then: str = "wait") -> int:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(response)
        if then == "wait":
            connection.recv(1)

    return cleanup.enter_context(RawTarget(answer)).port


def test_an_idle_connection_that_the_target_closes_is_measured(cleanup: ExitStack) -> None:
    target = cleanup.enter_context(WebTarget(page, keepalive_timeout=0.5))
    result = probe(target.port)
    assert result.keep_alive
    assert result.closed_after is not None
    assert 0.4 < result.closed_after < PATIENCE
    assert result.closes_before(60)


def test_an_idle_connection_that_stays_open_has_no_time(cleanup: ExitStack) -> None:
    result = probe(cleanup.enter_context(WebTarget(page)).port, wait=0.2)
    assert (result.keep_alive, result.closed_after) == (True, None)
    assert not result.closes_before(60)


@pytest.mark.parametrize(
    "body",
    [b"Content-Length: 4\r\n\r\nbody", b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"],
)
def test_an_announced_time_counts_before_the_connection_is_closed(
    cleanup: ExitStack, body: bytes
) -> None:
    port = answering(cleanup, b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\n" + body)
    result = probe(port, wait=0.1)
    assert (result.keep_alive, result.announced, result.closed_after) == (True, 5, None)
    assert result.closes_before(60)
    assert not result.closes_before(4)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
    ],
)
def test_a_target_without_keep_alive_is_not_at_fault(cleanup: ExitStack, head: bytes) -> None:
    result = probe(answering(cleanup, head, then="close"))
    assert not result.keep_alive
    assert not result.closes_before(60)


def test_a_target_that_closes_at_once_is_at_fault(cleanup: ExitStack) -> None:
    port = answering(cleanup, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", then="close")
    assert probe(port).closes_before(60)
