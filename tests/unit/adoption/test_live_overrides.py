"""Live values that the first plan of an import must contain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.adoption.live_overrides import live_overrides
from tests.support.fake_account import FakeAccount, denied

SERVICE = "aws_ecs_service.web_service"
LIVE = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]}
PRESERVED = [{"capacity_provider": "FARGATE", "base": 0, "weight": 1}]


def overrides(live: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return live_overrides(live, content, FakeAccount())


def document(**arguments: Any) -> dict[str, Any]:
    return {"resource": {"aws_ecs_service": {"web_service": arguments}}}


def test_a_service_with_a_strategy_keeps_it_and_has_no_launch_type() -> None:
    assert overrides({SERVICE: LIVE}, document(launch_type="FARGATE")) == {
        SERVICE: {"capacity_provider_strategy": PRESERVED, "launch_type": None}
    }


def test_another_strategy_in_the_settings_is_not_applied_by_the_import() -> None:
    spot = [{"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 1}]
    found = overrides({SERVICE: LIVE}, document(capacity_provider_strategy=spot))
    assert found[SERVICE]["capacity_provider_strategy"] == PRESERVED


def test_nothing_is_preserved_for_the_same_strategy_or_a_launch_type() -> None:
    same = document(capacity_provider_strategy=PRESERVED)
    assert overrides({SERVICE: LIVE}, same) == {}
    assert overrides({SERVICE: {"launchType": "FARGATE"}}, document()) == {}
    # Other resources, and a service that is not in the document.
    assert overrides({"aws_lb.web": LIVE, "aws_ecs_service.old": LIVE}, document()) == {}


def test_a_service_keeps_its_platform_version() -> None:
    pinned = {SERVICE: {"platformVersion": "1.4.0"}}
    assert overrides(pinned, document(platform_version="LATEST")) == {
        SERVICE: {"platform_version": "1.4.0"}
    }
    assert overrides(pinned, document(platform_version="1.4.0")) == {}
    assert overrides({SERVICE: {}}, document(platform_version="LATEST")) == {}


# TLS policies

LISTENER = "aws_lb_listener.https"
TLS_12 = "ELBSecurityPolicy-TLS13-1-2-2021-06"
RESTRICTED = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
OLDER = "ELBSecurityPolicy-2016-08"
CIPHERS = {
    TLS_12: ["GCM", "CBC"],
    TLS_12.replace("2021-06", "PQ-2025-09"): ["GCM", "CBC"],
    RESTRICTED: ["GCM"],
    OLDER: ["GCM", "CBC", "RC4"],
}


def described(Names: list[str]) -> dict[str, Any]:
    return {
        "SslPolicies": [
            {
                "Name": name,
                "SslProtocols": ["TLSv1.2", *(["TLSv1"] if name == OLDER else [])],
                "Ciphers": [{"Name": cipher} for cipher in CIPHERS[name]],
            }
            for name in Names
            if name in CIPHERS
        ]
    }


def kept_policy(live: str | None, planned: str | None, response: Any = described) -> str | None:
    body = {} if planned is None else {"ssl_policy": planned}
    content = {"resource": {"aws_lb_listener": {"https": body}}}
    account = FakeAccount({"describe_ssl_policies": response})
    found = live_overrides({LISTENER: {"SslPolicy": live}}, content, account)
    return found.get(LISTENER, {}).get("ssl_policy")


POST_QUANTUM = TLS_12.replace("2021-06", "PQ-2025-09")


@pytest.mark.parametrize(
    ("live", "planned", "kept"),
    [
        (RESTRICTED, TLS_12, True),
        (POST_QUANTUM, TLS_12, True),
        (OLDER, TLS_12, False),
        (TLS_12, RESTRICTED, False),
        (TLS_12, TLS_12, False),
        # The same ciphers, but the live policy has no post-quantum key exchange.
        (TLS_12, POST_QUANTUM, False),
        ("ELBSecurityPolicy-unknown", TLS_12, False),
        (RESTRICTED, None, False),
        (None, TLS_12, False),
    ],
)
def test_a_stronger_tls_policy_is_kept(live: str | None, planned: str | None, kept: bool) -> None:
    assert kept_policy(live, planned) == (live if kept else None)


def test_no_tls_policy_is_kept_if_aws_does_not_describe_the_policies() -> None:
    assert kept_policy(RESTRICTED, TLS_12, denied("elasticloadbalancing:DescribeX")) is None
