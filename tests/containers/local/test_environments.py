"""Both environments of this repository run here with real servers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import aiohttp
import pytest

from tests.containers.local.conftest import SECRETS, Start
from tests.support.container_engine.engine import Container, Engine
from tests.support.container_engine.navra_local import NavraLocal


class Running(NamedTuple):
    """An environment whose services are healthy."""

    environment: str

    command: NavraLocal

    url: str
    """The URL of the HTTPS listener."""

    def request(self, path: str, body: bytes | None = None, **options: Any) -> Response:
        """Send a request, with POST if it has a body, and return any response."""
        request = urllib.request.Request(f"{self.url}{path}", body, **options)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return Response(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Response(error.code, dict(error.headers), error.read())


class Response(NamedTuple):
    status: int

    headers: dict[str, str]

    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture(scope="module", params=["staging", "prod"])
def running(request: pytest.FixtureRequest, start: Start, engine: Engine) -> Iterator[Running]:
    environment: str = request.param
    command = start(environment)
    try:
        url = command.url(443)
        if environment == "staging":
            # It has no one-off task: its tables are created by hand.
            migrated = container(engine, "backend").run("alembic", "upgrade", "head")
            assert migrated.returncode == 0, migrated.stderr
        yield Running(environment, command, url)
    finally:
        command.end()


def container(engine: Engine, name: str) -> Container:
    """Return the container with a name in a task definition."""
    (found,) = [one for one in engine.objects()["containers"] if re.search(rf"\b{name}$", one)]
    return Container(engine, found)


def test_both_services_become_healthy(running: Running) -> None:
    for service in ("frontend", "backend"):
        running.command.wait_for(rf"^{service}: healthy after [0-9.]+ s")


@pytest.mark.parametrize("path", ["/", "/agents/7?tab=log", "/healthy"])
def test_the_single_page_application_answers_each_path_of_a_page(
    running: Running, path: str
) -> None:
    response = running.request(path)
    assert response.status == 200
    assert b"Small single-page application" in response.body
    # The listener of production removes the header.
    assert ("Server" in response.headers) == (running.environment == "staging")


def test_a_file_of_the_application_is_served(running: Running) -> None:
    assert b"location.pathname" in running.request("/app.js").body


def test_health_paths_reach_the_backend_which_reaches_its_database_and_cache(
    running: Running,
) -> None:
    response = running.request("/health/ready")
    assert (response.status, response.json) == (200, {"status": "ready"})
    assert running.request("/health/live").json == {"status": "live"}


def test_rows_are_stored_in_a_table_that_the_migration_created(running: Running) -> None:
    body = json.dumps({"name": "first"}).encode()
    added = running.request("/api/items", body, headers={"Content-Type": "application/json"})
    assert added.status == 201
    assert added.json in running.request("/api/items").json


def test_the_migration_of_production_runs_before_its_services(running: Running) -> None:
    lines = running.command.lines
    migrations = [line for line in lines if line.startswith("backend/migrate: succeeded")]
    if running.environment == "staging":
        assert not migrations
        return
    (migrated,) = migrations
    (first, *_) = [line for line in lines if line.startswith(("backend |", "frontend |"))]
    assert lines.index(migrated) < lines.index(first)
    assert "backend/migrate | database is at the newest revision" in lines


def test_values_are_stored_in_the_cache(running: Running) -> None:
    key = f"/api/cache/{time.monotonic_ns()}"
    assert running.request(key).status == 404
    running.request(key, b"remembered", method="PUT")
    assert running.request(key).json == {"value": "remembered"}


def test_a_web_socket_carries_text_and_bytes_with_its_subprotocol(running: Running) -> None:
    async def talk() -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{running.url}/api/ws", protocols=("chat",)) as web_socket,
        ):
            assert web_socket.protocol == "chat"
            await web_socket.send_str("text")
            assert await web_socket.receive_str(timeout=30) == "text"
            await web_socket.send_bytes(b"\x00\xff")
            assert await web_socket.receive_bytes(timeout=30) == b"\x00\xff"
            await web_socket.send_str("close")
            closed = await web_socket.receive(timeout=30)
            assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4001)

    asyncio.run(talk())


@pytest.mark.parametrize("content_type", ["application/octet-stream", "multipart/form-data"])
def test_an_upload_arrives_complete(running: Running, content_type: str) -> None:
    # More than the 1 MiB from which the backend writes a form's file to /tmp.
    content = os.urandom(3 << 20)
    body, header = content, content_type
    if content_type == "multipart/form-data":
        header = f"{content_type}; boundary=part"
        disposition = b'Content-Disposition: form-data; name="file"; filename="file"'
        body = b"--part\r\n" + disposition + b"\r\n\r\n" + content + b"\r\n--part--\r\n"
    response = running.request("/api/upload", body, headers={"Content-Type": header})
    digest = hashlib.sha256(content).hexdigest()
    assert response.json == {"size": len(content), "sha256": digest}


def test_a_stream_arrives_while_it_is_written(running: Running) -> None:
    url = f"{running.url}/api/stream?count=3&pause=1"
    with urllib.request.urlopen(url, timeout=30) as response:
        arrived = [(time.monotonic(), line) for line in response]
    assert [line for _, line in arrived] == [b"chunk 0\n", b"chunk 1\n", b"chunk 2\n"]
    # Two seconds apart, unless the response was collected before it was forwarded.
    assert arrived[-1][0] - arrived[0][0] > 1


def test_the_backend_receives_the_headers_of_the_load_balancer(running: Running) -> None:
    received = running.request("/api/headers").json["headers"]
    assert received["x-forwarded-proto"] == "https"
    assert received["x-forwarded-port"] == "443"
    assert received["x-forwarded-for"] == "127.0.0.1"
    assert received["x-amzn-trace-id"].startswith("Root=")
    assert received["host"] == running.url.removeprefix("http://")


def test_the_http_listener_redirects_to_the_local_https_listener(running: Running) -> None:
    host, port = running.command.url(80).removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"GET /api/items?a=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head = connection.recv(65536).decode()
    assert head.startswith("HTTP/1.1 301")
    assert f"Location: {running.url}/api/items?a=1\r\n" in head


def test_the_backend_runs_as_described(running: Running, engine: Engine) -> None:
    user = running.request("/api/environment/OPENAI_API_KEY").json
    assert user == {"set": True, "user": 0 if running.environment == "staging" else 1000}
    written = container(engine, "backend").run("touch", "/file")
    assert (written.returncode == 0) == (running.environment == "staging")


def test_no_value_of_a_secret_is_printed(running: Running) -> None:
    assert not [value for value in SECRETS.values() if value in running.command.output]


def test_ctrl_c_leaves_no_container_network_volume_or_port(
    running: Running, engine: Engine
) -> None:
    ports = [int(running.command.url(listener).rpartition(":")[2]) for listener in (80, 443)]
    assert engine.objects()["containers"]
    assert running.command.end() in (0, 1)  # 1 if an idle connection was closed meanwhile
    assert engine.objects() == {}
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
