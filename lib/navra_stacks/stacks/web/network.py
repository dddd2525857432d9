"""The VPC of an environment: an existing VPC, or a new VPC with flow logs."""

from __future__ import annotations

from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.networking.existing_vpc import ExistingNetwork, VpcNetwork
from navra_stacks.constructs.networking.flow_logs import FlowLogs
from navra_stacks.constructs.networking.private_vpc import PrivateNetwork
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.model.interpolation import escape_template
from navra_stacks.settings.networking.vpc import PrivateVpc

__all__ = ["Network"]


class Network:
    """The VPC of the environment and its subnets, looked up or created."""

    def __init__(
        self, scope: Construct, environment: Environment, *, env: EnvironmentContext
    ) -> None:
        settings = environment.network
        self.vpc: VpcNetwork
        if not isinstance(settings, PrivateVpc):
            self.vpc = ExistingNetwork(scope, "network", settings=settings)
            return
        self.vpc = PrivateNetwork(
            scope,
            "network",
            settings=settings,
            env=env,
            s3_arns=_s3_arns(environment) if environment.hardening.restricted_egress else None,
        )
        if settings.flow_logs:
            FlowLogs(
                scope,
                "flow_logs",
                env=env,
                vpc_id=self.vpc.vpc_id,
                settings=settings,
            )


def _s3_arns(environment: Environment) -> list[str]:
    """Return the ARNs in S3 that the services may use, which can be in other accounts."""
    return [
        escape_template(resource)
        for service in environment.services
        for permission in service.permissions
        for resource in permission.resources
        if resource.startswith("arn:aws:s3:::")
    ]
