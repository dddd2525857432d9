"""The Application Load Balancer with its two listeners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs, LbConnectionLogs
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionRedirect,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.load_balancing.access_logs import LogDelivery
from navra_stacks.settings.load_balancing.load_balancer import LoadBalancer as LoadBalancerSettings
from navra_stacks.settings.load_balancing.response_headers import ResponseHeaders
from navra_stacks.settings.model.interpolation import literal

__all__ = ["LoadBalancer"]


class LoadBalancer(Construct):
    """Internet-facing: HTTPS goes to the default service, HTTP is sent to HTTPS.

    Headers that HTTP does not allow are dropped, and ambiguous requests are treated defensively
    (FSBP ELB.1, ELB.4, ELB.12). Logs wait for the permission to write them, else AWS refuses to
    turn them on. Response headers that are no longer asked for stay as they were last set, since
    the provider leaves alone what a document does not mention: turn them off by hand as well.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: LoadBalancerSettings,
        name: str,
        subnet_ids: list[str],
        security_group_id: str,
        certificate_arn: str,
        default_target_group_arn: str,
        deletion_protection: bool,
        log_delivery: LogDelivery | None = None,
        response_headers: ResponseHeaders | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        super().__init__(scope, id_)
        needed = list(depends_on)
        if log_delivery is not None:
            needed.append(log_delivery.permission)
        load_balancer = addressed(
            Lb(
                self,
                "load_balancer",
                name=name,
                load_balancer_type="application",
                internal=False,
                subnets=subnet_ids,
                security_groups=[security_group_id],
                idle_timeout=settings.idle_timeout_seconds,
                client_keep_alive=settings.client_keep_alive_seconds,
                drop_invalid_header_fields=True,
                desync_mitigation_mode="defensive",
                enable_deletion_protection=deletion_protection,
                lifecycle=(
                    TerraformResourceLifecycle(prevent_destroy=True)
                    if deletion_protection
                    else None
                ),
                **_logs(log_delivery),
                depends_on=needed or None,
            ),
            "load_balancer",
        )
        self.arn: str = load_balancer.arn
        self.arn_suffix: str = load_balancer.arn_suffix
        self.dns_name: str = load_balancer.dns_name
        self.zone_id: str = load_balancer.zone_id
        self.https_listener = addressed(
            LbListener(
                self,
                "https_listener",
                load_balancer_arn=self.arn,
                port=443,
                protocol="HTTPS",
                ssl_policy=settings.tls_policy,
                certificate_arn=certificate_arn,
                default_action=[
                    LbListenerDefaultAction(
                        type="forward", target_group_arn=default_target_group_arn
                    )
                ],
                **_added(response_headers),
            ),
            "https_listener",
        )
        addressed(
            LbListener(
                self,
                "http_listener",
                load_balancer_arn=self.arn,
                port=80,
                protocol="HTTP",
                default_action=[
                    LbListenerDefaultAction(
                        type="redirect",
                        redirect=LbListenerDefaultActionRedirect(
                            protocol="HTTPS", port="443", status_code="HTTP_301"
                        ),
                    )
                ],
            ),
            "http_listener",
        )


def _logs(delivery: LogDelivery | None) -> dict[str, Any]:
    if delivery is None:
        # Written out: a load balancer that is told nothing goes on logging to where it did.
        return {
            "access_logs": LbAccessLogs(bucket="", enabled=False),
            "connection_logs": LbConnectionLogs(bucket="", enabled=False),
        }
    return {
        "access_logs": LbAccessLogs(
            bucket=delivery.bucket, prefix=delivery.access_prefix, enabled=True
        ),
        "connection_logs": LbConnectionLogs(
            bucket=delivery.bucket, prefix=delivery.connection_prefix, enabled=True
        ),
    }


def _added(headers: ResponseHeaders | None) -> dict[str, Any]:
    if headers is None:
        return {}
    response = "routing_http_response"
    policy = headers.content_security_policy
    return {
        f"{response}_strict_transport_security_header_value": headers.strict_transport_security,
        f"{response}_x_content_type_options_header_value": headers.content_type_options,
        f"{response}_x_frame_options_header_value": headers.frame_options,
        f"{response}_content_security_policy_header_value": (
            None if policy is None else literal(policy)
        ),
        f"{response}_server_enabled": headers.server_header,
    }
