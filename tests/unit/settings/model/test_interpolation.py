"""Template syntax of Terraform and CDKTF in settings."""

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
from tests.support.settings_errors import (
    Build,
    case,
    problems_of,
    reported_problems,
    with_container,
    with_web,
)
from tests.support.shop import shop, web_container

TEMPLATE = "which Terraform interprets as a template; replace the template with its literal value"
TOKEN = "contains '{TfToken[', which CDKTF interprets as a token; remove '{TfToken[' from the text"

INVALID = [
    case(
        "the path of a health check",
        lambda: with_web(health_check=HealthCheck(path="/${var.up}")),
        f"services.web.health_check.path: contains '${{', {TEMPLATE}",
    ),
    case(
        "a directive",
        lambda: with_web(health_check=HealthCheck(path="/%{if}")),
        f"services.web.health_check.path: contains '%{{', {TEMPLATE}",
    ),
    case(
        "the key of the state object",
        lambda: shop(state=S3State(bucket="shop-state", key="${terraform.workspace}/state")),
        f"state.key: contains '${{', {TEMPLATE}",
    ),
    case(
        "a tag",
        lambda: shop(tags={"team": "${var.team}"}),
        "tags.team: the key or the value '${var.team}' has characters or a length that AWS does "
        "not allow; use letters, digits, spaces and _ . : / = + - @, with 1-128 characters for "
        "the key and at most 256 for the value",
    ),
    case(
        "a CDKTF token in a variable",
        lambda: with_container(environment={"TEXT": "${TfToken[TOKEN.0]}"}),
        f"services.web.container.environment.TEXT: {TOKEN}",
    ),
    case(
        "a CDKTF token of a list",
        lambda: with_container(command=("run", "#{TfToken[TOKEN.0]}")),
        f"services.web.container.command.1: {TOKEN}",
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID)
def test_rejects_template_syntax(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


def test_checks_the_valid_strings_of_invalid_settings() -> None:
    check = HealthCheck(path="/${u}", healthy_threshold=0)
    assert reported_problems(lambda: with_web(health_check=check)) == [
        "services.web.health_check.healthy_threshold: 0 is not a valid threshold (2-10 checks)",
        f"services.web.health_check.path: contains '${{', {TEMPLATE}",
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
def test_accepts_template_syntax_in_escaped_fields(part: Settings) -> None:
    assert problems_of(part) == []


def test_the_escaped_fields_exist() -> None:
    kinds = {}
    pending: list[type[Settings]] = [Settings]
    while pending:
        kind = pending.pop()
        kinds[kind.__name__] = kind
        pending += kind.__subclasses__()
    for name in _ANY_TEXT:
        owner, _, field = name.partition(".")
        assert field in kinds[owner].model_fields, name
