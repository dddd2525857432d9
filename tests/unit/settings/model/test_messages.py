"""All problems of an environment are reported at once, at every depth."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from navra_stacks import (
    Alarms,
    Deployment,
    Egress,
    Environment,
    Hardening,
    LifecycleHook,
    LogPatternAlarm,
    RegistryImage,
    Route,
    Routing,
    SettingsError,
    Tmpfs,
    Waf,
    WafException,
)
from tests.support.invalid_environment import build_invalid_environment
from tests.support.settings_errors import reported_problems
from tests.support.shop import shop, web, web_container


def test_reports_problems_at_every_depth_together() -> None:
    fields = [line.partition(": ")[0] for line in reported_problems(build_invalid_environment)]
    assert fields == [
        "account",
        "regoin",
        "network.availability_zones",
        "domain.host",
        "services.web.container.port",
        "services.web.container.image.tag",
        "services.web.container.environment.API_TOKEN",
        "services.api.health_check.path",
        "services.api.health_check.timeout_seconds",
        "services.api.cpu",
        "routing.routes.api.priority",
        "routing.routes.more.paths.0",
        "routing.routes.more.paths.1",
        "existing_ids.load_balancer_security_group",
        # From rules over valid fields.
        "network.availability_zones",
        "network.availability_zones",
        "routing.default",
        "secrets.KEY",
        "tags.aws:x",
    ]


def test_the_error_title_has_the_environment_and_the_number_of_problems() -> None:
    with pytest.raises(SettingsError) as error:
        build_invalid_environment()
    first, *rest = str(error.value).splitlines()
    assert first == "shop-qa: 19 problems in the settings"
    assert rest == [f"  {problem}" for problem in error.value.problems]


def test_rules_do_not_report_an_invalid_field_again() -> None:
    # Without each of these fields, many rules would report further problems.
    for changes in (
        {"services": None},
        {"routing": 3},
        {"name": 5},
        {"region": None},
        {"network": "default"},
        {"domain": {"host": 1, "zone": "shop.example"}},
        {"tags": 4},
        {"services": (web(container=web_container(port=0)),)},
    ):
        assert len(reported_problems(lambda changes=changes: shop(**changes))) == 1, changes  # type: ignore[misc]


def test_does_not_report_a_misspelled_field_as_missing_too() -> None:
    image = RegistryImage(repository="nginx", tag="1")
    assert reported_problems(lambda: shop(web(container={"image": image, "prt": 8080}))) == [
        "services.web.container.prt: is not a setting of Container; did you mean 'port'?"
    ]


def test_describes_every_required_field_of_an_empty_environment() -> None:
    assert reported_problems(lambda: Environment()) == [  # type: ignore[call-arg]
        f"{field}: is missing; set it: {doc}"
        for field, doc in {
            "project": (
                "the name of the project, used as the first part of most resource names, for "
                "example "
                "`shop`"
            ),
            "name": (
                "the name of the environment, used as the second part of most resource names, "
                "for example "
                "`live`"
            ),
            "account": (
                "the id of the AWS account, the only account in which Terraform changes resources"
            ),
            "region": "the AWS Region of the environment",
            "network": "the VPC and its subnets",
            "domain": "the host name and its Route 53 hosted zone",
            "services": "the ECS services",
            "routing": "the routes by path pattern, and the default service for all other paths",
            "logs": "the names and the retention of the services' log groups",
        }.items()
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        *(
            ({"services": given}, f"services: {shown} is not a list; {repair}")
            for given, shown, repair in (
                ("web", "'web'", "write a list of Service, for example (Service(...),)"),
                (5, "5", "write a list of Service, for example (Service(...),)"),
                (None, "None", "write a list of Service, for example (Service(...),)"),
                (Waf(), "Waf(...)", "write a list of Service, for example (Service(...),)"),
                (Waf, "the class Waf", "write a list of Service, for example (Service(...),)"),
                (web, "a function", "write a list of Service, for example (Service(...),)"),
                ({"web": 1}, "a dict", "write a list of Service, for example (Service(...),)"),
                ({"name": "web"}, "a dict", "write a list with one element as ({...},)"),
                (web(), "Service(...)", "write a list with one element as (Service(...),)"),
            )
        ),
        (
            {"hardening": (Hardening(),)},
            "hardening: a tuple is not Hardening; remove the comma after the value",
        ),
        (
            {"hardening": Hardening},
            "hardening: the class Hardening is not Hardening; write Hardening(...)",
        ),
        (
            {"tags": Waf()},
            "tags: Waf(...) is not a mapping; write a mapping such as {'key': value}",
        ),
        (
            {"tags": ("team",)},
            "tags: a tuple is not a mapping; write a mapping such as {'key': value}",
        ),
        (
            {"hardening": Hardening.relaxed(waf=Waf)},
            "hardening.waf: the class Waf is not Waf; write Waf(...)",
        ),
        ({"routing": 3}, "routing: 3 is not Routing"),
        ({"state": "s3"}, "state: 's3' is not LocalState or S3State"),
        ({"database": "rds"}, "database: 'rds' is not Database or ExistingDatabase"),
        ({"domain": shop().network}, "domain: DefaultVpc(...) is not Domain"),
        ({"project": None}, "project: None is not text"),
        (
            {"hardening": {"dashboard": "maybe"}},
            "hardening.dashboard: 'maybe' is not True or False",
        ),
        ({"tags": {"a": ["x"] * 99}}, "tags.a: a list is not text"),
        (
            {"region": "x" * 99},
            f"region: '{'x' * 99}' is not a Region of the 'aws' partition; use a Region such as "
            "'us-east-1'",
        ),
    ],
)
def test_reports_the_expected_type_of_a_value_of_the_wrong_type(
    changes: dict[str, Any], line: str
) -> None:
    assert reported_problems(lambda: shop(**changes)) == [line]


WAF_EXCEPTION = WafException(rules=("GenericLFI_BODY",))
PATTERN_ALARM = LogPatternAlarm(name="errors", service="web", pattern="ERROR")
ROUTE = Route(priority=1, paths=("/",), service="web")
HOOK = LifecycleHook(
    function_arn="arn:aws:lambda:us-east-1:123456789012:function:smoke-test",
    stages=("PRE_SCALE_UP",),
)


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: Hardening(waf=Waf(exceptions=WAF_EXCEPTION)), "waf.exceptions"),
        (lambda: Alarms(emails=None, custom=PATTERN_ALARM), "custom"),
        (lambda: Routing(default="web", routes=ROUTE), "routes"),
        (lambda: web(egress=Egress(port=587)), "egress"),
        (lambda: web_container(writable_paths=Tmpfs(path="/tmp")), "writable_paths"),
        (lambda: Deployment(strategy="canary", hooks=HOOK), "hooks"),
    ],
)
def test_settings_in_place_of_a_list_with_one_element_are_one_problem(
    build: Callable[[], Any], field: str
) -> None:
    (problem,) = map(str, build().problems())
    assert re.fullmatch(
        rf"{field}: (\w+)\(\.\.\.\) is not a list; write a list with one element as "
        r"\(\1\(\.\.\.\),\)",
        problem,
    )


def test_invalid_settings_in_place_of_a_list_report_their_problems_too() -> None:
    assert reported_problems(lambda: shop(services=web(cpu=3))) == [
        "services: Service(...) is not a list; write a list with one element as (Service(...),)",
        "services.cpu: 3 is not a CPU size that Fargate offers "
        "(256, 512, 1024, 2048, 4096, 8192, 16384)",
    ]


def test_a_value_in_place_of_a_list_of_several_types_shows_all_of_them() -> None:
    assert [str(problem) for problem in web_container(writable_paths=5).problems()] == [
        "writable_paths: 5 is not a list; write a list of Tmpfs or OwnedVolume, "
        "for example (Tmpfs(...),)"
    ]
