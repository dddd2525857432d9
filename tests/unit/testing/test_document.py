"""Queries of `navra_stacks.testing` on the documents of environments."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks import (
    Deployment,
    EcrImage,
    Hardening,
    PrivateVpc,
    Route,
    Routing,
    Secret,
    TestTraffic,
)
from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import DocumentError
from navra_stacks.testing import SynthesizedDocument, synthesized_document
from navra_stacks.testing.document import reference
from tests.support.shop import shop, web, web_container

RESTRICTED = Hardening.relaxed(restricted_egress=True)
ALB, WEB = "shop-qa-alb-sg", "shop-qa-ecs-web-sg"


@pytest.fixture(scope="module")
def document() -> SynthesizedDocument:
    container = web_container(secrets=("API_KEY",))
    return synthesized_document(
        shop(web(container=container), secrets=(Secret(name="API_KEY"),), hardening=RESTRICTED)
    )


def with_resources(document: SynthesizedDocument, **types: Any) -> SynthesizedDocument:
    """Return a document with other resources of some types."""
    content = document.content
    return SynthesizedDocument({**content, "resource": {**content["resource"], **types}})


def test_an_environment_is_synthesized_once() -> None:
    assert synthesized_document(shop()) is synthesized_document(shop())
    assert synthesized_document(shop()) is not synthesized_document(shop(web(desired_count=3)))


def test_the_internet_reaches_only_the_load_balancer(document: SynthesizedDocument) -> None:
    assert document.internet_ports() == {ALB: {"80", "443"}}


@pytest.mark.parametrize(
    ("rule", "ports"),
    [
        ({"ip_protocol": "-1", "cidr_ipv6": "::/0"}, "all"),
        (
            {"ip_protocol": "udp", "from_port": 53, "to_port": 53, "cidr_ipv4": "0.0.0.0/0"},
            "udp 53",
        ),
        ({"ip_protocol": "tcp", "from_port": 1, "to_port": 9, "cidr_ipv4": "0.0.0.0/1"}, "1-9"),
    ],
)
def test_an_open_port_of_another_group_is_found(
    rule: dict[str, Any], ports: str, document: SynthesizedDocument
) -> None:
    (group,) = document.all("aws_security_group", name=WEB)
    rules = {
        **document.content["resource"]["aws_vpc_security_group_ingress_rule"],
        "opened": {"security_group_id": reference(group, "id"), **rule},
    }
    opened = with_resources(document, aws_vpc_security_group_ingress_rule=rules)
    assert opened.internet_ports() == {ALB: {"80", "443"}, WEB: {ports}}


def test_a_port_is_reachable_only_if_both_sides_allow_it(document: SynthesizedDocument) -> None:
    assert document.reachable_ports(ALB, WEB) == {"8080"}
    # The load balancer is open to all, and the service may connect to port 443 only.
    assert document.reachable_ports(WEB, ALB) == {"443"}
    assert document.reachable_ports(WEB, WEB) == set()
    without = with_resources(document, aws_vpc_security_group_egress_rule={})
    assert without.reachable_ports(ALB, WEB) == set()


def test_a_network_that_is_open_to_all_is_reachable_from_each_group() -> None:
    relaxed = synthesized_document(shop())
    assert relaxed.reachable_ports(WEB, ALB) == {"80", "443"}


@pytest.mark.parametrize(
    ("egress", "ingress", "ports"),
    [
        ({"ip_protocol": "tcp", "from_port": 443, "to_port": 443}, {"ip_protocol": "-1"}, {"443"}),
        (
            {"ip_protocol": "tcp", "from_port": 8080, "to_port": 8080},
            {"ip_protocol": "tcp", "from_port": 8000, "to_port": 9000},
            {"8080"},
        ),
        (
            {"ip_protocol": "udp", "from_port": 53, "to_port": 53},
            {"ip_protocol": "tcp", "from_port": 53, "to_port": 53},
            set(),
        ),
        ({"ip_protocol": "-1"}, {"ip_protocol": "-1"}, {"all"}),
    ],
)
def test_reachable_ports_are_those_that_both_rules_have(
    egress: dict[str, Any], ingress: dict[str, Any], ports: set[str]
) -> None:
    groups = {name: {"name": name} for name in ("client", "server")}
    content = {
        "resource": {
            "aws_security_group": groups,
            "aws_vpc_security_group_egress_rule": {
                "a": {
                    "security_group_id": "${aws_security_group.client.id}",
                    "cidr_ipv4": "10.0.0.0/16",
                    **egress,
                }
            },
            "aws_vpc_security_group_ingress_rule": {
                "a": {
                    "security_group_id": "${aws_security_group.server.id}",
                    "referenced_security_group_id": "${aws_security_group.client.id}",
                    **ingress,
                }
            },
        }
    }
    assert SynthesizedDocument(content).reachable_ports("client", "server") == ports


def test_a_prefix_list_is_a_peer() -> None:
    zones = ("eu-west-1a", "eu-west-1b")
    private = PrivateVpc(
        cidr="10.0.0.0/16", availability_zones=zones, nat="none", interface_endpoints=True
    )
    service = web(container=web_container(image=EcrImage(repository="shop-web")))
    document = synthesized_document(shop(service, network=private, hardening=RESTRICTED))
    rules = document.security_group_rules("egress", WEB)
    assert any("prefix_list" in rule for rule in rules)


def test_test_traffic_does_not_change_where_a_path_is_forwarded() -> None:
    deployment = Deployment.blue_green(
        test_traffic=TestTraffic(header="X-Preview", value="yes", priority=1)
    )
    routing = Routing(default="web", routes=(Route(priority=5, paths=("/api/*",), service="api"),))
    api = web(name="api", deployed_by="pipeline", deployment=deployment)
    document = synthesized_document(shop(web(), api, routing=routing))
    assert document.target_group_for("/api/orders") == "shop-qa-tg-api"


def test_an_unknown_stack_is_reported_with_the_known_ones() -> None:
    with pytest.raises(NavraError, match="shop-qa has no stack 'shop-state'; its stacks are"):
        synthesized_document(shop(), "shop-state")


def test_a_service_reads_exactly_the_secrets_that_it_injects(document: SynthesizedDocument) -> None:
    injected = document.injected_secrets("shop-web-qa")
    assert injected.keys() == {"API_KEY"}
    assert document.readable_secrets("shop-web-qa") == set(injected.values())


def test_a_role_has_its_actions_and_their_resources(document: SynthesizedDocument) -> None:
    family = "shop-web-qa"
    assert "logs:PutLogEvents" in document.allowed_actions(family)
    (group,) = document.allowed_resources(family, "logs:PutLogEvents")
    assert group == "${aws_cloudwatch_log_group.web_log_group.arn}:*"
    assert document.allowed_resources(family, "s3:GetObject") == set()
    assert document.allowed_actions(family, "task_role_arn") == set()


def test_a_path_is_forwarded_to_a_target_group(document: SynthesizedDocument) -> None:
    assert document.target_group_for("/anything") == "shop-qa-tg-web"


def test_another_reference_is_an_error(document: SynthesizedDocument) -> None:
    for text in ("${aws_lb.missing.arn}", "${var.x}", "text"):
        with pytest.raises(DocumentError, match="is not a reference to a block"):
            document.referred(text)
