"""Patches for attributes and certificates of load balancers, compared with moto without patches."""

from __future__ import annotations

from typing import Any

from tests.support.emulated_load_balancer import (
    create_listener,
    create_load_balancer,
    create_target_group,
)
from tests.support.emulator_clients import Client


def attributes(response: dict[str, Any]) -> dict[str, str]:
    return {attribute["Key"]: attribute["Value"] for attribute in response["Attributes"]}


def test_a_new_load_balancer_has_all_attributes(patched: Client, unpatched: Client) -> None:
    found = {
        client: attributes(
            client("elbv2").describe_load_balancer_attributes(
                LoadBalancerArn=create_load_balancer(client)
            )
        )
        for client in (patched, unpatched)
    }
    assert found[patched]["routing.http2.enabled"] == "true"
    assert found[patched]["idle_timeout.timeout_seconds"] == "60"
    assert "routing.http2.enabled" not in found[unpatched]


def test_a_network_load_balancer_has_no_http_attributes(patched: Client) -> None:
    arn = create_load_balancer(patched, type_="network")
    found = attributes(patched("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn))
    assert [name for name in found if "http" in name] == []


def test_a_new_listener_has_the_attributes_of_its_protocol(
    patched: Client, unpatched: Client
) -> None:
    found = {
        client: attributes(
            client("elbv2").describe_listener_attributes(ListenerArn=create_listener(client))
        )
        for client in (patched, unpatched)
    }
    assert found[patched] == {"routing.http.response.server.enabled": "true"}
    assert found[unpatched] == {"tcp.idle_timeout.seconds": "350"}


def test_a_new_target_group_has_health_thresholds(patched: Client, unpatched: Client) -> None:
    found = {
        client: attributes(
            client("elbv2").describe_target_group_attributes(
                TargetGroupArn=create_target_group(client)
            )
        )
        for client in (patched, unpatched)
    }
    name = "target_group_health.dns_failover.minimum_healthy_targets.count"
    assert found[patched][name] == "1"
    assert name not in found[unpatched]


def certificate(client: Client, host: str) -> str:
    requested = client("acm").request_certificate(DomainName=host, IdempotencyToken=host[0])
    return str(requested["CertificateArn"])


def test_the_certificates_for_other_hosts_are_separate_from_the_default_one(
    patched: Client, unpatched: Client
) -> None:
    for client in (patched, unpatched):
        elb = client("elbv2")
        default, other, new = (certificate(client, f"{letter}.example") for letter in "abc")
        arn = create_listener(
            client, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": default}]
        )
        elb.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": other}])
        (listener,) = elb.describe_listeners(ListenerArns=[arn])["Listeners"]
        described = [one["CertificateArn"] for one in listener["Certificates"]]
        assert described == ([default] if client is patched else [default, other])

        elb.modify_listener(ListenerArn=arn, Certificates=[{"CertificateArn": new}])
        all_ = elb.describe_listener_certificates(ListenerArn=arn)["Certificates"]
        found = {one["CertificateArn"]: one["IsDefault"] for one in all_}
        assert found == ({new: True, other: False} if client is patched else {new: True})


def test_another_tls_policy_does_not_change_the_certificates(patched: Client) -> None:
    elb = patched("elbv2")
    default, other = (certificate(patched, f"{letter}.example") for letter in "ab")
    arn = create_listener(
        patched, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": default}]
    )
    elb.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": other}])
    elb.modify_listener(ListenerArn=arn, SslPolicy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06")
    all_ = elb.describe_listener_certificates(ListenerArn=arn)["Certificates"]
    assert {one["CertificateArn"]: one["IsDefault"] for one in all_} == {
        default: True,
        other: False,
    }
