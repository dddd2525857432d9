"""Fault injection: API calls fail, either all that change something or selected ones."""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock
from typing import Any

from navra_stacks.rehearsal.emulator.api_calls import operation_name, service_name
from navra_stacks.rehearsal.emulator.one_request_at_a_time import CALL_ID
from navra_stacks.rehearsal.emulator.scripted_faults import ScriptedFault

__all__ = ["KINDS", "FaultInjector", "mutating_action"]

KINDS = ("throttle", "error", "lost")
"""How calls fail: AWS throttles the call, AWS returns status 500 and does nothing else, or the call
takes effect and the response is lost.
"""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_READS = re.compile("Describe|Get|List|Head|BatchGet|Lookup|Query|Simulate|Check|AssumeRole")

ERRORS = {
    # The status, and the error codes of services with JSON, of EC2, and of other services. The
    # codes: "Common Error Types" in the API references of Amazon ECS, Amazon EC2 and IAM.
    "throttle": ("400 Bad Request", ("ThrottlingException",) * 3),
    "error": ("500 Internal Server Error", ("InternalFailure",) * 3),
    "denied": (
        "400 Bad Request",
        ("AccessDeniedException", "UnauthorizedOperation", "AccessDenied"),
    ),
    "expired": ("400 Bad Request", ("ExpiredTokenException", "RequestExpired", "ExpiredToken")),
}

MESSAGES = {
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    "denied": (
        "User: arn:aws:sts::123456789012:assumed-role/rehearsal/rehearsal is not authorized to "
        "perform: {call} because no identity-based policy allows the {call} action"
    ),
    "expired": "The security token included in the request is expired",
}


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
        self._scripted: list[ScriptedFault] = []
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

    def script(self, **fault: Any) -> None:
        """Make a call fail; the arguments are those of :class:`ScriptedFault`."""
        with self._lock:
            self._scripted.append(ScriptedFault(**fault))

    def clear(self) -> None:
        """Remove the scripted faults."""
        with self._lock:
            self._scripted = []

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._kind is None and not self._scripted:
            return self._aws(request, start_response)
        length = int(request.get("CONTENT_LENGTH") or 0)
        body = request["wsgi.input"].read(length)
        request["wsgi.input"] = io.BytesIO(body)
        call = f"{service_name(request)}:{operation_name(request, body)}"
        with self._lock:
            kind = self._scripted_kind(request, call) or self._general_kind(request, body)
        if kind is None:
            return self._aws(request, start_response)
        if kind in ("lost", "lost again"):
            if kind == "lost":
                # The response is not cached for a retry, which must find the resource created.
                request.pop(CALL_ID, None)
                list(self._aws(request, lambda *_: None))
            with suppress(OSError):
                request["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            start_response("502 Bad Gateway", [])
            return [b""]
        return _error_response(kind, request, start_response, call)

    def _scripted_kind(self, request: dict[str, Any], call: str) -> str | None:
        """Return how a scripted fault makes a request fail; None if none does."""
        identifier = request.get(CALL_ID) or object()
        # Each of the faults counts the call.
        kinds = [fault.kind_for(call, identifier) for fault in self._scripted]
        return next((kind for kind in kinds if kind is not None), None)

    def _general_kind(self, request: dict[str, Any], body: bytes) -> str | None:
        """Return how a call that changes something fails; None for other calls."""
        action = mutating_action(request, body)
        is_retry = (action, body) in self._requests
        if self._kind is None or action is None or (self._kind == "lost" and is_retry):
            return None
        self._requests.add((action, body))
        self._failed.append(action)
        return self._kind


def mutating_action(request: dict[str, Any], body: bytes) -> str | None:
    """Return the API action of a call that changes something; None for a call that only reads."""
    action = operation_name(request, body)
    if _READS.match(action) or action.startswith(("GET ", "HEAD ")):
        return None
    return action


def _error_response(
    kind: str, request: dict[str, Any], start_response: Any, call: str
) -> Iterable[bytes]:
    status, (json_code, ec2_code, query_code) = ERRORS[kind]
    message = MESSAGES.get(kind, "failed by the rehearsal").format(call=call)
    if "HTTP_X_AMZ_TARGET" in request:
        start_response(status, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps({"__type": json_code, "message": message}).encode()]
    is_ec2 = service_name(request) == "ec2"
    code = ec2_code if is_ec2 else query_code
    start_response(status, [("Content-Type", "text/xml"), ("x-amzn-errortype", code)])
    error = f"<Code>{code}</Code><Message>{message}</Message>"
    text = f"<ErrorResponse><Error>{error}</Error><RequestId>0</RequestId></ErrorResponse>"
    if is_ec2:
        text = (
            f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
        )
    return [text.encode()]
