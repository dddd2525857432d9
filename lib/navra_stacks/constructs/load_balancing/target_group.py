"""The target group of a service."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.naming import slug
from navra_stacks.settings.compute.service import Service

__all__ = ["TargetGroup"]


class TargetGroup(Construct):
    """A target group of type ``ip``, with a health check on the port of each target.

    ECS registers every task with its container port, so the port of the target group is not used.
    Terraform ignores changes to it, because they would replace the target group.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Service,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        alternate: bool = False,
    ) -> None:
        """Create the target group of a service.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            settings: The service, which has a port and a health check.
            env: The context of the environment, for the names.
            vpc: The VPC of the tasks.
            alternate: Whether to create the target group for the next revision in a traffic shift.
        """
        super().__init__(scope, id_)
        health_check = settings.health_check
        assert health_check is not None
        assert settings.container.port is not None
        name = env.names.alternate_target_group if alternate else env.names.target_group
        suffix = "_alternate" if alternate else ""
        group = with_logical_id(
            LbTargetGroup(
                self,
                "target_group",
                name=name(settings.name),
                vpc_id=vpc.vpc_id,
                target_type="ip",
                protocol="HTTP",
                port=settings.container.port,
                deregistration_delay=str(settings.deregistration_delay_seconds),
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
                    # A rule stops using the alternate group before that is destroyed. Any other
                    # group is destroyed first, since its successor in another VPC has its name.
                    create_before_destroy=True if alternate else None,
                ),
            ),
            f"{slug(settings.name)}{suffix}_target_group",
        )
        self.arn: str = group.arn
        self.arn_suffix: str = group.arn_suffix
