"""The target group of a service: where the load balancer sends its requests."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import slug
from navra_stacks.settings.compute.health_check import HealthCheck

__all__ = ["TargetGroup"]


class TargetGroup(Construct):
    """Targets by IP address, as Fargate wants them, asked on their own port whether they are well.

    The group's own port is only what a target without one would get. ECS registers every task with
    its container's port, so a changed port needs no new group, which AWS would ask for.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        name: str,
        vpc_id: str,
        port: int,
        health_check: HealthCheck,
        deregistration_delay_seconds: int,
        alternate: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        group = addressed(
            LbTargetGroup(
                self,
                "target_group",
                name=name,
                vpc_id=vpc_id,
                target_type="ip",
                protocol="HTTP",
                port=port,
                deregistration_delay=str(deregistration_delay_seconds),
                health_check=LbTargetGroupHealthCheck(
                    enabled=True,
                    path=health_check.path,
                    port="traffic-port",
                    protocol="HTTP",
                    interval=health_check.interval_seconds,
                    timeout=health_check.timeout_seconds,
                    healthy_threshold=health_check.healthy_threshold,
                    unhealthy_threshold=health_check.unhealthy_threshold,
                    matcher=health_check.matcher,
                ),
                lifecycle=TerraformResourceLifecycle(
                    ignore_changes=["port"],
                    # A rule must let go of an alternate group before that is destroyed. Any other
                    # group goes first: a new one, in another VPC, takes its name.
                    create_before_destroy=True if alternate else None,
                ),
            ),
            f"{slug(service)}_target_group",
        )
        self.arn: str = group.arn
        self.arn_suffix: str = group.arn_suffix
