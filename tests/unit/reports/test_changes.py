"""Differences between settings, and between the resources of documents."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks import (
    DefaultVpc,
    Deployment,
    OneOffTask,
    PrivateVpc,
    Route,
    Routing,
)
from navra_stacks.reports.plain_settings import plain_settings
from navra_stacks.reports.resource_changes import area_of_resource, resource_changes
from navra_stacks.reports.settings_changes import (
    area_of_setting,
    describe_value,
    setting_changes,
)
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.environment_fields import EnvironmentFields
from tests.support.shop import shop, web, web_container

WORKER = web(name="worker", container=web_container(port=None), health_check=None)


def changes(after: Environment, before: Environment | None = None) -> dict[str, tuple[str, str]]:
    """Return the described values of the settings that differ from those of the shop."""
    found = setting_changes(plain_settings(before or shop()), plain_settings(after))
    return {one.field: (describe_value(one.before), describe_value(one.after)) for one in found}


def test_equal_settings_have_no_difference() -> None:
    assert changes(shop()) == {}


def test_a_field_of_a_named_service_has_its_path() -> None:
    assert changes(shop(web(cpu=512, memory=1024))) == {
        "services.web.cpu": ("256", "512"),
        "services.web.memory": ("512", "1024"),
    }


def test_the_order_of_named_settings_is_no_difference() -> None:
    services = [web(), WORKER]
    assert changes(shop(*reversed(services)), shop(*services)) == {}


def test_an_added_service_is_one_difference_with_its_values() -> None:
    ((field, (before, after)),) = changes(shop(web(), WORKER)).items()
    assert (field, before) == ("services.worker", "none")
    assert after.startswith("Service(name=worker, container=Container(")


def test_the_first_of_named_settings_has_its_path() -> None:
    task = OneOffTask(name="migrate", command=("alembic", "upgrade"))
    (field,) = changes(shop(web(one_off_tasks=(task,))))
    assert field == "services.web.one_off_tasks.migrate"


def test_settings_of_another_class_are_one_difference() -> None:
    zones = ("eu-west-1a", "eu-west-1b")
    before = shop(network=DefaultVpc(availability_zones=zones))
    after = shop(network=PrivateVpc(cidr="10.0.0.0/16", availability_zones=zones))
    found = changes(after, before)
    assert found.keys() == {"network"}
    assert found["network"][0] == "DefaultVpc(availability_zones=[eu-west-1a, eu-west-1b])"


def test_a_long_value_is_cut() -> None:
    routes = tuple(
        Route(priority=number, paths=(f"/api/{number}/*",), service="web") for number in range(1, 9)
    )
    found = changes(shop(routing=Routing(default="web", routes=routes)))
    assert max(len(after) for _, after in found.values()) <= 100


def test_every_field_of_an_environment_has_an_area() -> None:
    for field in EnvironmentFields.model_fields:
        assert area_of_setting(f"{field}.inner")


def document(**resources: dict[str, Any]) -> dict[str, Any]:
    """Return a document with log groups."""
    return {"resource": {"aws_cloudwatch_log_group": resources}}


def test_resources_are_added_removed_and_changed_by_address() -> None:
    before = document(a={"name": "a"}, b={"name": "b", "retention_in_days": 7})
    after = document(b={"name": "b", "retention_in_days": 30, "//": {"new": 1}}, c={"name": "c"})
    assert [tuple(one) for one in resource_changes(before, after)] == [
        ("aws_cloudwatch_log_group.a", "removed", ()),
        ("aws_cloudwatch_log_group.b", "changed", ("retention_in_days",)),
        ("aws_cloudwatch_log_group.c", "added", ()),
    ]


@pytest.mark.parametrize(
    ("name", "is_equal"), [("shop-qa-web", True), ("/ecs/qa", True), ("shop-qa2", False)]
)
def test_the_name_of_the_environment_is_no_difference(name: str, is_equal: bool) -> None:
    before, after = document(a={"name": name}), document(a={"name": name.replace("qa", "live")})
    assert (list(resource_changes(before, after, ("qa", "live"))) == []) is is_equal
    assert list(resource_changes(before, after)) != []


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("aws_vpc_security_group_ingress_rule.a", "network"),
        ("aws_lb_target_group.a", "load balancing"),
        ("aws_iam_role.a", "permissions and keys"),
        ("aws_iam_openid_connect_provider.a", "delivery"),
        ("aws_route53_record.a", "load balancing"),
        ("aws_route.a", "network"),
        ("aws_sqs_queue.a", "others"),
    ],
)
def test_a_resource_belongs_to_the_area_of_its_type(address: str, area: str) -> None:
    assert area_of_resource(address) == area


def test_a_strategy_is_a_difference_of_its_fields() -> None:
    before = web(deployed_by="pipeline", deployment=Deployment.blue_green())
    after = web(deployed_by="pipeline", deployment=Deployment.canary(percent=5))
    assert changes(shop(after), shop(before)) == {
        "services.web.deployment.strategy": ("blue_green", "canary"),
        "services.web.deployment.step_percent": ("10", "5"),
        "services.web.deployment.step_minutes": ("5", "10"),
    }
