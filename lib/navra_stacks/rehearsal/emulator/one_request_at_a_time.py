"""Process one request at a time, and each API call only once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

__all__ = ["CALL_ID", "SingleRequestApp"]

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

CALL_ID = "HTTP_AMZ_SDK_INVOCATION_ID"
"""The request header with the ID of an API call; AWS SDKs send the same ID with every retry."""

CACHED_RESPONSES = 1000
"""The number of responses to keep for retries; an SDK retries a call within seconds."""


class SingleRequestApp:
    """A WSGI middleware that makes moto safe for concurrent requests and for retries.

    moto's backends are not thread-safe: a request may see unfinished changes of a concurrent
    request. When an SDK misses a response, it retries the call, and the second attempt would fail
    because the first attempt has already created the resource. A retry therefore gets the response
    to the first attempt.

    Args:
        aws: The WSGI application of moto.
    """

    def __init__(self, aws: Wsgi) -> None:
        self._aws = aws
        self._lock = Lock()
        self._responses: OrderedDict[str, tuple[tuple[Any, ...], list[bytes]]] = OrderedDict()

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        call = request.get(CALL_ID)
        with self._lock:
            head, body = self._responses.get(call or "") or self._response(request)
            # A failed call may succeed when it is retried, so its response is not cached.
            if call is not None and str(head[0]).startswith("2"):
                self._responses[call] = head, body
                while len(self._responses) > CACHED_RESPONSES:
                    self._responses.popitem(last=False)
        start_response(*head)
        return body

    def _response(self, request: dict[str, Any]) -> tuple[tuple[Any, ...], list[bytes]]:
        heads: list[tuple[Any, ...]] = []
        response = self._aws(request, lambda *head: heads.append(head))
        try:
            body = list(response)
        finally:
            if (close := getattr(response, "close", None)) is not None:
                close()
        return heads[-1], body
