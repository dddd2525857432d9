"""Security groups and their rules: only named connections are allowed."""

import pytest

from navra_stacks import Container, Hardening, RegistryImage, Route, Routing, Service
from tests.support.shop import shop, web, web_container
from tests.support.synthesized import Build, difference

RESTRICTED = Hardening.relaxed(restricted_egress=True)
ALB, WEB, API = "shop-qa-alb-sg", "shop-qa-ecs-web-sg", "shop-qa-ecs-api-sg"


def api() -> Service:
    return web(name="api", container=web_container(port=9000))


def worker() -> Service:
    image = RegistryImage(repository="public.ecr.aws/shop/worker", tag="1")
    return Service(name="worker", container=Container(image=image), cpu=256, memory=512)


ROUTING = Routing(
    default="web", routes=(Route(priority=1, paths=("/api/*", "/up"), service="api"),)
)


def test_services_accept_traffic_from_the_load_balancer_on_their_port(build: Build) -> None:
    built = build(
        shop(web(health_check=web().health_check.replace(path="/")), api(), routing=ROUTING)
    )
    assert built.security_group_rules("ingress", WEB) == [f"tcp 8080-8080 {ALB}"]
    assert built.security_group_rules("ingress", API) == [f"tcp 9000-9000 {ALB}"]


def test_services_accept_no_traffic_from_each_other(build: Build) -> None:
    built = build(shop(web(), worker()))
    for group in (WEB, "shop-qa-ecs-worker-sg"):
        assert "ecs" not in " ".join(built.security_group_rules("ingress", group))


def test_a_service_without_a_port_accepts_nothing(build: Build) -> None:
    assert (
        build(shop(web(), worker())).security_group_rules("ingress", "shop-qa-ecs-worker-sg") == []
    )


def test_all_egress_is_allowed_unless_it_is_restricted(build: Build) -> None:
    built = build()
    for group in (ALB, WEB):
        assert built.security_group_rules("egress", group) == ["-1 0.0.0.0/0"]


def test_restricted_egress_adds_the_egress_rule_of_each_connection(build: Build) -> None:
    built = build(hardening=RESTRICTED)
    assert built.security_group_rules("egress", ALB) == [f"tcp 8080-8080 {WEB}"]
    assert built.security_group_rules("ingress", WEB) == [f"tcp 8080-8080 {ALB}"]


def test_restricted_egress_allows_https_from_tasks(build: Build) -> None:
    """Tasks need it to pull images, read secrets and write logs."""
    built = build(shop(web(), worker(), hardening=RESTRICTED))
    for group in (WEB, "shop-qa-ecs-worker-sg"):
        assert built.security_group_rules("egress", group) == ["tcp 443-443 0.0.0.0/0"]


def test_restricted_egress_changes_egress_rules_only(build: Build) -> None:
    added, removed, changed = difference(build(), build(hardening=RESTRICTED))
    rule = "aws_vpc_security_group_egress_rule"
    assert added == {f"{rule}.alb_to_web_8080", f"{rule}.web_to_anywhere_443"}
    assert removed == {f"{rule}.alb_to_anywhere", f"{rule}.web_to_anywhere"}
    # The service depends on the rules of its tasks.
    assert changed == {"aws_ecs_service.web_service"}


@pytest.mark.parametrize("hardening", [Hardening.relaxed(), RESTRICTED])
def test_every_rule_has_a_description(build: Build, hardening: Hardening) -> None:
    built = build(shop(web(), worker(), hardening=hardening))
    rules = built.all("aws_vpc_security_group_ingress_rule")
    rules += built.all("aws_vpc_security_group_egress_rule")
    assert len(rules) >= 5
    assert all(rule["description"].strip() for rule in rules)


def test_security_groups_have_no_inline_rules(build: Build) -> None:
    for group in build(hardening=RESTRICTED).all("aws_security_group"):
        assert not group.body.keys() & {"ingress", "egress"}
