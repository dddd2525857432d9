"""The emulator processes one request at a time, and each API call once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from navra_stacks.rehearsal.emulator.one_request_at_a_time import CALL_ID, SingleRequestApp


class CountingApp:
    """A WSGI application that responds with the number of requests so far."""

    def __init__(self, status: str = "200 OK") -> None:
        self.status = status
        self.requests = 0
        self.max_concurrent = 0
        self._concurrent = 0
        self._lock = threading.Lock()

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            self.requests += 1
            self._concurrent += 1
            self.max_concurrent = max(self.max_concurrent, self._concurrent)
        time.sleep(0.005)
        with self._lock:
            self._concurrent -= 1
        start_response(self.status, [("x-request", str(self.requests))])
        return [str(self.requests).encode()]


def send(application: SingleRequestApp, call: str | None) -> tuple[str, str, bytes]:
    heads: list[tuple[str, list[tuple[str, str]]]] = []
    request = {} if call is None else {CALL_ID: call}
    body = b"".join(application(request, lambda *head: heads.append(head)))
    ((status, headers),) = heads
    return status, dict(headers)["x-request"], body


def test_a_retry_gets_the_response_to_the_first_attempt() -> None:
    aws = CountingApp()
    application = SingleRequestApp(aws)
    assert send(application, "a") == send(application, "a") == ("200 OK", "1", b"1")
    assert send(application, "b") == ("200 OK", "2", b"2")
    assert aws.requests == 2


def test_a_retry_of_a_failed_call_is_processed() -> None:
    aws = CountingApp("500 Internal Server Error")
    application = SingleRequestApp(aws)
    assert send(application, "a")[2] == b"1"
    aws.status = "200 OK"
    assert send(application, "a")[2] == b"2"


def test_requests_without_a_call_id_are_all_processed() -> None:
    application = SingleRequestApp(CountingApp())
    assert [send(application, None)[2] for _ in range(2)] == [b"1", b"2"]


def test_requests_are_not_processed_concurrently() -> None:
    aws = CountingApp()
    application = SingleRequestApp(aws)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: send(application, str(number)), range(20)))
    assert (aws.requests, aws.max_concurrent) == (20, 1)
