"""Texts that Terraform or CDKTF would read as something else than what was written."""

from __future__ import annotations

import pytest

from navra_stacks import (
    HealthCheck,
    LogPatternAlarm,
    OneOffTask,
    ResponseHeaders,
    S3State,
)
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.interpolation import _ANY_TEXT
from tests.support.settings_errors import Build, case, complaints, told_by, with_container, with_web
from tests.support.shop import shop, web_container

TEMPLATE = "which Terraform takes for a template; write out what is meant"
MARK = "holds '{TfToken[', which CDKTF takes for a mark of its own; leave it out"

REFUSED = [
    case(
        "the path of a health check",
        lambda: with_web(health_check=HealthCheck(path="/${var.up}")),
        f"services.web.health_check.path: holds '${{', {TEMPLATE}",
    ),
    case(
        "a directive",
        lambda: with_web(health_check=HealthCheck(path="/%{if}")),
        f"services.web.health_check.path: holds '%{{', {TEMPLATE}",
    ),
    case(
        "a user",
        lambda: with_container(user="${var.user}"),
        f"services.web.container.user: holds '${{', {TEMPLATE}",
    ),
    case(
        "a directory",
        lambda: with_container(writable_paths=("/tmp", "/${path.module}")),
        f"services.web.container.writable_paths.1: holds '${{', {TEMPLATE}",
    ),
    case(
        "the key of the state",
        lambda: shop(state=S3State(bucket="shop-state", key="${terraform.workspace}/state")),
        f"state.key: holds '${{', {TEMPLATE}",
    ),
    case(
        "a tag",
        lambda: shop(tags={"team": "${var.team}"}),
        "tags.team: '${var.team}' or its key has characters or a length that AWS refuses; use "
        "letters, digits, spaces and _ . : / = + - @; 128 for a key, 256 a value",
    ),
    case(
        "a mark of CDKTF in a variable",
        lambda: with_container(environment={"TEXT": "${TfToken[TOKEN.0]}"}),
        f"services.web.container.environment.TEXT: {MARK}",
    ),
    case(
        "a mark of CDKTF for a list",
        lambda: with_container(command=("run", "#{TfToken[TOKEN.0]}")),
        f"services.web.container.command.1: {MARK}",
    ),
]


@pytest.mark.parametrize(("build", "lines"), REFUSED)
def test_a_text_that_would_not_arrive_as_it_was_written_is_refused(
    build: Build, lines: list[str]
) -> None:
    assert complaints(build) == lines


def test_a_faulty_part_is_told_of_its_other_texts_too() -> None:
    assert complaints(lambda: with_container(port=0, user="${u}")) == [
        "services.web.container.port: 0 is not a port (1-65535)",
        f"services.web.container.user: holds '${{', {TEMPLATE}",
    ]


@pytest.mark.parametrize(
    "part",
    [
        web_container(environment={"TEXT": "${a} %{b}"}, command=("sh", "-c", "echo ${HOME}")),
        OneOffTask(name="once", command=("sh", "-c", "echo ${HOME}")),
        LogPatternAlarm(name="refusals", service="web", pattern="%{[0-9]}%"),
        ResponseHeaders(content_security_policy="default-src ${x}"),
    ],
    ids=lambda part: type(part).__name__,
)
def test_a_text_that_is_not_for_terraform_may_be_any(part: Settings) -> None:
    assert told_by(part) == []


def test_what_may_be_any_text_exists() -> None:
    kinds = {}
    waiting: list[type[Settings]] = [Settings]
    while waiting:
        kind = waiting.pop()
        kinds[kind.__name__] = kind
        waiting += kind.__subclasses__()
    for name in _ANY_TEXT:
        owner, _, field = name.partition(".")
        assert field in kinds[owner].model_fields, name
