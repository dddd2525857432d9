"""A variable that is added to a container, and the variables of image tags."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.transforms.container_settings import tag_variables, with_variable
from navra_stacks.terraform.task_definition_changes import containers_of

# An expression with quotes, which JSON would escape.
IMAGE = '${join("/", [var.registry, "web"])}:${terraform_data.web_image_tag.output}'


def document(definitions: str) -> dict[str, Any]:
    body = {"family": "shop-web", "container_definitions": definitions}
    return {
        "variable": {"web_image_tag": {}, "account": {}, "registry": {}},
        "resource": {"aws_ecs_task_definition": {"web": body}},
    }


def definitions_of(content: dict[str, Any]) -> str:
    return str(content["resource"]["aws_ecs_task_definition"]["web"]["container_definitions"])


def test_a_variable_is_added_and_expressions_stay() -> None:
    before = document(
        f'[{{"name": "web", "image": "{IMAGE}", '
        '"environment": [{"name": "A", "value": "$${x}"}]}, '
        '{"name": "proxy", "image": "proxy:1"}]'
    )
    after = with_variable(before, "shop-web", "web", "B", "2")
    assert f'"image": "{IMAGE}"' in definitions_of(after)
    containers = containers_of(after["resource"]["aws_ecs_task_definition"]["web"])
    assert containers["web"]["environment"] == [
        {"name": "A", "value": "$${x}"},
        {"name": "B", "value": "2"},
    ]
    assert containers["proxy"] == {"name": "proxy", "image": "proxy:1"}
    assert "B" not in definitions_of(before)


def test_an_existing_variable_gets_the_value() -> None:
    before = document('[{"name": "web", "environment": [{"name": "A", "value": "1"}]}]')
    after = with_variable(before, "shop-web", "web", "A", "2")
    assert json.loads(definitions_of(after)) == [
        {"name": "web", "environment": [{"name": "A", "value": "2"}]}
    ]


@pytest.mark.parametrize("definitions", ["${local.containers}", '[{"name": "proxy"}]', "{}"])
def test_a_definition_that_cannot_be_changed_is_an_error(definitions: str) -> None:
    with pytest.raises(NavraError, match="shop-web must be the text of a JSON array"):
        with_variable(document(definitions), "shop-web", "web", "A", "2")


@pytest.mark.parametrize(
    ("image", "variables"),
    [
        (IMAGE, ["web_image_tag"]),
        (
            "${var.account}.dkr.ecr.eu-west-1.amazonaws.com/web:${var.web_image_tag}",
            ["web_image_tag"],
        ),
        ("${var.account}.dkr.ecr.eu-west-1.amazonaws.com/web:1.0", []),
        ("web:${var.undeclared}", []),
    ],
)
def test_the_variable_of_an_image_tag_is_found(image: str, variables: list[str]) -> None:
    content = document(f'[{{"name": "web", "image": "{image}"}}]')
    assert list(tag_variables(content, "shop-web", ["web"])) == variables
    assert list(tag_variables(content, "shop-web", ["proxy"])) == []
