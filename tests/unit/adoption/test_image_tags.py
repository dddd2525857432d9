"""What a document asks for is answered by what runs."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from navra_stacks.account.aws_reader import Account
from navra_stacks.adoption.image_tags import Given, variables_for
from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import TerraformDocument

TASK = "aws_ecs_task_definition.web"
IMAGE = "${data.aws_caller_identity.me.account_id}.dkr.ecr.eu-west-1.amazonaws.com/web"


class Running:
    """An account in which one task definition runs."""

    id = "111122223333"

    def __init__(self, *containers: tuple[str, str]) -> None:
        self.containers = containers

    def look(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        assert (service, operation) == ("ecs", "describe_task_definition")
        assert arguments == {"taskDefinition": "web:3"}
        told = [{"name": name, "image": image} for name, image in self.containers]
        return {"taskDefinition": {"containerDefinitions": told}}


def document(*containers: tuple[str, str], **variables: Any) -> TerraformDocument:
    told = [{"name": name, "image": image} for name, image in containers]
    task = {"family": "web", "container_definitions": json.dumps(told)}
    asked = {"tag": {"type": "string"}} | variables
    return TerraformDocument(
        {"resource": {"aws_ecs_task_definition": {"web": task}}, "variable": asked}
    )


def given(
    of: TerraformDocument,
    *running: tuple[str, str],
    ids: dict[str, str] | None = None,
    **chosen: str,
) -> dict[str, Given]:
    account = cast("Account", Running(*running))
    found = {TASK: "web:3"} if ids is None else ids
    return {one.name: one for one in variables_for(of, found, account, chosen)}


OURS = document(("web", f"{IMAGE}:${{var.tag}}"))


def test_the_tag_is_that_of_the_container_of_the_same_name() -> None:
    found = given(OURS, ("proxy", "nginx/nginx:1"), ("web", "host:5000/team/web:1.4.2"))
    assert found == {"tag": Given("tag", "1.4.2", "runs now, in container web")}


def test_the_only_container_counts_whatever_its_name() -> None:
    assert given(OURS, ("app", "team/web:7"))["tag"].value == "7"
    assert given(OURS, ("app", "team/web:7"), ("b", "team/b:8"))["tag"].value == "unknown"


@pytest.mark.parametrize(
    "image", ["team/web@sha256:" + "0" * 64, "team/web:1@sha256:" + "0" * 64, "team/web",
              "team/web:latest", "host:5000/web"],
)  # fmt: skip
def test_where_no_version_runs_a_word_stands_for_it_in_this_plan_alone(image: str) -> None:
    found = given(OURS, ("web", image))["tag"]
    assert (found.value, found.is_live) == ("unknown", False)
    assert found.told == (
        f"a word for this plan alone: what runs is {image}, which has no tag of a version"
    )


def test_where_nothing_runs_a_word_stands_for_it_too() -> None:
    found = given(OURS, ids={})["tag"]
    assert found == Given(
        "tag", "unknown", "a word for this plan alone: what runs is nothing, as it seems", False
    )


def test_the_account_is_that_of_the_credentials() -> None:
    asks = document(account_id={"type": "string"}, tag={"default": "1"})
    assert given(asks)["account_id"].value == "111122223333"


def test_what_is_given_counts_before_what_is_found() -> None:
    assert given(OURS, ("web", "team/web:7"), tag="8") == {
        "tag": Given("tag", "8", "as it was given")
    }


@pytest.mark.parametrize(
    ("name", "declared"), [("a", {"sensitive": True}), ("db_password", {"type": "string"})]
)
def test_a_secret_that_is_given_is_not_shown(name: str, declared: dict[str, Any]) -> None:
    found = given(document(**{name: declared, "tag": {"default": "1"}}), **{name: "hunter2"})[name]
    assert (found.value, found.shown) == ("hunter2", "(not shown)")


def test_what_has_a_default_is_not_asked_for() -> None:
    assert given(document(tag={"type": "string", "default": "x"})) == {}


def test_what_nobody_can_tell_must_be_given() -> None:
    asks = document(a={"type": "string"}, b={"type": "string"}, tag={"default": "1"})
    with pytest.raises(NavraError, match=r"asks for a, b, .*; give them by --var a=\.\.\."):
        given(asks)
    assert set(given(asks, a="1", b="2")) == {"a", "b"}


def test_a_value_for_no_variable_is_refused() -> None:
    with pytest.raises(NavraError, match="the document has no variable taag"):
        given(OURS, taag="1")
