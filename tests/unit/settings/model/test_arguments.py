"""Wrong arguments of settings classes and of their class methods are problems of the settings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from navra_stacks import (
    Cache,
    Container,
    CrossAccountZone,
    Database,
    Deployment,
    EcrImage,
    EcrRepositories,
    GitHubDeployRole,
    Hardening,
    S3State,
    Secret,
    Tmpfs,
    Waf,
)
from navra_stacks.settings.compute.deployment import ShiftOptions
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import reported_problems
from tests.support.shop import shop, web
from tests.unit.settings.model.test_typing import PUBLIC


def problems_of(settings: Any) -> list[str]:
    return [str(problem) for problem in settings.problems()]


def unnamed(value: str, call: str, repair: str) -> str:
    verb = "are" if ", " in value else "is"
    return f"{value} {verb} given to {call} without a name; write {repair}"


@pytest.mark.parametrize(
    ("build", "value", "call", "arguments"),
    [
        (lambda: EcrRepositories(5), "5", "EcrRepositories", "keep_images=..."),
        (lambda: EcrRepositories().replace(5), "5", "EcrRepositories", "keep_images=..."),
        (lambda: S3State("shop"), "'shop'", "S3State", "bucket=..."),
        (lambda: Tmpfs("/tmp"), "'/tmp'", "Tmpfs", "path=..."),
        (lambda: Hardening(Waf()), "Waf(...)", "Hardening", "waf=..."),
        (
            lambda: Container(80, EcrImage(repository="web")),
            "80, EcrImage(...)",
            "Container",
            "port=..., image=...",
        ),
        (lambda: Hardening.production(Waf()), "Waf(...)", "Hardening.production", "waf=..."),
        (lambda: Hardening.relaxed(Waf()), "Waf(...)", "Hardening.relaxed", "waf=..."),
        (
            lambda: Database.production("DATABASE_URL"),
            "'DATABASE_URL'",
            "Database.production",
            "url_secret=...",
        ),
        (lambda: Database.relaxed("URL"), "'URL'", "Database.relaxed", "url_secret=..."),
        (lambda: Cache.production("URL"), "'URL'", "Cache.production", "url_secret=..."),
        (lambda: Cache.relaxed("URL"), "'URL'", "Cache.relaxed", "url_secret=..."),
        (lambda: Deployment.linear(50), "50", "Deployment.linear", "percent=..."),
        (
            lambda: Deployment.canary(50, 5),
            "50, 5",
            "Deployment.canary",
            "percent=..., minutes=...",
        ),
        (lambda: Deployment.blue_green(5), "5", "Deployment.blue_green", "bake_minutes=..."),
        (
            lambda: GitHubDeployRole.from_branch("shop/web", "main", True),
            "True",
            "GitHubDeployRole.from_branch",
            "creates_provider=...",
        ),
    ],
)
def test_a_value_without_a_name_is_the_only_problem(
    build: Callable[[], Any], value: str, call: str, arguments: str
) -> None:
    assert problems_of(build()) == [unnamed(value, call, f"{call}({arguments})")]


def test_an_invalid_value_without_a_name_gets_the_name_of_a_required_setting() -> None:
    first, second = problems_of(CrossAccountZone("dns-records"))
    assert first == unnamed("'dns-records'", "CrossAccountZone", "CrossAccountZone(role_arn=...)")
    assert second.startswith("role_arn: 'dns-records' is not a valid ARN")


def test_the_problem_lists_all_names_if_no_name_fits() -> None:
    names = "NAME=VALUE; the names are path, size_mib"
    assert problems_of(Tmpfs("/tmp", 5, 6)) == [unnamed("'/tmp', 5, 6", "Tmpfs", names)]


def test_a_credential_without_a_name_is_not_shown() -> None:
    text = "postgres://shop:" + "hunter2xyz" + "@db/shop"
    assert "hunter2xyz" not in "".join(problems_of(Secret(text)))


def test_an_environment_reports_wrong_arguments_with_the_path() -> None:
    service = web(deployment=Deployment.rolling(formerly_shift=True))
    assert reported_problems(lambda: shop(service, state=S3State("shop-states"))) == [
        "services.web.deployment.formerly_shift: is not an argument of Deployment.rolling; "
        "did you mean 'formerly_shifted'?",
        "state: 'shop-states' is given to S3State without a name; write S3State(bucket=...)",
    ]


OTHER_STRATEGIES = "remove it, or use Deployment.blue_green(), linear() or canary()"
BLUE_GREEN_ARGUMENTS = (
    "its arguments are bake_minutes, rollback, hooks, test_traffic, first_apply, "
    "source_account_condition"
)


@pytest.mark.parametrize(
    ("method", "name", "repair"),
    [
        ("rolling", "formerly_shift", "did you mean 'formerly_shifted'?"),
        ("rolling", "bake_minutes", OTHER_STRATEGIES),
        ("rolling", "rollback", OTHER_STRATEGIES),
        ("rolling", "step_percent", "remove it, or use Deployment.linear() or canary()"),
        ("blue_green", "step_percent", "remove it, or use Deployment.linear() or canary()"),
        ("blue_green", "minimum_healthy_percent", "remove it, or use Deployment.rolling()"),
        ("blue_green", "handover", "did you mean 'first_apply'?"),
        ("blue_green", "hook", "did you mean 'hooks'?"),
        ("blue_green", "strategy", BLUE_GREEN_ARGUMENTS),
        ("linear", "step_percent", "did you mean 'percent'?"),
        ("linear", "maximum_percent", "remove it, or use Deployment.rolling()"),
        ("canary", "step_minutes", "did you mean 'minutes'?"),
    ],
)
def test_an_unknown_argument_of_a_class_method_is_a_problem(
    method: str, name: str, repair: str
) -> None:
    assert problems_of(getattr(Deployment, method)(**{name: 5})) == [
        f"{name}: is not an argument of Deployment.{method}; {repair}"
    ]


def test_an_unknown_argument_hides_no_invalid_value() -> None:
    assert len(problems_of(Deployment.linear(percent=101, minuets=5))) == 2


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (
            lambda: GitHubDeployRole.from_branch("shop/web"),
            "branch: is missing; write GitHubDeployRole.from_branch(repository, branch)",
        ),
        (
            lambda: GitHubDeployRole.from_branch("shop/web", "main", branch="x"),
            "branch: is given to GitHubDeployRole.from_branch twice; remove one of them",
        ),
        (
            lambda: GitHubDeployRole.from_github_environment("shop/web", nmae="qa"),
            "name: is missing; write GitHubDeployRole.from_github_environment(repository, name)",
        ),
        (lambda: Database.production(strage_gib=3), "did you mean 'storage_gib'?"),
        (lambda: Hardening.production(waff=None), "did you mean 'waf'?"),
    ],
)
def test_other_wrong_arguments_of_a_class_method_are_problems(
    build: Callable[[], Any], problem: str
) -> None:
    assert problem in "\n".join(problems_of(build()))


FILE_READERS = {"next_to", "read"}
"""Class methods whose only argument is a path."""


@pytest.mark.parametrize("class_", PUBLIC, ids=lambda class_: class_.__name__)
def test_each_class_method_that_returns_settings_reports_wrong_arguments(
    class_: type[Settings],
) -> None:
    for name, member in vars(class_).items():
        if not isinstance(member, classmethod) or name.startswith("_") or name in FILE_READERS:
            continue
        if str(inspect.signature(member.__func__).return_annotation).endswith("Self"):
            assert hasattr(member.__func__, "__wrapped__"), name


def test_the_common_options_of_the_strategies_are_fields() -> None:
    assert ShiftOptions.__annotations__.keys() <= Deployment.model_fields.keys()
