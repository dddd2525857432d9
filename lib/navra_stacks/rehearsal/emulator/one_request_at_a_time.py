"""Lets the emulator answer one request at a time, and each call once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

__all__ = ["ATTEMPT_OF", "SingleRequestApp"]

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

ATTEMPT_OF = "HTTP_AMZ_SDK_INVOCATION_ID"
"""Where a request holds the id of its call: AWS's SDKs give every attempt at one call the same."""

REMEMBERED = 1000
"""Answers: an SDK that sends a call again does so within seconds."""


class SingleRequestApp:
    """Stands before moto, which is not made for a machine that is busy.

    Its backends know no threads: two requests at once may see half of each other's work. And an
    SDK that misses an answer sends its call again: the second attempt then met what the first had
    made, so that a listener rule's priority was in use.

    Args:
        aws: What answers.
    """

    def __init__(self, aws: Wsgi) -> None:
        self._aws = aws
        self._turn = Lock()
        self._answers: OrderedDict[str, tuple[tuple[Any, ...], list[bytes]]] = OrderedDict()

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        call = request.get(ATTEMPT_OF)
        with self._turn:
            begun, body = self._answers.get(call or "") or self._answered(request)
            # What failed may go well when it is tried again.
            if call is not None and str(begun[0]).startswith("2"):
                self._answers[call] = begun, body
                while len(self._answers) > REMEMBERED:
                    self._answers.popitem(last=False)
        start_response(*begun)
        return body

    def _answered(self, request: dict[str, Any]) -> tuple[tuple[Any, ...], list[bytes]]:
        begun: list[tuple[Any, ...]] = []
        answer = self._aws(request, lambda *given: begun.append(given))
        try:
            body = list(answer)
        finally:
            if (close := getattr(answer, "close", None)) is not None:
                close()
        return begun[-1], body
