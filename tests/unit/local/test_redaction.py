"""The values of secrets in lines of output."""

from __future__ import annotations

import pytest

from navra_stacks.local.redaction import Redaction


def redaction(*values: str) -> Redaction:
    found = Redaction()
    for value in values:
        found.add([value])
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("the key is s3cret-1", "the key is ***"),
        ("s3cret-1s3cret-1", "******"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_each_value_is_replaced(line: str, expected: str) -> None:
    assert redaction("s3cret-1").apply(line) == expected


def test_a_longer_value_is_replaced_as_a_whole() -> None:
    found = redaction("hunter22", "postgres://u:hunter22@db/app")
    assert found.apply("connects to postgres://u:hunter22@db/app") == "connects to ***"
    assert found.apply("password hunter22") == "password ***"


def test_each_line_of_a_value_is_replaced() -> None:
    found = redaction("first-line\nsecond-line")
    assert found.apply("x second-line") == "x ***"


def test_a_short_value_is_not_replaced_because_it_occurs_in_any_text() -> None:
    assert redaction("true").apply("it is true") == "it is true"
