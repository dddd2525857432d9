"""The relay to loopback, and the task metadata endpoint."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from navra_stacks.local.host_services import MetadataEndpoint, Relay, gateway
from navra_stacks.local.task_model import ContainerModel
from tests.unit.local.fake_engine import FakeEngine, task

TASK = task(ContainerModel("web", "i"), ContainerModel("side", "i"), cpu=512, memory=1024)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[MetadataEndpoint]:
    found = MetadataEndpoint("127.0.0.1", "shop-qa", "eu-west-1")
    yield found
    found.close()


def get(port: int, path: str) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_the_metadata_of_a_container(endpoint: MetadataEndpoint) -> None:
    path = endpoint.add(TASK, "web", "1f")
    status, found = get(endpoint.port, path)
    assert (status, found["Name"]) == (200, "web")
    assert found["Labels"]["com.amazonaws.ecs.container-name"] == "web"
    assert found["Labels"]["com.amazonaws.ecs.task-definition-family"] == "web"


@pytest.mark.parametrize("suffix", ["/task", "/task/"])
def test_the_metadata_of_a_task(endpoint: MetadataEndpoint, suffix: str) -> None:
    path = endpoint.add(TASK, "web", "1f")
    status, found = get(endpoint.port, f"{path}{suffix}")
    assert status == 200
    assert (found["Family"], found["LaunchType"]) == ("web", "FARGATE")
    assert found["TaskARN"] == "arn:aws:ecs:eu-west-1:000000000000:task/shop-qa/1f"
    assert found["Limits"] == {"CPU": 0.5, "Memory": 1024}
    assert [one["Name"] for one in found["Containers"]] == ["web", "side"]


def test_each_container_has_a_path_of_its_own(endpoint: MetadataEndpoint) -> None:
    paths = [endpoint.add(TASK, one, "1f") for one in ("web", "side")]
    assert [get(endpoint.port, path)[1]["Name"] for path in paths] == ["web", "side"]
    assert get(endpoint.port, "/v4/other")[0] == 404
    assert get(endpoint.port, f"{paths[0]}/stats") == (200, {})


def test_a_relay_passes_both_directions_on_until_their_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        received = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                while data := connection.recv(65536):
                    received.append(data)
                connection.sendall(b"answer" * 100_000)

        thread = threading.Thread(target=serve)
        thread.start()
        relay = Relay("127.0.0.1", listener.getsockname()[1])
        try:
            with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as client:
                client.sendall(b"question" * 100_000)
                client.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: client.recv(65536), b""))
        finally:
            relay.close()
        thread.join()
    assert b"".join(received) == b"question" * 100_000
    assert answer == b"answer" * 100_000


def test_a_relay_without_a_server_closes_the_connection_without_a_traceback(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        relay = Relay("127.0.0.1", closed.getsockname()[1])
        try:
            with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as client:
                assert client.recv(1) == b""
        finally:
            relay.close()
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.2", "127.0.0.2"), ("192.0.2.1", "127.0.0.1"), ("", "127.0.0.1")],
)
def test_the_gateway_is_loopback_if_this_machine_does_not_have_its_address(
    address: str, expected: str
) -> None:
    engine = FakeEngine()
    engine.gateway = lambda network: address  # type: ignore[method-assign]
    assert gateway(engine, "network") == expected
