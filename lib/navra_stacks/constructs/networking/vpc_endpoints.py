"""Interface endpoints: access to AWS services from within the VPC."""

from __future__ import annotations

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.naming import slug

__all__ = ["InterfaceEndpoints"]

TASK_SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""The services that Fargate calls to start a task, for its image, log stream and secrets (Amazon
ECS, "interface VPC endpoints"). Image layers come from S3, which has a gateway endpoint."""

EXEC_SERVICES = ("ssmmessages", "kms")
"""The services that the agent of an ECS Exec session calls: the session and its KMS key."""


class InterfaceEndpoints(Construct):
    """An endpoint for each AWS service that tasks call, in each of their subnets.

    Private DNS resolves the services' public names to the endpoints, for the whole VPC: every other
    client in the VPC needs a rule to the endpoints' security group too.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        security_group: Peer,
        exec_sessions: bool,
    ) -> None:
        super().__init__(scope, id_)
        services = (*TASK_SERVICES, *EXEC_SERVICES) if exec_sessions else TASK_SERVICES
        self.all: list[ITerraformDependable] = [
            with_logical_id(
                VpcEndpoint(
                    self,
                    f"{slug(service)}_endpoint",
                    vpc_id=vpc.vpc_id,
                    vpc_endpoint_type="Interface",
                    service_name=f"com.amazonaws.{env.location.region}.{service}",
                    subnet_ids=list(vpc.task_subnet_ids),
                    security_group_ids=[security_group.group_id],
                    private_dns_enabled=True,
                    tags={"Name": env.names.network_resource(service.replace(".", "-"))},
                ),
                slug(service),
            )
            for service in services
        ]
        """The endpoints, as dependencies of tasks."""
