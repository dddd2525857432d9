"""Revisions: repositories of images, and differences without values."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.deploy.differences import describe_differences
from navra_stacks.deploy.outcome import RefusedError
from navra_stacks.deploy.revisions import Revision, tag_value


def revision(image: str = "shop/web:1", **arguments: Any) -> Revision:
    container = {"name": "web", "image": image, **arguments.pop("container", {})}
    return Revision(
        {
            "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7",
            "family": "web",
            "revision": 7,
            "status": "ACTIVE",
            "registeredAt": "now",
            "containerDefinitions": [container],
            **arguments,
        },
        {},
    )


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("shop/web:1.0", "shop/web"),
        ("shop/web", "shop/web"),
        ("host:5000/shop/web:1.0", "host:5000/shop/web"),
        ("host:5000/shop/web", "host:5000/shop/web"),
        ("shop/web@sha256:" + "a" * 64, "shop/web"),
        ("shop/web:1.0@sha256:" + "a" * 64, "shop/web"),
    ],
)
def test_the_repository_of_an_image_has_no_tag_and_no_digest(image: str, repository: str) -> None:
    assert revision(image).repository("web") == repository


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("shop/web:1.0", "1.0"),
        ("registry:5000/shop/web", "latest"),
        ("shop/web@sha256:" + "a" * 64, "@sha256:" + "a" * 64),
        ("shop/web:1.0@sha256:" + "a" * 64, "@sha256:" + "a" * 64),
    ],
)
def test_the_version_of_an_image_is_its_digest_or_else_its_tag(image: str, version: str) -> None:
    assert revision(image).version("web") == version


def test_a_container_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RefusedError, match="web:7 has no container api; apply the settings"):
        revision().repository("api")


def test_differences_show_no_values_of_variables() -> None:
    before = revision(
        cpu="256",
        container={
            "environment": [{"name": "A", "value": "hidden-a"}, {"name": "B", "value": "hidden-b"}],
            "secrets": [{"name": "KEY", "valueFrom": "arn:hidden"}],
        },
    )
    after = revision(
        cpu="512",
        container={
            "environment": [{"name": "B", "value": "hidden-c"}, {"name": "C", "value": "hidden-d"}],
            "secrets": [{"name": "KEY", "valueFrom": "arn:hidden-2"}],
        },
    )
    lines = list(describe_differences(before, after, {"web": "shop/web:2"}))
    assert lines == [
        "cpu: 256 -> 512",
        "web.environment.A is removed",
        "web.environment.B changes",
        "web.environment.C is added",
        "web.image: shop/web:1 -> shop/web:2",
        "web.secrets.KEY changes",
    ]


def test_what_aws_sets_is_no_difference() -> None:
    other = revision(registeredBy="someone", requiresAttributes=[{"name": "x"}], volumes=[])
    assert list(describe_differences(revision(), other, {})) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github-actions[bot]", "github-actions_bot_"),
        ("Jörg M. a+b=c@d:/e", "Jörg M. a+b=c@d:/e"),
        ("x" * 300, "x" * 256),
    ],
)
def test_a_tag_value_has_only_characters_that_ecs_accepts(text: str, value: str) -> None:
    assert tag_value(text) == value
