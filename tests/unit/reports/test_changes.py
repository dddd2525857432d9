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
from navra_stacks.reports.resource_changes import Names, area_of_resource, resource_changes
from navra_stacks.reports.settings_changes import (
    area_of_setting,
    describe_values,
    setting_changes,
)
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.environment_fields import EnvironmentFields
from tests.support.shop import shop, web, web_container

WORKER = web(name="worker", container=web_container(port=None), health_check=None)


def changes(after: Environment, before: Environment | None = None) -> dict[str, tuple[str, str]]:
    """Return the described values of the settings that differ from those of the shop."""
    found = setting_changes(plain_settings(before or shop()), plain_settings(after))
    return {one.field: describe_values(one.before, one.after) for one in found}


def test_equal_settings_have_no_difference() -> None:
    assert changes(shop()) == {}


def test_a_field_of_a_named_service_has_its_path() -> None:
    assert changes(shop(web(cpu=512, memory=1024))) == {
        "services.web.cpu": ("256", "512"),
        "services.web.memory": ("512", "1024"),
    }


def test_the_order_of_services_is_one_difference() -> None:
    services = [web(), WORKER]
    found = changes(shop(*reversed(services)), shop(*services))
    assert found == {"services (order)": ("[web, worker]", "[worker, web]")}


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


def test_the_order_of_one_off_tasks_is_a_difference() -> None:
    tasks = [OneOffTask(name=name, command=(name,)) for name in ("migrate", "seed")]
    before, after = (shop(web(one_off_tasks=tuple(order))) for order in (tasks, reversed(tasks)))
    assert changes(after, before) == {
        "services.web.one_off_tasks (order)": ("[migrate, seed]", "[seed, migrate]")
    }


def test_long_values_are_cut_around_their_difference() -> None:
    long = "x" * 200
    before, after = describe_values(f"{long}1{long}", f"{long}2{long}")
    assert before != after
    assert max(len(before), len(after)) <= 100


def test_a_subclass_of_an_environment_is_compared_field_by_field() -> None:
    class Extended(Environment):
        pass

    settings = {name: getattr(shop(), name) for name in shop().model_fields_set}
    assert changes(Extended(**settings)) == {"()": ("Environment", "Extended")}


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
    ("before", "after", "is_equal"),
    [
        ("shop-us-web", "shop-eu-web", True),
        ("/ecs/shop-web-us", "/ecs/shop-web-eu", True),
        (
            "arn:aws:ecs:us-east-1:1:cluster/shop-us",
            "arn:aws:ecs:us-east-1:1:cluster/shop-eu",
            True,
        ),
        (
            "arn:aws:ecs:us-west-1:1:cluster/shop-us",
            "arn:aws:ecs:eu-west-1:1:cluster/shop-eu",
            False,
        ),
        ("us-west-1a", "eu-west-1a", False),
        ("us", "eu", False),  # for example the value of a variable
        ("shop-us2", "shop-eu2", False),
        ("${aws_subnet.shop_us.id}", "${aws_subnet.shop_eu.id}", False),
    ],
)
def test_only_a_name_with_the_project_can_contain_the_environment(
    before: str, after: str, is_equal: bool
) -> None:
    names = Names("shop", "us", "eu")
    documents = document(a={"name": before}), document(a={"name": after})
    assert (list(resource_changes(*documents, names)) == []) is is_equal
    assert list(resource_changes(*documents)) != []


def test_the_name_of_an_environment_is_not_changed_in_arguments() -> None:
    both = {"default_action": [{"type": "forward"}], "name": "shop-default"}
    after = {**both, "name": "shop-qa"}
    names = Names("shop", "default", "qa")
    assert list(resource_changes(document(a=both), document(a=after), names)) == []


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
