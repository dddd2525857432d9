"""Measure how long a target keeps an idle connection open."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass

__all__ = ["IdleProbe", "IdleResult"]

_KEEP_ALIVE = re.compile(rb"(?im)^keep-alive:[^\r\n]*?timeout\s*=\s*(\d+)")
_CONNECTION = re.compile(rb"(?im)^connection:[ \t]*([^\r\n]*)")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d+)")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:[^\r\n]*chunked")


@dataclass(frozen=True, slots=True)
class IdleResult:
    """What a target did with an idle connection."""

    keep_alive: bool
    """Whether the response keeps the connection open at all. A target that closes each connection
    after its response is not at fault: the load balancer opens a new one for each request."""
    closed_after: float | None
    """Seconds without data until the target closed the connection; None while it is open."""
    announced: int | None
    """Seconds of ``Keep-Alive: timeout=`` in the response; None without it."""
    observed: float
    """Seconds that the connection was observed."""

    def closes_before(self, idle_timeout: float) -> bool:
        """Return True if the target closes idle connections before the load balancer does."""
        if not self.keep_alive:
            return False
        seconds = self.announced if self.closed_after is None else self.closed_after
        return seconds is not None and seconds < idle_timeout


class IdleProbe:
    """One idle connection to a target, which can be observed for any time.

    Use it as a context manager. `result` does not wait for longer than it is given, so that the
    connection can be observed while other work is done.
    """

    def __init__(
        self, host: str, port: int, path: str, host_header: str, *, timeout: float = 5.0
    ) -> None:
        """Open the connection, send one request and read its response.

        Args:
            host: The address of the target on this machine.
            port: The port of the target on this machine.
            path: The path of the health check.
            host_header: The ``Host`` header, as the health check sends it.
            timeout: Seconds for the connection and the response.

        Raises:
            OSError: the target does not accept the connection, or sends no response in time.
        """
        self._socket = socket.create_connection((host, port), timeout=timeout)
        try:
            self._socket.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {host_header}\r\n"
                "User-Agent: ELB-HealthChecker/2.0\r\nAccept: */*\r\n\r\n".encode()
            )
            head, closed = self._read_response()
        except BaseException:
            self._socket.close()
            raise
        self._idle_since = time.monotonic()
        self._closed_after = 0.0 if closed else None
        self._announced = int(found[1]) if (found := _KEEP_ALIVE.search(head)) else None
        tokens = (found[1].lower() if (found := _CONNECTION.search(head)) else b"").split(b",")
        options = {token.strip() for token in tokens}
        reusable = b"keep-alive" in options if head.startswith(b"HTTP/1.0") else True
        self._keep_alive = reusable and b"close" not in options and not closed

    def __enter__(self) -> IdleProbe:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def result(self, wait: float = 0.0) -> IdleResult:
        """Return what has been observed.

        Args:
            wait: Seconds to observe the connection before; less if the target closes it.
        """
        if self._closed_after is None:
            self._socket.settimeout(max(wait, 0.001))
            try:
                # Data without a request, such as a response with the status 408, precedes a close.
                while self._socket.recv(65_536):
                    pass
                self._closed_after = time.monotonic() - self._idle_since
            except TimeoutError:
                pass
            except OSError:
                self._closed_after = time.monotonic() - self._idle_since
        return IdleResult(
            self._keep_alive,
            self._closed_after,
            self._announced,
            time.monotonic() - self._idle_since,
        )

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _read_response(self) -> tuple[bytes, bool]:
        """Return the head of the response, and whether the target closed the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            if not (part := self._socket.recv(65_536)):
                raise ConnectionError("the target closed the connection before a response")
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        chunked = _CHUNKED.search(head) is not None
        if length is None and not chunked and not re.match(rb"HTTP/1\.[01] (204|304)", head):
            return head, True  # the end of the connection is the end of the body
        remaining = int(length[1]) - len(body) if length is not None else 0
        tail = body[-5:]
        while remaining > 0 if not chunked else not tail.endswith(b"0\r\n\r\n"):
            if not (part := self._socket.recv(65_536)):
                return head, True
            remaining -= len(part)
            tail = (tail + part)[-5:]
        return head, False
