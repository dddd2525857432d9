"""Interface endpoints, for access to AWS services from within the VPC."""

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
"""The AWS services that Fargate calls to start a task: for the image, the log stream and the
secrets (Amazon ECS, "interface VPC endpoints"). Image layers come from S3 through its gateway
endpoint.
"""

EXEC_SERVICES = ("ssmmessages", "kms")
"""The AWS services that ECS Exec calls: for the session and for its KMS key."""


class InterfaceEndpoints(Construct):
    """An interface endpoint for each AWS service that tasks call, in all subnets of the tasks.

    Private DNS resolves the public names of the AWS services to the endpoints in the whole VPC. All
    other clients in the VPC therefore need access to the security group of the endpoints as well.
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
        """All endpoints. A service whose tasks use the endpoints must depend on them."""
