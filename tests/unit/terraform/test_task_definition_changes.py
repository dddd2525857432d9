"""Differences between two task definitions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navra_stacks.terraform.task_definition_changes import (
    FieldChange,
    containers_of,
    task_definition_changes,
)


def body(*containers: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    return {"container_definitions": json.dumps(containers), "cpu": "256", **arguments}


WEB = {"name": "web", "image": "web:1", "environment": [{"name": "A", "value": "1"}]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (body(WEB), body(WEB), []),
        (body(WEB), body(WEB, cpu="512"), [FieldChange(None, "cpu", "256", "512")]),
        (body(WEB), body(WEB, volume=[1]), [FieldChange(None, "volume", None, [1])]),
        (
            body(WEB),
            body({**WEB, "image": "web:2"}),
            [FieldChange("web", "image", "web:1", "web:2")],
        ),
        (
            body(WEB),
            body(
                {**WEB, "environment": [{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]}
            ),
            [
                FieldChange("web", "environment.A", "1", "2"),
                FieldChange("web", "environment.B", None, "3"),
            ],
        ),
        (
            body({**WEB, "secrets": [{"name": "KEY", "valueFrom": "arn:1"}]}),
            body(WEB),
            [FieldChange("web", "secrets.KEY", "arn:1", None)],
        ),
        # The API returns empty lists for absent fields.
        (body({**WEB, "mountPoints": [], "systemControls": []}), body(WEB), []),
        (
            body(WEB),
            body(WEB, {"name": "agent", "image": "agent:1"}),
            [FieldChange("agent", "name", None, "agent")],
        ),
        (
            body({"name": "agent", "image": "agent:1"}),
            body(),
            [FieldChange("agent", "name", "agent", None)],
        ),
    ],
)
def test_each_differing_field_is_a_change(
    before: dict[str, Any], after: dict[str, Any], expected: list[FieldChange]
) -> None:
    assert list(task_definition_changes(before, after)) == expected


@pytest.mark.parametrize(
    "value", ["${file(x)}", "not JSON", "3", "{}", None, 3, [1, {"image": "no name"}]]
)
def test_unknown_definitions_have_no_containers(value: Any) -> None:
    assert containers_of({"container_definitions": value}) == {}


def test_definitions_can_be_plain_json() -> None:
    assert containers_of({"container_definitions": [WEB]}) == {"web": WEB}
