"""Further destinations of a service if egress is restricted."""

from __future__ import annotations

import pytest

from navra_stacks import Egress, Hardening
from tests.support.shop import shop, web
from tests.support.synthesized import Build

SERVICE = web(egress=(Egress(port=587), Egress(port=8443, cidr="203.0.113.0/24")))
RESTRICTED = Hardening.relaxed(restricted_egress=True)


def test_a_service_reaches_its_destinations_and_depends_on_the_rules(build: Build) -> None:
    built = build(shop(SERVICE, hardening=RESTRICTED))
    assert built.security_group_rules("egress", "shop-qa-ecs-web-sg") == [
        "tcp 443-443 0.0.0.0/0",
        "tcp 587-587 0.0.0.0/0",
        "tcp 8443-8443 203.0.113.0/24",
    ]
    rules = {
        "aws_vpc_security_group_egress_rule.web_to_anywhere_587",
        "aws_vpc_security_group_egress_rule.web_to_203_0_113_0_24_8443",
    }
    assert rules <= set(built.one("aws_ecs_service")["depends_on"])


@pytest.mark.parametrize("service", [SERVICE, web()])
def test_without_restricted_egress_everything_is_allowed(build: Build, service: object) -> None:
    built = build(shop(service))
    assert built.security_group_rules("egress", "shop-qa-ecs-web-sg") == ["-1 0.0.0.0/0"]
