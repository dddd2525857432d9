"""Lines that several threads print: their order, and readers that do not read or have ended."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import pytest

from navra_stacks.cli import background_lines
from navra_stacks.cli.background_lines import Lines


@contextmanager
def pipe() -> Iterator[tuple[int, TextIO]]:
    """Yield the reading end of a pipe, and a stream for the other one."""
    reader, writer = os.pipe()
    stream = os.fdopen(writer, "w", encoding="utf-8")
    try:
        yield reader, stream
    finally:
        with suppress(OSError):
            os.close(reader)
        # A thread that still writes has an error now, and so has what is in the buffer.
        for _ in range(100):
            if not any(one.name.startswith("lines") for one in threading.enumerate()):
                break
            time.sleep(0.05)
        with suppress(OSError):
            stream.close()


def lines_to(stream: TextIO) -> Lines:
    """Return lines whose thread is known by its name."""
    found = Lines(stream)
    found._thread.name = "lines"
    return found


def print_until_an_error(lines: Lines) -> None:
    for _ in range(500):
        lines.line("two")
        time.sleep(0.02)


def print_often(lines: Lines, text: str) -> None:
    for _ in range(200):
        lines.line(text)


def test_lines_are_printed_in_their_order_and_with_escapes() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    for text in ("one", "two\x1b[2J", "three"):
        lines.line(text)
    lines.close()
    assert stream.getvalue() == "one\ntwo\\x1b[2J\nthree\n"


def test_lines_of_several_threads_are_whole() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    texts = ["x" * 200, "y" * 200]
    threads = [threading.Thread(target=print_often, args=(lines, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines.close()
    assert sorted(stream.getvalue().splitlines()) == sorted(texts * 200)


def test_nobody_waits_for_a_reader_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background_lines, "_SECONDS", 0.2)
    with pipe() as (_, stream):
        lines = lines_to(stream)
        start = time.monotonic()
        for _ in range(2000):
            lines.line("x" * 200)
        lines.close()
        assert time.monotonic() - start < 20


def test_a_reader_that_has_ended_is_an_error_of_a_later_line() -> None:
    with pipe() as (reader, stream):
        lines = lines_to(stream)
        lines.line("one")
        assert os.read(reader, 100) == b"one\n"
        os.close(reader)
        with pytest.raises(BrokenPipeError):
            print_until_an_error(lines)
        lines.close()
