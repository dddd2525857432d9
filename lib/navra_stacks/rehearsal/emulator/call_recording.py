"""Record the API calls to the emulator."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from navra_stacks.rehearsal.emulator.api_calls import (
    operation_name,
    request_parameters,
    service_name,
)
from navra_stacks.rehearsal.emulator.one_request_at_a_time import CALL_ID

__all__ = ["CallRecorder"]

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

RECORDED_CALLS = 10_000
"""The number of calls to keep: the latest."""

HEADERS = ("HTTP_X_AMZ_TARGET", "HTTP_AUTHORIZATION", "REQUEST_METHOD", "PATH_INFO")
"""What of a request is kept."""


class CallRecorder:
    """A WSGI middleware that records API calls; the retries of a call count as one call.

    Args:
        aws: The WSGI application of the emulator.
    """

    def __init__(self, aws: Wsgi) -> None:
        self._aws = aws
        self._calls: OrderedDict[object, _Call] = OrderedDict()
        self._lock = Lock()

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls in their order.

        Each has ``operation``, for example ``ecs:UpdateService``; ``parameters``; and ``attempts``,
        the number of requests with the same call.
        """
        with self._lock:
            return [call.description() for call in self._calls.values()]

    def clear(self) -> None:
        """Forget the calls that were recorded so far."""
        with self._lock:
            self._calls.clear()

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = _body(request)
        identifier = request.get(CALL_ID) or object()
        with self._lock:
            if (call := self._calls.get(identifier)) is None:
                headers = {name: request[name] for name in HEADERS if name in request}
                call = self._calls[identifier] = _Call(headers, body)
                if len(self._calls) > RECORDED_CALLS:
                    self._calls.popitem(last=False)
            call.attempts += 1
        return self._aws(request, start_response)


class _Call:
    """A call, which is read only when the calls are requested: most are never read."""

    def __init__(self, headers: dict[str, Any], body: bytes) -> None:
        self._headers, self._body = headers, body
        self.attempts = 0

    def description(self) -> dict[str, Any]:
        service, operation = service_name(self._headers), operation_name(self._headers, self._body)
        return {
            "operation": f"{service}:{operation}",
            "parameters": request_parameters(self._headers, self._body),
            "attempts": self.attempts,
        }


def _body(request: dict[str, Any]) -> bytes:
    """Return the body of a request whose parameters are in its body, and keep it readable."""
    is_form = request.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    if "HTTP_X_AMZ_TARGET" not in request and not is_form:
        return b""  # for example an upload to S3, which may have no length
    body = bytes(request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0)))
    request["wsgi.input"] = io.BytesIO(body)
    return body
