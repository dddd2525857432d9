"""Variations of the load balancer, its listeners and certificates."""

from __future__ import annotations

from functools import partial

from tests.support.handmade_account.environment import HOST, HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["VARIATIONS", "second_certificate", "second_load_balancer"]


def _set_attributes(environment: HandmadeEnvironment, attributes: dict[str, str]) -> None:
    environment.console("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=environment.arns["alb"],
        Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()],
    )


def http2_disabled(environment: HandmadeEnvironment) -> None:
    """Disable HTTP/2."""
    _set_attributes(environment, {"routing.http2.enabled": "false"})


def other_timeouts(environment: HandmadeEnvironment) -> None:
    """Change the idle timeout and the keep-alive of clients, which are settings."""
    _set_attributes(
        environment, {"idle_timeout.timeout_seconds": "120", "client_keep_alive.seconds": "600"}
    )


def preserved_host_header(environment: HandmadeEnvironment) -> None:
    """Pass the host header and the TLS version to the targets."""
    _set_attributes(
        environment,
        {
            "routing.http.preserve_host_header.enabled": "true",
            "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "true",
            "routing.http.xff_header_processing.mode": "preserve",
        },
    )


def tls_policy(environment: HandmadeEnvironment, *, name: str) -> None:
    """Set the TLS policy of the HTTPS listener."""
    environment.console("elbv2").modify_listener(
        ListenerArn=environment.arns["https"], SslPolicy=name
    )


def certificate_for_another_host(environment: HandmadeEnvironment) -> None:
    """Add a second certificate to the HTTPS listener, for another host."""
    arn = environment.console("acm").request_certificate(
        DomainName="admin.navralabs.com", ValidationMethod="DNS", IdempotencyToken="admin"
    )["CertificateArn"]
    environment.console("elbv2").add_listener_certificates(
        ListenerArn=environment.arns["https"], Certificates=[{"CertificateArn": arn}]
    )


def listener_attributes(environment: HandmadeEnvironment) -> None:
    """Hide the server header, and add a response header."""
    environment.console("elbv2").modify_listener_attributes(
        ListenerArn=environment.arns["https"],
        Attributes=[
            {"Key": "routing.http.response.server.enabled", "Value": "false"},
            {
                "Key": "routing.http.response.strict_transport_security.header_value",
                "Value": "max-age=31536000",
            },
        ],
    )


def web_acl(environment: HandmadeEnvironment) -> None:
    """Associate a web ACL with the load balancer."""
    waf = environment.console("wafv2")
    arn = waf.create_web_acl(
        Name="by-hand",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={
            "SampledRequestsEnabled": True,
            "CloudWatchMetricsEnabled": True,
            "MetricName": "by-hand",
        },
    )["Summary"]["ARN"]
    waf.associate_web_acl(WebACLArn=arn, ResourceArn=environment.arns["alb"])


def another_listener(environment: HandmadeEnvironment) -> None:
    """Create a listener on port 8080 that forwards to the backend."""
    environment.console("elbv2").create_listener(
        LoadBalancerArn=environment.arns["alb"],
        Protocol="HTTP",
        Port=8080,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": environment.arns["tg backend"]}],
    )


def weighted_default_action(environment: HandmadeEnvironment) -> None:
    """Forward to one weighted target group by default, with stickiness between target groups."""
    environment.console("elbv2").modify_listener(
        ListenerArn=environment.arns["https"],
        DefaultActions=[
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": environment.arns["tg frontend"], "Weight": 100}
                    ],
                    "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 600},
                },
            }
        ],
    )


def second_load_balancer(environment: HandmadeEnvironment, *, receives_traffic: bool) -> None:
    """Create another load balancer with the same security group, optionally for the host."""
    environment.arns["second alb"] = environment.load_balancer("aep-staging-alb-new")
    if receives_traffic:
        environment.point_at(environment.arns["second alb"])


def second_certificate(environment: HandmadeEnvironment, *, in_use: bool = True) -> None:
    """Request another certificate for the host.

    Without `in_use`, the listener gets a third certificate, so that neither of the two is in use.
    """
    environment.arns["second certificate"] = environment.console("acm").request_certificate(
        DomainName=HOST, ValidationMethod="DNS", IdempotencyToken="second"
    )["CertificateArn"]
    if not in_use:
        other = environment.console("acm").request_certificate(
            DomainName="*.navralabs.com", ValidationMethod="DNS", IdempotencyToken="third"
        )["CertificateArn"]
        environment.console("elbv2").modify_listener(
            ListenerArn=environment.arns["https"], Certificates=[{"CertificateArn": other}]
        )


VARIATIONS = (
    Variation("HTTP/2 disabled", Kind.LOAD_BALANCER, http2_disabled),
    Variation("other timeouts", Kind.LOAD_BALANCER, other_timeouts),
    Variation("host header and TLS version passed on", Kind.LOAD_BALANCER, preserved_host_header),
    Variation(
        "a stronger TLS policy",
        Kind.LOAD_BALANCER,
        partial(tls_policy, name="ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
    ),
    Variation(
        "a post-quantum TLS policy",
        Kind.LOAD_BALANCER,
        partial(tls_policy, name="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"),
    ),
    Variation("a certificate for another host", Kind.LOAD_BALANCER, certificate_for_another_host),
    Variation("listener attributes", Kind.LOAD_BALANCER, listener_attributes),
    Variation("a web ACL", Kind.LOAD_BALANCER, web_acl),
    Variation("another listener", Kind.LOAD_BALANCER, another_listener),
    Variation("a weighted default action", Kind.LOAD_BALANCER, weighted_default_action),
)
