"""The load balancer, its listeners, its target groups and its rules."""

from typing import Any

import pytest

from navra_stacks import HealthCheck, LoadBalancer, Route, Routing
from tests.support.shop import shop, web
from tests.support.synthesized import Build, difference

LISTENER = "aws_lb_listener.https_listener"
TARGET_GROUP = "aws_lb_target_group.web_target_group"


def front(**changes: Any) -> Any:
    return web(health_check=HealthCheck(path="/"), **changes)


@pytest.mark.parametrize(
    ("settings", "address", "argument", "value"),
    [
        ({"idle_timeout_seconds": 120}, "aws_lb.load_balancer", "idle_timeout", 120),
        (
            {"tls_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"},
            LISTENER,
            "ssl_policy",
            "ELBSecurityPolicy-TLS13-1-3-2021-06",
        ),
    ],
)
def test_a_load_balancer_setting_changes_its_argument_only(
    build: Build, settings: dict[str, Any], address: str, argument: str, value: object
) -> None:
    before, after = build(), build(load_balancer=LoadBalancer(**settings))
    assert difference(before, after) == (set(), set(), {address})
    assert after.bodies[address] == before.bodies[address] | {argument: value}


@pytest.mark.parametrize(
    ("settings", "argument", "value"),
    [
        ({"interval_seconds": 30}, "interval", 30),
        ({"timeout_seconds": 10}, "timeout", 10),
        ({"healthy_threshold": 5}, "healthy_threshold", 5),
        ({"unhealthy_threshold": 2}, "unhealthy_threshold", 2),
        ({"matcher": "200-299"}, "matcher", "200-299"),
        ({"path": "/ready"}, "path", "/ready"),
    ],
)
def test_a_health_check_setting_changes_its_argument_only(
    build: Build, settings: dict[str, Any], argument: str, value: object
) -> None:
    check = HealthCheck(**({"path": "/up"} | settings))
    before, after = build(), build(shop(web(health_check=check)))
    assert difference(before, after) == (set(), set(), {TARGET_GROUP})
    old, new = (built.bodies[TARGET_GROUP]["health_check"] for built in (before, after))
    assert new == old | {argument: value}


def test_the_deregistration_delay_is_set(build: Build) -> None:
    before, after = build(), build(shop(web(deregistration_delay_seconds=5)))
    assert difference(before, after) == (set(), set(), {TARGET_GROUP})
    assert after.one("aws_lb_target_group")["deregistration_delay"] == "5"


def test_an_added_route_changes_no_other_rule(build: Build) -> None:
    api = web(name="api", container=web().container.replace(port=9000))
    old = (Route(priority=10, paths=("/api/*", "/up"), service="api"),)
    new = Route(priority=5, paths=("/v2/*",), service="api")
    before = build(shop(front(), api, routing=Routing(default="web", routes=old)))
    after = build(shop(front(), api, routing=Routing(default="web", routes=(new, *old))))
    added, removed, changed = difference(before, after)
    assert added == {"aws_lb_listener_rule.v2_rule"}
    # The service depends on the new rule; nothing else changes.
    assert (removed, changed) == (set(), {"aws_ecs_service.api_service"})


def test_a_rule_contains_all_patterns_of_its_route(build: Build) -> None:
    api = web(name="api", container=web().container.replace(port=9000))
    route = Route(priority=7, paths=("/api/*", "/up", "/?/x"), service="api", name="probes")
    built = build(shop(front(), api, routing=Routing(default="web", routes=(route,))))
    (rule,) = built.listener_rules()
    assert rule.address == "aws_lb_listener_rule.probes_rule"
    assert rule["priority"] == 7
    assert rule["condition"] == [{"path_pattern": {"values": ["/api/*", "/up", "/?/x"]}}]
    assert built.target_group_of(rule, "action") == "shop-qa-tg-api"
    assert built.target_group_for("/a/x") == "shop-qa-tg-api"
    assert built.target_group_for("/ab/x") == "shop-qa-tg-web"


def test_without_routes_the_default_service_receives_everything(build: Build) -> None:
    assert build().listener_rules() == []
    assert build().target_group_for("/anything") == "shop-qa-tg-web"
