"""Fault injection: API calls that change something fail in one of three ways."""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock
from typing import Any

from navra_stacks.rehearsal.emulator.one_request_at_a_time import CALL_ID

__all__ = ["KINDS", "FaultInjector", "mutating_action"]

KINDS = ("throttle", "error", "lost")
"""How calls fail: AWS throttles the call, AWS returns status 500 and does nothing else, or the call
takes effect and the response is lost.
"""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_READS = re.compile("Describe|Get|List|Head|BatchGet|Lookup|Query|Simulate|Check|AssumeRole")


class FaultInjector:
    """A WSGI middleware that makes API calls to the emulator fail.

    Args:
        aws: The WSGI application of the emulator.
    """

    def __init__(self, aws: Wsgi) -> None:
        self._aws = aws
        self._kind: str | None = None
        self._failed: list[str] = []
        self._requests: set[tuple[str, bytes]] = set()
        self._lock = Lock()

    def start(self, kind: str) -> None:
        """Make calls that change something fail; for ``lost``, only their first attempts."""
        with self._lock:
            self._kind, self._failed, self._requests = kind, [], set()

    def stop(self) -> list[str]:
        """Stop making calls fail; return the API actions of the calls that failed, in order."""
        with self._lock:
            self._kind = None
            return self._failed

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._kind is None:
            return self._aws(request, start_response)
        length = int(request.get("CONTENT_LENGTH") or 0)
        body = request["wsgi.input"].read(length)
        request["wsgi.input"] = io.BytesIO(body)
        action = mutating_action(request, body)
        with self._lock:
            kind: str | None = self._kind
            is_retry = (action, body) in self._requests
            if kind is None or action is None or (kind == "lost" and is_retry):
                kind = None
            else:
                self._requests.add((action, body))
                self._failed.append(action)
        if kind is None:
            return self._aws(request, start_response)
        if kind == "lost":
            # The response is not cached for a retry, which must find the resource created already.
            request.pop(CALL_ID, None)
            list(self._aws(request, lambda *_: None))
            with suppress(OSError):
                request["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            start_response("502 Bad Gateway", [])
            return [b""]
        return _error_response(kind, request, start_response)


def mutating_action(request: dict[str, Any], body: bytes) -> str | None:
    """Return the API action of a call that changes something; None for a call that only reads."""
    method = request.get("REQUEST_METHOD", "GET")
    if target := request.get("HTTP_X_AMZ_TARGET"):
        action = target.rpartition(".")[2]
    elif found := re.search(rb"(?:^|&)Action=(\w+)", body):
        action = found[1].decode()
    else:
        return None if method in ("GET", "HEAD") else f"{method} {request.get('PATH_INFO', '')}"
    return None if _READS.match(action) else action


def _error_response(kind: str, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    status, code = {
        "throttle": ("400 Bad Request", "ThrottlingException"),
        "error": ("500 Internal Server Error", "InternalFailure"),
    }[kind]
    if "HTTP_X_AMZ_TARGET" in request:
        start_response(status, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps({"__type": code, "message": "failed by the rehearsal"}).encode()]
    start_response(status, [("Content-Type", "text/xml"), ("x-amzn-errortype", code)])
    error = f"<Code>{code}</Code><Message>failed by the rehearsal</Message>"
    text = f"<ErrorResponse><Error>{error}</Error><RequestId>0</RequestId></ErrorResponse>"
    # With slashes, since "ec2" can also occur in the signature of any call.
    if "/ec2/" in request.get("HTTP_AUTHORIZATION", ""):
        text = (
            f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
        )
    return [text.encode()]
