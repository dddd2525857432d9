"""The Application Load Balancer and its listeners."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs, LbConnectionLogs
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionRedirect,
)
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.access_logs import AccessLogBucket
from navra_stacks.constructs.load_balancing.certificate import Certificate
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.settings.load_balancing.load_balancer import LoadBalancer
from navra_stacks.settings.load_balancing.response_headers import ResponseHeaders
from navra_stacks.settings.model.interpolation import escape_template

__all__ = ["ApplicationLoadBalancer"]


class ApplicationLoadBalancer(Construct):
    """An internet-facing Application Load Balancer with an HTTPS listener and an HTTP redirect.

    HTTP requests are redirected to HTTPS, and the desync mitigation mode is defensive (FSBP ELB.1,
    ELB.12). A response header that is removed from the settings keeps its last value in AWS,
    because the provider ignores absent arguments; reset the header by hand.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: LoadBalancer,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        security_group: Peer,
        certificate: Certificate,
        default_target_group: TargetGroup,
        access_logs: AccessLogBucket | None = None,
        response_headers: ResponseHeaders | None = None,
    ) -> None:
        super().__init__(scope, id_)
        depends_on = list(vpc.load_balancer_dependencies)
        if access_logs is not None:
            depends_on.append(access_logs.policy)
        self.resource = with_logical_id(
            Lb(
                self,
                "load_balancer",
                name=env.names.load_balancer,
                load_balancer_type="application",
                internal=False,
                subnets=vpc.load_balancer_subnet_ids,
                security_groups=[security_group.group_id],
                idle_timeout=settings.idle_timeout_seconds,
                client_keep_alive=settings.client_keep_alive_seconds,
                drop_invalid_header_fields=settings.drop_invalid_headers,
                desync_mitigation_mode="defensive",
                enable_deletion_protection=env.deletion_protection,
                lifecycle=(
                    TerraformResourceLifecycle(prevent_destroy=True)
                    if env.deletion_protection
                    else None
                ),
                **_log_arguments(access_logs),
                depends_on=depends_on or None,
            ),
            "load_balancer",
        )
        self.arn: str = self.resource.arn
        self.arn_suffix: str = self.resource.arn_suffix
        self.dns_name: str = self.resource.dns_name
        self.zone_id: str = self.resource.zone_id
        self.https_listener = with_logical_id(
            LbListener(
                self,
                "https_listener",
                load_balancer_arn=self.arn,
                port=443,
                protocol="HTTPS",
                ssl_policy=settings.tls_policy,
                certificate_arn=certificate.arn,
                default_action=[
                    LbListenerDefaultAction(
                        type="forward", target_group_arn=default_target_group.arn
                    )
                ],
                **_header_arguments(response_headers),
            ),
            "https_listener",
        )
        with_logical_id(
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


def _log_arguments(logs: AccessLogBucket | None) -> dict[str, Any]:
    if logs is None:
        # Explicit: without the blocks the load balancer keeps its previous logging.
        return {
            "access_logs": LbAccessLogs(bucket="", enabled=False),
            "connection_logs": LbConnectionLogs(bucket="", enabled=False),
        }
    return {
        "access_logs": LbAccessLogs(
            bucket=logs.bucket_name, prefix=logs.access_prefix, enabled=True
        ),
        "connection_logs": LbConnectionLogs(
            bucket=logs.bucket_name, prefix=logs.connection_prefix, enabled=True
        ),
    }


def _header_arguments(headers: ResponseHeaders | None) -> dict[str, Any]:
    if headers is None:
        return {}
    response = "routing_http_response"
    policy = headers.content_security_policy
    return {
        f"{response}_strict_transport_security_header_value": headers.strict_transport_security,
        f"{response}_x_content_type_options_header_value": headers.content_type_options,
        f"{response}_x_frame_options_header_value": headers.frame_options,
        f"{response}_content_security_policy_header_value": (
            None if policy is None else escape_template(policy)
        ),
        f"{response}_server_enabled": headers.server_header,
    }
