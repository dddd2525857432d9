"""Values of variables in a rehearsal: placeholders, and values from the command line."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.transforms.placeholder_values import (
    VariableError,
    parse_variables,
    placeholder_values,
)
from tests.support.synthesized import Built


def with_variables(**variables: Any) -> dict[str, Any]:
    return {"variable": variables}


def validated(condition: str, type_: str = "string") -> dict[str, Any]:
    return {"type": type_, "validation": [{"condition": condition, "error_message": "No."}]}


def test_a_variable_with_a_default_or_a_value_gets_no_placeholder() -> None:
    document = with_variables(one={"type": "string", "default": "a"}, two={"type": "string"})
    assert placeholder_values(document, {"two": "b"}) == {}


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
def test_a_placeholder_has_the_type_of_its_variable(type_: str, value: Any) -> None:
    assert placeholder_values(with_variables(one={"type": type_}), {}) == {"one": value}


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
def test_a_placeholder_passes_the_validation(condition: str, value: str) -> None:
    assert placeholder_values(with_variables(one=validated(condition)), {}) == {"one": value}


def test_every_element_of_a_list_passes_the_validation() -> None:
    condition = '${alltrue([for one in var.one : can(regex("^[^@]+@[a-z.]+$", one))])}'
    found = placeholder_values(with_variables(one=validated(condition, "list(string)")), {})
    assert found == {"one": ["rehearsal@example.com"]}


UUID = "00000000-0000-0000-0000-000000000000"
LOAD_BALANCING = "arn:aws:elasticloadbalancing:eu-west-1:111122223333"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("certificate_arn", f"arn:aws:acm:eu-west-1:111122223333:certificate/{UUID}"),
        ("alb_certificate_arn", f"arn:aws:acm:eu-west-1:111122223333:certificate/{UUID}"),
        ("kms_key_arn", f"arn:aws:kms:eu-west-1:111122223333:key/{UUID}"),
        ("alarm_topic_arn", "arn:aws:sns:eu-west-1:111122223333:rehearsal"),
        ("web_acl_arn", f"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/rehearsal/{UUID}"),
        ("target_group_arn", f"{LOAD_BALANCING}:targetgroup/rehearsal/0123456789abcdef"),
        ("alb_arn", f"{LOAD_BALANCING}:loadbalancer/app/rehearsal/0123456789abcdef"),
        (
            "listener_arn",
            f"{LOAD_BALANCING}:listener/app/rehearsal/0123456789abcdef/0123456789abcdef",
        ),
        ("ecs_cluster_arn", "arn:aws:ecs:eu-west-1:111122223333:cluster/rehearsal"),
        ("boundary_policy_arn", "arn:aws:iam::111122223333:policy/rehearsal"),
        ("some_arn", "arn:aws:iam::111122223333:role/rehearsal"),
        ("arn", "arn:aws:iam::111122223333:role/rehearsal"),
        ("region", "eu-west-1"),
        ("vpc_id", "vpc-0123456789abcdef0"),
        ("hosted_zone_id", "Z0123456789ABCDEFGHIJ"),
        ("account_id", "111122223333"),
        ("barn", "rehearsal"),
        ("warning", "rehearsal"),
        ("image_tag", "rehearsal"),
    ],
)
def test_a_placeholder_has_the_form_that_the_name_requires(name: str, value: str) -> None:
    document = with_variables(**{name: {"type": "string"}})
    found = placeholder_values(document, {}, account="111122223333", region="eu-west-1")
    assert found == {name: value}


def test_a_placeholder_has_the_form_that_the_argument_requires() -> None:
    block = {"network": {"subnets": "${var.where}", "vpc_id": "${var.net}"}, "name": "${var.name}"}
    document = {
        "variable": {
            "where": {"type": "list(string)"},
            "net": {"type": "string"},
            "name": {"type": "string"},
        },
        "resource": {"aws_lb": {"a": block}},
    }
    assert placeholder_values(document, {}) == {
        "where": ["subnet-0123456789abcdef0"],
        "net": "vpc-0123456789abcdef0",
        "name": "rehearsal",
    }


def test_a_validation_wins_over_the_name() -> None:
    document = with_variables(role_arn=validated('${can(regex("^[0-9]{12}$", var.role_arn))}'))
    assert placeholder_values(document, {}) == {"role_arn": "123456789012"}


@pytest.mark.parametrize(
    "variable",
    [
        validated('${can(regex("^no placeholder matches this$", var.one))}'),
        {"type": "object({a=string})"},
    ],
)
def test_a_variable_without_a_valid_placeholder_is_an_error(variable: dict[str, Any]) -> None:
    with pytest.raises(VariableError, match="set it with --var one=VALUE"):
        placeholder_values(with_variables(one=variable), {})


def test_production_can_be_rehearsed_without_values_of_variables(prod: Built) -> None:
    found = placeholder_values(prod.content, {})
    assert found.keys() == prod.content["variable"].keys()
    assert found["account_id"] == "123456789012"
    assert "latest" not in found.values()


def test_values_are_parsed_as_the_type_of_their_variable() -> None:
    document = with_variables(
        text={"type": "string"}, some={"type": "list(string)"}, port={"type": "number"}
    )
    arguments = ["text=7=x", 'some=["a"]', "port=80"]
    assert parse_variables(document, arguments) == {"text": "7=x", "some": ["a"], "port": 80}


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("text", "^an option --var is not of the form NAME=VALUE$"),
        ("tex=1", "no variable 'tex'; its variables: port, text"),
        ("port=many", "^--var port: port is of type number; write the value as JSON"),
    ],
)
def test_an_invalid_argument_is_an_error(argument: str, message: str) -> None:
    document = with_variables(text={"type": "string"}, port={"type": "number"})
    with pytest.raises(VariableError, match=message):
        parse_variables(document, [argument])
