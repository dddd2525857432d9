"""Values that are known without a plan, and those that are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.check.values import UNKNOWN, Values
from tests.unit.check.checked import checked

CONTENT = {
    "variable": {"size": {"default": 3}, "name": {}, "null": {"default": None}},
    "locals": {"names": ["a", "b"], "loop": "${local.loop}", "deep": "${local.names}"},
    "resource": {"aws_lb": {"web": {"name": "web-${var.size}", "internal": "${var.name}"}}},
}


def values(**body: Any) -> Values:
    return Values(body, checked(CONTENT))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("plain", "plain"),
        ("${var.size}", 3),
        ("${local.deep}", ["a", "b"]),
        ("${aws_lb.web.name}", "web-3"),
        ("x-${aws_lb.web.name}", "x-web-3"),
        ("$${var.size}", "${var.size}"),
        ('${["a", "b"]}', ["a", "b"]),
        ("${var.name}", UNKNOWN),
        ("${var.null}", UNKNOWN),
        ("${var.missing}", UNKNOWN),
        ("${local.loop}", UNKNOWN),
        ("${aws_lb.web.arn}", UNKNOWN),
        ("${aws_lb.web.internal}", UNKNOWN),
        ("${data.aws_vpc.vpc.id}", UNKNOWN),
        ("${each.value}", UNKNOWN),
        ('${var.size > 1 ? "a" : "b"}', UNKNOWN),
        ("${", UNKNOWN),
    ],
)
def test_a_value(written: str, value: object):
    assert values(argument=written).get("argument") == value


def test_an_argument_that_is_not_set_has_its_default():
    body = values()
    assert body.get("argument") is None
    assert body.flag("argument", True) is True
    assert body.number("argument", 7) == 7
    assert body.string("argument", "x") == "x"
    assert body.texts("argument") == ()
    assert body.is_absent("argument")


@pytest.mark.parametrize(
    ("written", "flag"),
    [
        (True, True),
        ("true", True),
        ("false", False),
        ("1", True),
        ("x", None),
        (2, None),
        ([], None),
    ],
)
def test_a_flag(written: object, flag: bool | None):
    assert values(argument=written).flag("argument") is flag


@pytest.mark.parametrize(
    ("written", "number"), [(3, 3), ("3", 3), ("x", None), ("nan", None), ("${var.size}", 3)]
)
def test_a_number(written: object, number: float | None):
    assert values(argument=written).number("argument") == number


def test_a_value_that_is_not_known_is_neither_absent_nor_its_default():
    body = values(argument="${var.name}")
    assert body.flag("argument", False) is None
    assert body.number("argument", 1) is None
    assert body.string("argument", "x") is None
    assert body.text("argument") == "${var.name}"
    assert body.texts("argument") is None
    assert not body.is_absent("argument")


def test_an_expression_for_an_empty_value_is_absent():
    assert values(argument="${local.names}").is_absent("argument") is False
    assert values(argument="${[]}").is_absent("argument") is True


@pytest.mark.parametrize("written", [{"a": 1}, [{"a": 1}]])
def test_a_block_is_an_object_or_a_list_of_objects(written: object):
    assert [block.get("a") for block in values(block=written).blocks("block")] == [1]


@pytest.mark.parametrize(
    "body",
    [
        {"dynamic": {"block": {"for_each": "${var.name}", "content": {}}}},
        {"dynamic": [{"block": {"for_each": ["a"], "content": {}}}]},
        {"block": "${var.name}"},
    ],
)
def test_nothing_is_known_of_generated_blocks(body: Mapping[str, Any]):
    found = values(**body)
    assert found.has_unknown("block")
    assert found.block("block").get("a") is UNKNOWN
    assert found.block("block").flag("a", False) is None
    assert not found.block("block").is_absent("a")
    assert found.block("block").block("inner").get("a") is UNKNOWN
    assert not found.is_absent("block")


def test_texts_contain_what_is_not_known_as_expressions():
    assert values(a=["${var.size}", "${var.name}-x"]).texts("a") == ("3", "${var.name}-x")
