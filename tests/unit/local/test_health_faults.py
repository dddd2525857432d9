"""The faults of a running server, from its responses to the health check."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from navra_stacks.local.health_faults import health_fault
from navra_stacks.local.load_balancer.target_group import HealthCheck
from navra_stacks.local.verdict import Fault

CHECK = HealthCheck(path="/up", timeout=5)

Answer = Callable[[BaseHTTPRequestHandler], tuple[int, str]]
"""Returns the status and the location of the response to a request."""


@contextmanager
def server(answer: Answer) -> Iterator[int]:
    """Run a server, and yield its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, location = answer(self)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.daemon_threads = True
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found.server_address[1]
    finally:
        found.shutdown()
        thread.join()
        found.server_close()


def fault(port: int, check: HealthCheck = CHECK, host: str | None = "shop.example") -> Fault | None:
    return health_fault(check, port, 8080, host, "services.web")


def kind(port: int, check: HealthCheck = CHECK, host: str | None = "shop.example") -> str | None:
    found = fault(port, check, host)
    return None if found is None else found.kind


def test_a_check_that_passes_now_has_no_fault() -> None:
    with server(lambda request: (200, "")) as port:
        assert fault(port) is None


def test_the_request_is_that_of_the_load_balancer() -> None:
    requests: list[tuple[str, dict[str, str]]] = []

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, str]:
        requests.append((request.path, dict(request.headers)))
        return 200, ""

    with server(answer) as port:
        assert fault(port, HealthCheck(path="/up?full=1")) is None
    ((path, headers),) = requests
    assert path == "/up?full=1"
    assert headers["Host"] == "10.0.0.10:8080"
    assert headers["User-Agent"] == "ELB-HealthChecker/2.0"


def test_a_path_that_does_not_exist() -> None:
    with server(lambda request: (404, "")) as port:
        found = fault(port)
    assert found is not None
    assert found.kind == "health-path"
    assert found.message == "GET /up is answered with 404, not with 200"
    assert found.repair == (
        "set services.web.health_check.path to a path that is answered with 200"
    )


@pytest.mark.parametrize(
    ("matcher", "status", "expected"),
    [("200-299", 204, None), ("200,301", 301, None), ("200", 204, "health-path")],
)
def test_the_matcher_of_the_target_group_counts(
    matcher: str, status: int, expected: str | None
) -> None:
    with server(lambda request: (status, "")) as port:
        assert kind(port, HealthCheck(path="/up", matcher=matcher)) == expected


def test_a_server_that_requires_the_host_of_the_environment() -> None:
    def answer(request: BaseHTTPRequestHandler) -> tuple[int, str]:
        return (200 if request.headers["Host"] == "shop.example" else 400), ""

    with server(answer) as port:
        found = fault(port)
        assert kind(port, host=None) == "health-path"
    assert found is not None
    assert found.kind == "health-host"
    assert "only with the host shop.example" in found.message


def test_a_server_that_redirects_to_its_own_host() -> None:
    def answer(request: BaseHTTPRequestHandler) -> tuple[int, str]:
        if request.headers["Host"] == "canonical.example":
            return 200, ""
        return 301, "https://canonical.example/up"

    with server(answer) as port:
        found = fault(port)
    assert found is not None
    assert found.kind == "health-host"
    assert "the location https://canonical.example/up" in found.message


def test_a_server_that_accepts_localhost_only() -> None:
    def answer(request: BaseHTTPRequestHandler) -> tuple[int, str]:
        return (200 if request.headers["Host"] == "localhost" else 403), ""

    with server(answer) as port:
        assert kind(port) == "health-host"


def test_a_response_that_takes_too_long() -> None:
    end = threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, str]:
        end.wait(30)
        return 200, ""

    with server(answer) as port:
        found = fault(port, HealthCheck(path="/up", timeout=1))
        end.set()
    assert found is not None
    assert found.kind == "health-timeout"
    assert "has no response within 1 s" in found.message


def test_no_server_on_the_port() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = fault(closed.getsockname()[1])
    assert found is not None
    assert found.kind == "not-listening"
    assert "port 8080 of the container" in found.message


def test_a_server_that_closes_the_connection_is_not_an_http_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def close() -> None:
            connection, _ = listener.accept()
            connection.close()

        thread = threading.Thread(target=close)
        thread.start()
        assert kind(listener.getsockname()[1]) == "not-listening"
        thread.join()
