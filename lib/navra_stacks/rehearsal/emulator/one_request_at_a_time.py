"""Process one request at a time, and each API call once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

__all__ = ["CALL_ID", "SingleRequestApp"]

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

CALL_ID = "HTTP_AMZ_SDK_INVOCATION_ID"
"""The request header with the id of a call: AWS's SDKs send the same id with every retry."""

CACHED_RESPONSES = 1000
"""The size of the response cache. An SDK retries a call within seconds."""


class SingleRequestApp:
    """A WSGI middleware in front of moto, which is not safe for concurrent requests and retries.

    moto's backends are not thread-safe: of two simultaneous requests, one may see the unfinished
    changes of the other. And when an SDK misses a response, it retries the call: the second attempt
    then failed on the resource that the first had created, for example because the priority of a
    listener rule was in use. So a retry gets the response to the first attempt.

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
