"""Values of a document's variables, from the running image tags."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.adoption.image_tags import VariableValue, variables_for
from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import TerraformDocument

TASK = "aws_ecs_task_definition.web"
IMAGE = "${data.aws_caller_identity.me.account_id}.dkr.ecr.eu-west-1.amazonaws.com/web"


class FakeAccount:
    """An account with one running task definition."""

    id = "111122223333"

    def __init__(self, *containers: tuple[str, str]) -> None:
        self.containers = containers

    def find(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        assert (service, operation) == ("ecs", "describe_task_definition")
        assert arguments == {"taskDefinition": "web:3"}
        containers = [{"name": name, "image": image} for name, image in self.containers]
        return {"taskDefinition": {"containerDefinitions": containers}}


def document(*containers: tuple[str, str], **variables: Any) -> TerraformDocument:
    definitions = [{"name": name, "image": image} for name, image in containers]
    task = {"family": "web", "container_definitions": json.dumps(definitions)}
    declared = {"tag": {"type": "string"}} | variables
    return TerraformDocument(
        {"resource": {"aws_ecs_task_definition": {"web": task}}, "variable": declared}
    )


def values_of(
    source: TerraformDocument,
    *running: tuple[str, str],
    ids: dict[str, str] | None = None,
    **passed: str,
) -> dict[str, VariableValue]:
    account = cast("AwsAccount", FakeAccount(*running))
    found = {TASK: "web:3"} if ids is None else ids
    return {variable.name: variable for variable in variables_for(source, found, account, passed)}


DOCUMENT = document(("web", f"{IMAGE}:${{var.tag}}"))


def test_the_tag_comes_from_the_container_of_the_same_name() -> None:
    found = values_of(DOCUMENT, ("proxy", "nginx/nginx:1"), ("web", "host:5000/team/web:1.4.2"))
    assert found == {"tag": VariableValue("tag", "1.4.2", "running in container web")}


def test_a_single_container_matches_with_any_name() -> None:
    assert values_of(DOCUMENT, ("app", "team/web:7"))["tag"].value == "7"
    assert values_of(DOCUMENT, ("app", "team/web:7"), ("b", "team/b:8"))["tag"].value == "unknown"


@pytest.mark.parametrize(
    "image", ["team/web@sha256:" + "0" * 64, "team/web:1@sha256:" + "0" * 64, "team/web",
              "team/web:latest", "host:5000/web"],
)  # fmt: skip
def test_an_image_without_a_version_tag_gets_a_placeholder_for_this_plan_only(image: str) -> None:
    found = values_of(DOCUMENT, ("web", image))["tag"]
    assert (found.value, found.is_live) == ("unknown", False)
    assert found.origin == (
        f"placeholder for this plan only: the running image {image} has no version tag"
    )


def test_without_a_running_container_the_tag_is_a_placeholder() -> None:
    found = values_of(DOCUMENT, ids={})["tag"]
    assert found == VariableValue(
        "tag", "unknown", "placeholder for this plan only: no running container was found", False
    )


def test_the_account_id_comes_from_the_credentials() -> None:
    source = document(account_id={"type": "string"}, tag={"default": "1"})
    assert values_of(source)["account_id"].value == "111122223333"


def test_a_passed_value_takes_precedence_over_the_running_tag() -> None:
    assert values_of(DOCUMENT, ("web", "team/web:7"), tag="8") == {
        "tag": VariableValue("tag", "8", "passed by --var")
    }


@pytest.mark.parametrize(
    ("name", "declared"), [("a", {"sensitive": True}), ("db_password", {"type": "string"})]
)
def test_a_passed_secret_is_not_shown(name: str, declared: dict[str, Any]) -> None:
    found = values_of(document(**{name: declared, "tag": {"default": "1"}}), **{name: "hunter2"})[
        name
    ]
    assert (found.value, found.display_value) == ("hunter2", "(not shown)")


def test_a_variable_with_a_default_needs_no_value() -> None:
    assert values_of(document(tag={"type": "string", "default": "x"})) == {}


def test_an_unknown_value_must_be_passed() -> None:
    source = document(a={"type": "string"}, b={"type": "string"}, tag={"default": "1"})
    with pytest.raises(
        NavraError, match=r"values for the variables a, b, .*; pass them with --var a=\.\.\."
    ):
        values_of(source)
    assert set(values_of(source, a="1", b="2")) == {"a", "b"}


def test_a_value_for_an_undeclared_variable_is_refused() -> None:
    with pytest.raises(NavraError, match="the document has no variable taag"):
        values_of(DOCUMENT, taag="1")
