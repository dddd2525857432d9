"""Makes the emulator fail calls that change something, in one of three ways."""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock
from typing import Any

from navra_stacks.rehearsal.emulator.one_request_at_a_time import ATTEMPT_OF

__all__ = ["KINDS", "Faults", "action_of"]

KINDS = ("throttle", "error", "lost")
"""How a call fails: refused as one too many, by a 500 before it took effect, or by an answer that
is lost after it did."""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_READS = re.compile("Describe|Get|List|Head|BatchGet|Lookup|Query|Simulate|Check|AssumeRole")


class Faults:
    """Between who calls and the emulator.

    Args:
        aws: What answers calls that are spared.
    """

    def __init__(self, aws: Wsgi) -> None:
        self._aws = aws
        self._kind: str | None = None
        self._struck: list[str] = []
        self._requests: set[tuple[str, bytes]] = set()
        self._lock = Lock()

    def begin(self, kind: str) -> None:
        """From now on, fail every call that changes something; `lost`: each the first time."""
        with self._lock:
            self._kind, self._struck, self._requests = kind, [], set()

    def end(self) -> list[str]:
        """Let everything pass again, and tell what was struck, in order."""
        with self._lock:
            self._kind = None
            return self._struck

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._kind is None:
            return self._aws(request, start_response)
        length = int(request.get("CONTENT_LENGTH") or 0)
        body = request["wsgi.input"].read(length)
        request["wsgi.input"] = io.BytesIO(body)
        action = action_of(request, body)
        with self._lock:
            kind: str | None = self._kind
            again = (action, body) in self._requests
            if kind is None or action is None or (kind == "lost" and again):
                kind = None
            else:
                self._requests.add((action, body))
                self._struck.append(action)
        if kind is None:
            return self._aws(request, start_response)
        if kind == "lost":
            # The next attempt is not answered as this one: it has to meet what is there already.
            request.pop(ATTEMPT_OF, None)
            list(self._aws(request, lambda *_: None))
            with suppress(OSError):
                request["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            start_response("502 Bad Gateway", [])
            return [b""]
        return _refusal(kind, request, start_response)


def action_of(request: dict[str, Any], body: bytes) -> str | None:
    """The name of a call that changes something, ``None`` for one that only reads."""
    method = request.get("REQUEST_METHOD", "GET")
    if target := request.get("HTTP_X_AMZ_TARGET"):
        action = target.rpartition(".")[2]
    elif found := re.search(rb"(?:^|&)Action=(\w+)", body):
        action = found[1].decode()
    else:
        return None if method in ("GET", "HEAD") else f"{method} {request.get('PATH_INFO', '')}"
    return None if _READS.match(action) else action


def _refusal(kind: str, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    status, code = {
        "throttle": ("400 Bad Request", "ThrottlingException"),
        "error": ("500 Internal Server Error", "InternalFailure"),
    }[kind]
    if "HTTP_X_AMZ_TARGET" in request:
        start_response(status, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps({"__type": code, "message": "struck by the rehearsal"}).encode()]
    start_response(status, [("Content-Type", "text/xml"), ("x-amzn-errortype", code)])
    error = f"<Code>{code}</Code><Message>struck by the rehearsal</Message>"
    text = f"<ErrorResponse><Error>{error}</Error><RequestId>0</RequestId></ErrorResponse>"
    # Between slashes: it may be in the signature too, of any call.
    if "/ec2/" in request.get("HTTP_AUTHORIZATION", ""):
        text = (
            f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
        )
    return [text.encode()]
