"""A started load balancer, and requests to it."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.load_balancer.target_health import Target, TargetState

GROUP = "aws_lb_target_group.app"
PATIENCE = 20.0
"""Seconds that no test comes near, unless it fails."""


class Response(NamedTuple):
    status: int
    reason: str
    headers: http.client.HTTPMessage
    body: bytes


class Running:
    """A load balancer that runs in its thread."""

    def __init__(self, balancer: LocalLoadBalancer) -> None:
        self.balancer = balancer
        self.ports: Mapping[int, int] = {}
        self.targets: list[Target] = []

    def start(self, *ports: int) -> None:
        self.ports = self.balancer.start()
        for port in ports:
            self.targets.append(self.balancer.register(GROUP, "127.0.0.1", port))

    @property
    def port(self) -> int:
        return self.ports[443]

    def connect(self, listener: int = 443) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.ports[listener], timeout=PATIENCE)

    def request(
        self,
        method: str = "GET",
        path: str = "/",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        listener: int = 443,
    ) -> Response:
        connection = self.connect(listener)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Response(answer.status, answer.reason, answer.headers, answer.read())
        finally:
            connection.close()

    def socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def state(self, position: int = 0) -> TargetState:
        return self.balancer.state(self.targets[position])

    def wait_for(self, status: str, position: int = 0) -> TargetState:
        wait_until(lambda: self.state(position).status == status)
        return self.state(position)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.01)
