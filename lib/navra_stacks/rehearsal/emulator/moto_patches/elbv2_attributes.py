"""Patches for the attributes and certificates of load balancers and listeners."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeListener, FakeLoadBalancer, FakeTargetGroup
from moto.elbv2.responses import ELBV2Response, transform_certificates

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = [
    "describe_default_certificates_only",
    "return_all_load_balancer_attributes",
    "return_listener_attributes_of_the_protocol",
    "return_target_group_health_attributes",
]

APPLICATION = {
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
"""The attributes of a new Application Load Balancer."""

OF_PROTOCOL = {
    "HTTP": {"routing.http.response.server.enabled": "true"},
    "HTTPS": {"routing.http.response.server.enabled": "true"},
    "TCP": {"tcp.idle_timeout.seconds": "350"},
}
"""The attributes of a new listener, by protocol."""

HEALTH = {
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
"""The thresholds of a new target group of an Application or Network Load Balancer."""


def return_all_load_balancer_attributes() -> None:
    """Make DescribeLoadBalancerAttributes return the attributes that were never set.

    AWS returns all attributes of the type (API reference of Elastic Load Balancing,
    "LoadBalancerAttribute"). Without them, Terraform plans to set each one, for example HTTP/2.
    Remove this patch when moto returns them.
    """

    @around(FakeLoadBalancer)
    def __init__(create: Any, balancer: Any, *arguments: Any, **named: Any) -> None:
        create(balancer, *arguments, **named)
        if balancer.type == "application":
            balancer.attrs |= APPLICATION


def return_listener_attributes_of_the_protocol() -> None:
    """Make a new listener have the attributes of its protocol.

    Only TCP listeners have an idle timeout, and those of Application Load Balancers have the server
    header (API reference of Elastic Load Balancing, "ListenerAttribute"). Remove this patch when
    moto distinguishes the protocols.
    """

    @around(FakeListener)
    def __init__(create: Any, listener: Any, *arguments: Any, **named: Any) -> None:
        create(listener, *arguments, **named)
        listener.attributes = dict(OF_PROTOCOL.get(listener.protocol, {}))


def return_target_group_health_attributes() -> None:
    """Make DescribeTargetGroupAttributes return the health thresholds that were never set.

    AWS returns the default values (API reference of Elastic Load Balancing,
    "TargetGroupAttribute"). Without them, each update by Terraform sets them. Remove this patch
    when moto returns them.
    """

    @around(FakeTargetGroup)
    def __init__(create: Any, group: Any, *arguments: Any, **named: Any) -> None:
        create(group, *arguments, **named)
        if group.target_type in ("instance", "ip"):
            group.attributes |= HEALTH


def describe_default_certificates_only() -> None:
    """Separate the default certificate of a listener from those for other hosts (SNI).

    DescribeListeners returns the default certificate only, and ModifyListener replaces it only (API
    reference of Elastic Load Balancing, "DescribeListenerCertificates" and "ModifyListener").
    Remove this patch when moto does both.
    """
    transformers = ELBV2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER
    for path in transformers:
        if path.endswith("Listeners.Listener.Certificates"):
            transformers[path] = lambda arns: transform_certificates(arns[:1])

    @around(ELBv2Backend)
    def modify_listener(modify: Any, backend: Any, arn: str, *args: Any, **named: Any) -> Any:
        (listener,) = backend.describe_listeners(None, [arn])
        others = listener.certificates[1:]
        modified = modify(backend, arn, *args, **named)
        default = modified.certificates[:1]
        modified.certificates = default + [other for other in others if other not in default]
        return modified
