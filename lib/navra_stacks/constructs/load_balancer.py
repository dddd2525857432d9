"""The Application Load Balancer with its two listeners."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionRedirect,
)
from constructs import Construct

from navra_stacks.constructs.address import addressed
from navra_stacks.settings.edge import LoadBalancer as LoadBalancerSettings

__all__ = ["LoadBalancer"]


class LoadBalancer(Construct):
    """Internet-facing: HTTPS goes to the default service, HTTP is sent to HTTPS.

    Headers that HTTP does not allow are dropped, and ambiguous requests are treated defensively
    (FSBP ELB.1, ELB.4, ELB.12).
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
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        super().__init__(scope, id_)
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
                drop_invalid_header_fields=True,
                desync_mitigation_mode="defensive",
                enable_deletion_protection=deletion_protection,
                lifecycle=(
                    TerraformResourceLifecycle(prevent_destroy=True)
                    if deletion_protection
                    else None
                ),
                depends_on=list(depends_on) or None,
            ),
            "load_balancer",
        )
        self.arn: str = load_balancer.arn
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
