"""The emulator answers one request at a time, and each call once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from navra_stacks.rehearsal.emulator.one_request_at_a_time import ATTEMPT_OF, SingleRequestApp


class Counting:
    """Answers with how many requests it has had."""

    def __init__(self, status: str = "200 OK") -> None:
        self.status = status
        self.requests = 0
        self.at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            self.requests += 1
            self._under_way += 1
            self.at_once = max(self.at_once, self._under_way)
        time.sleep(0.005)
        with self._lock:
            self._under_way -= 1
        start_response(self.status, [("x-request", str(self.requests))])
        return [str(self.requests).encode()]


def asked(application: SingleRequestApp, call: str | None) -> tuple[str, str, bytes]:
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    request = {} if call is None else {ATTEMPT_OF: call}
    body = b"".join(application(request, lambda *given: begun.append(given)))
    ((status, headers),) = begun
    return status, dict(headers)["x-request"], body


def test_a_second_attempt_at_a_call_gets_the_answer_of_the_first() -> None:
    aws = Counting()
    application = SingleRequestApp(aws)
    assert asked(application, "a") == asked(application, "a") == ("200 OK", "1", b"1")
    assert asked(application, "b") == ("200 OK", "2", b"2")
    assert aws.requests == 2


def test_a_call_that_failed_is_tried_again() -> None:
    aws = Counting("500 Internal Server Error")
    application = SingleRequestApp(aws)
    assert asked(application, "a")[2] == b"1"
    aws.status = "200 OK"
    assert asked(application, "a")[2] == b"2"


def test_requests_without_an_id_are_all_answered() -> None:
    application = SingleRequestApp(Counting())
    assert [asked(application, None)[2] for _ in range(2)] == [b"1", b"2"]


def test_no_two_requests_are_answered_at_once() -> None:
    aws = Counting()
    application = SingleRequestApp(aws)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: asked(application, str(number)), range(20)))
    assert (aws.requests, aws.at_once) == (20, 1)
