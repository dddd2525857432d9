"""Requests through a load balancer to targets on this machine."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.tls_server import tls_server
from tests.unit.local.load_balancer.conftest import StartBalancer, StartTarget
from tests.unit.local.load_balancer.running import PATIENCE, wait_until
from tests.unit.local.load_balancer.web_target import RawTarget


async def echo(request: web.Request) -> web.StreamResponse:
    """Answer with the parts of the request that arrived."""
    body = await request.read()
    return web.json_response(
        {
            "method": request.method,
            "path": request.raw_path,
            "headers": [list(item) for item in request.headers.items()],
            "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        },
        headers={"Server": "app/1", "Keep-Alive": "timeout=3"},
    )


def received(body: bytes) -> dict[str, str]:
    return {name.lower(): value for name, value in json.loads(body)["headers"]}


def test_a_target_receives_the_described_protocol_and_port_of_the_listener(
    start: StartBalancer, web_target: StartTarget
) -> None:
    balancer = start(web_target(echo).port)
    headers = received(
        balancer.request(headers={"Host": "shop.example.com", "X-Forwarded-Port": "1"}).body
    )
    assert headers["host"] == "shop.example.com"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-port"] == "443"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["x-amzn-trace-id"])


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("append", "203.0.113.7, 127.0.0.1"), ("preserve", "203.0.113.7"), ("remove", None)],
)
def test_x_forwarded_for_follows_the_mode_of_the_load_balancer(
    start: StartBalancer, web_target: StartTarget, mode: str, expected: str | None
) -> None:
    balancer = start(web_target(echo).port, xff_header_processing_mode=mode)
    headers = received(balancer.request(headers={"X-Forwarded-For": "203.0.113.7"}).body)
    assert headers.get("x-forwarded-for") == expected


def test_a_trace_of_the_client_continues(start: StartBalancer, web_target: StartTarget) -> None:
    balancer = start(web_target(echo).port)
    headers = received(
        balancer.request(
            headers={"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678"}
        ).body
    )
    assert headers["x-amzn-trace-id"].startswith("Self=1-")
    assert headers["x-amzn-trace-id"].endswith(";Root=1-67891233-abcdef012345678912345678")


@pytest.mark.parametrize("dropped", [True, False])
def test_headers_with_invalid_names_are_dropped_only_as_described(
    start: StartBalancer, web_target: StartTarget, dropped: bool
) -> None:
    balancer = start(web_target(echo).port, drop_invalid_header_fields=dropped)
    headers = received(balancer.request(headers={"X_Under_Score": "1", "X-Valid": "1"}).body)
    assert ("x_under_score" in headers) is not dropped
    assert "x-valid" in headers


def test_headers_of_one_connection_are_not_forwarded(
    start: StartBalancer, web_target: StartTarget
) -> None:
    balancer = start(web_target(echo).port)
    response = balancer.request(
        headers={"Connection": "keep-alive, X-Only", "X-Only": "1", "TE": "trailers", "X-All": "1"}
    )
    headers = received(response.body)
    assert "x-all" in headers
    assert not {"connection", "x-only", "te"} & headers.keys()
    assert "Keep-Alive" not in response.headers


def test_path_and_query_arrive_as_they_were_sent(
    start: StartBalancer, web_target: StartTarget
) -> None:
    balancer = start(web_target(echo).port)
    path = "/a%2Fb/%C3%A9/..//c;d?x=%20+1&y=a%2526&z"
    assert json.loads(balancer.request(path=path).body)["path"] == path


def test_the_headers_of_a_target_arrive_without_others(
    start: StartBalancer, cleanup: ExitStack
) -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 200 Fine\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
            b"Content-Length: 2\r\n\r\nok"
        )

    balancer = start(cleanup.enter_context(RawTarget(answer)).port)
    response = balancer.request()
    assert (response.status, response.reason, response.body) == (200, "Fine", b"ok")
    assert sorted(name for name in response.headers if name != "Date") == [
        "Content-Length",
        "Set-Cookie",
        "Set-Cookie",
    ]


def test_a_listener_sets_response_headers_and_removes_the_server(
    start: StartBalancer, web_target: StartTarget
) -> None:
    balancer = start(
        web_target(echo).port,
        listener={
            "routing_http_response_server_enabled": False,
            "routing_http_response_strict_transport_security_header_value": "max-age=1",
            "routing_http_response_x_frame_options_header_value": "DENY",
        },
    )
    headers = balancer.request().headers
    assert headers["Strict-Transport-Security"] == "max-age=1"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Server" not in headers


def test_the_first_part_of_a_response_arrives_before_the_second_is_sent(
    start: StartBalancer, web_target: StartTarget
) -> None:
    continued = threading.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first")
        while not continued.is_set():
            await asyncio.sleep(0.01)
        await response.write(b"second")
        return response

    balancer = start(web_target(stream).port)
    connection = balancer.connect()
    connection.request("GET", "/stream")
    response = connection.getresponse()
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert response.read1() == b"first"
    continued.set()
    assert response.read() == b"second"
    connection.close()


def test_the_first_part_of_an_upload_arrives_before_the_second_is_sent(
    start: StartBalancer, web_target: StartTarget
) -> None:
    arrived = threading.Event()

    async def upload(request: web.Request) -> web.StreamResponse:
        first = await request.content.readany()
        arrived.set()
        return web.json_response(
            [first.decode(), (await request.read()).decode(), request.headers.get("Content-Length")]
        )

    balancer = start(web_target(upload).port)

    def parts() -> Iterator[bytes]:
        yield b"first"
        assert arrived.wait(PATIENCE)
        yield b"second"

    connection = balancer.connect()
    connection.request(
        "POST", "/upload", parts(), encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
    )
    assert json.loads(connection.getresponse().read()) == ["first", "second", None]
    connection.close()


def test_a_large_upload_and_download_are_complete(
    start: StartBalancer, web_target: StartTarget
) -> None:
    data = bytes(range(256)) * 40_000

    async def both(request: web.Request) -> web.StreamResponse:
        assert request.headers["Content-Length"] == str(len(data))
        return web.Response(body=await request.read())

    response = start(web_target(both).port).request("PUT", "/file", data)
    assert response.headers["Content-Length"] == str(len(data))
    assert response.body == data


def test_compressed_bodies_are_not_changed(start: StartBalancer, web_target: StartTarget) -> None:
    async def same(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"not really gzip", headers={"Content-Encoding": "gzip"})

    response = start(web_target(same).port).request(headers={"Accept-Encoding": "gzip"})
    assert response.body == b"not really gzip"
    assert response.headers["Content-Encoding"] == "gzip"


def test_a_client_that_expects_continue_receives_it(
    start: StartBalancer, web_target: StartTarget
) -> None:
    with start(web_target(echo).port).socket() as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"body")
        response = http.client.HTTPResponse(connection)
        response.begin()
        body = response.read()
    assert json.loads(body)["size"] == 4
    assert "expect" not in received(body)


def test_connections_to_a_target_are_reused(start: StartBalancer, web_target: StartTarget) -> None:
    target = web_target(echo)
    balancer = start(target.port)
    for _ in range(5):
        assert balancer.request().status == 200
    assert len(target.connections) == 1


def test_a_head_request_has_the_length_and_no_body(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text="page")

    response = start(web_target(page).port).request("HEAD")
    assert response.headers["Content-Length"] == "4"
    assert response.body == b""


def test_redirects_of_a_target_are_not_followed(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def moved(_: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    response = start(web_target(moved).port).request("POST", body=b"x")
    assert (response.status, response.headers["Location"]) == (307, "/elsewhere")


def test_a_client_that_disconnects_ends_the_request_to_the_target(
    start: StartBalancer, web_target: StartTarget
) -> None:
    started, ended = threading.Event(), threading.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        started.set()
        try:
            while True:
                await response.write(b"x" * 1000)
                await asyncio.sleep(0.01)
        except (ConnectionError, asyncio.CancelledError):
            ended.set()
            raise

    balancer = start(web_target(slow).port)
    with balancer.socket() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert started.wait(PATIENCE)
    wait_until(ended.is_set)


def test_a_client_that_disconnects_before_a_response_ends_the_request_to_the_target(
    start: StartBalancer, cleanup: ExitStack
) -> None:
    started, ended = threading.Event(), threading.Event()

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.settimeout(PATIENCE)
        started.set()
        if not connection.recv(1):
            ended.set()

    balancer = start(cleanup.enter_context(RawTarget(answer)).port)
    with balancer.socket() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert started.wait(PATIENCE)
    assert ended.wait(PATIENCE)


def test_a_response_before_the_end_of_an_upload_arrives(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def too_large(request: web.Request) -> web.StreamResponse:
        return web.Response(status=413, text="too large")

    response = start(web_target(too_large).port).request("POST", body=b"x" * 20_000_000)
    assert (response.status, response.body) == (413, b"too large")


def test_requests_to_https_targets_are_encrypted(start: StartBalancer, tmp_path: Path) -> None:
    with tls_server("app.internal", tmp_path) as target:
        group = {"protocol": "HTTPS", "health_check": {"protocol": "HTTPS", "path": "/ready"}}
        balancer = start(target.port, group=group)
        balancer.wait_for("healthy")
        assert balancer.request(path="/page").status == 200
    assert [path for path, _, _ in target.requests if path == "/page"] == ["/page"]


def test_an_idle_connection_of_a_client_is_closed_after_the_idle_timeout(
    start: StartBalancer, web_target: StartTarget
) -> None:
    with start(web_target(echo).port, idle_timeout=1).socket() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while connection.recv(65_536):
            pass


def test_a_stopped_load_balancer_leaves_no_port_open(
    start: StartBalancer, web_target: StartTarget
) -> None:
    balancer = start(web_target(echo).port)
    balancer.balancer.stop()
    balancer.balancer.stop()
    with pytest.raises(ConnectionRefusedError):
        balancer.socket()
