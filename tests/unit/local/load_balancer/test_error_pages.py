"""The responses that a load balancer creates itself, instead of a target's."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from contextlib import ExitStack

import pytest
from aiohttp import web

from tests.unit.local.load_balancer.conftest import StartBalancer, StartTarget
from tests.unit.local.load_balancer.running import PATIENCE
from tests.unit.local.load_balancer.web_target import RawTarget, free_port


async def page(request: web.Request) -> web.StreamResponse:
    return web.Response(body=await request.read())


def test_a_group_without_targets_gives_503(start: StartBalancer) -> None:
    response = start().request()
    assert (response.status, response.reason) == (503, "Service Temporarily Unavailable")
    assert response.headers["Server"] == "awselb/2.0"
    assert response.headers["Content-Type"] == "text/html"
    # The length that Application Load Balancers send.
    assert response.headers["Content-Length"] == "162"
    assert response.body.startswith(
        b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n"
    )


def test_a_refused_connection_gives_502(start: StartBalancer) -> None:
    response = start(free_port()).request()
    assert (response.status, response.reason) == (502, "Bad Gateway")
    assert response.headers["Content-Length"] == "122"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_target_that_closes_before_a_response_gives_502(
    start: StartBalancer, cleanup: ExitStack, method: str
) -> None:
    requests: list[bytes] = []
    target = cleanup.enter_context(RawTarget(lambda _, head: requests.append(head)))
    assert start(target.port).request(method, body=b"x").status == 502
    assert len(requests) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_on_a_reused_connection_that_closes_is_not_repeated(
    start: StartBalancer, cleanup: ExitStack, method: str
) -> None:
    def answer(connection: socket.socket, head: bytes) -> None:
        requests.append(head)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        requests.append(connection.recv(65_536))

    requests: list[bytes] = []
    balancer = start(cleanup.enter_context(RawTarget(answer)).port)
    balancer.wait_for("healthy")
    assert balancer.request(method).status == 200
    assert balancer.request(method).status == 502
    assert len(requests) == 2


def test_a_response_that_is_not_http_gives_502(start: StartBalancer, cleanup: ExitStack) -> None:
    target = cleanup.enter_context(RawTarget(lambda one, _: one.sendall(b"hello\r\n\r\n")))
    assert start(target.port).request().status == 502


def test_a_response_that_ends_early_cuts_the_connection(
    start: StartBalancer, cleanup: ExitStack
) -> None:
    target = cleanup.enter_context(
        RawTarget(lambda one, _: one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"))
    )
    connection = start(target.port).connect()
    connection.request("GET", "/")
    response = connection.getresponse()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        response.read()
    connection.close()


def test_a_target_without_a_response_in_the_idle_timeout_gives_504(
    start: StartBalancer, cleanup: ExitStack
) -> None:
    ended = threading.Event()
    cleanup.callback(ended.set)
    target = cleanup.enter_context(RawTarget(lambda *_: ended.wait(PATIENCE) and None))
    cleanup.callback(ended.set)
    response = start(target.port, idle_timeout=1).request()
    assert (response.status, response.reason) == (504, "Gateway Time-out")


def test_a_client_without_data_in_the_idle_timeout_gets_408(
    start: StartBalancer, web_target: StartTarget
) -> None:
    with start(web_target(page).port, idle_timeout=1).socket() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nx")
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_stream_is_longer_than_the_idle_timeout_while_it_has_data(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(8):
            await response.write(b"x")
            await asyncio.sleep(0.2)
        return response

    assert start(web_target(stream).port, idle_timeout=1).request().body == b"x" * 8


def test_a_request_that_is_not_http_gives_400(start: StartBalancer) -> None:
    with start().socket() as connection:
        connection.sendall(b"hello world\r\n\r\n")
        data = connection.recv(1000)
    status_line, _, rest = data.partition(b"\r\n")
    assert status_line.endswith(b" 400 Bad Request")
    assert b"awselb/2.0" in rest


def test_trace_gives_405(start: StartBalancer) -> None:
    assert start().request("TRACE").status == 405
