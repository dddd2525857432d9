"""Which values a rehearsal makes up for variables, and which it refuses to."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.transforms.placeholder_values import (
    VariableError,
    given_values,
    stand_ins,
)
from tests.support.synthesized import Built


def asked(**variables: Any) -> dict[str, Any]:
    return {"variable": variables}


def validated(condition: str, type_: str = "string") -> dict[str, Any]:
    return {"type": type_, "validation": [{"condition": condition, "error_message": "No."}]}


def test_a_variable_with_a_default_or_a_value_needs_none() -> None:
    document = asked(one={"type": "string", "default": "a"}, two={"type": "string"})
    assert stand_ins(document, {"two": "b"}) == {}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("string", "rehearsal"),
        ("number", 1),
        ("bool", True),
        ("list(string)", ["rehearsal"]),
        ("${set(number)}", [1]),
        ("map(string)", {"rehearsal": "rehearsal"}),
        ("list(list(bool))", [[True]]),
    ],
)
def test_a_value_is_of_the_type_that_is_asked_for(type_: str, value: Any) -> None:
    assert stand_ins(asked(one={"type": type_}), {}) == {"one": value}


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ('${can(regex("^[0-9]{12}$", var.one))}', "123456789012"),
        ('${can(regex("^[a-z-]+/[a-z]+$", var.one))}', "rehearsal/rehearsal"),
        ('${can(regex("^[^@]+@[^@]+\\\\.[a-z]+$", var.one))}', "rehearsal@example.com"),
        ('${contains(["t3.micro", "t3.small"], var.one)}', "t3.micro"),
        ('${contains(["small", "large",], var.one)}', "small"),
        ('${contains([var.two, "large"], var.one)}', "rehearsal"),
        ('${var.one != "latest"}', "rehearsal"),
    ],
)
def test_a_value_passes_the_validation(condition: str, value: str) -> None:
    assert stand_ins(asked(one=validated(condition)), {}) == {"one": value}


def test_every_element_of_a_list_passes_the_validation() -> None:
    condition = '${alltrue([for one in var.one : can(regex("^[^@]+@[a-z.]+$", one))])}'
    found = stand_ins(asked(one=validated(condition, "list(string)")), {})
    assert found == {"one": ["rehearsal@example.com"]}


@pytest.mark.parametrize(
    "about",
    [validated('${can(regex("^no text is like this$", var.one))}'), {"type": "object({a=string})"}],
)
def test_where_no_value_can_be_made_up_one_is_asked_for(about: dict[str, Any]) -> None:
    with pytest.raises(VariableError, match="--var one=VALUE"):
        stand_ins(asked(one=about), {})


def test_production_can_be_rehearsed_without_any_value_being_given(prod: Built) -> None:
    found = stand_ins(prod.content, {})
    assert found.keys() == prod.content["variable"].keys()
    assert found["account_id"] == "123456789012"
    assert "latest" not in found.values()


def test_values_are_read_as_their_variables_types() -> None:
    document = asked(
        text={"type": "string"}, some={"type": "list(string)"}, port={"type": "number"}
    )
    words = ["text=7=x", 'some=["a"]', "port=80"]
    assert given_values(document, words) == {"text": "7=x", "some": ["a"], "port": 80}


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("text", "write it as NAME=VALUE"),
        ("tex=1", "no variable 'tex'; there are: port, text"),
        ("port=many", "port is of type number; write it as JSON"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(word: str, told: str) -> None:
    document = asked(text={"type": "string"}, port={"type": "number"})
    with pytest.raises(VariableError, match=told):
        given_values(document, [word])
