"""Interface endpoints: AWS's own services, reached without leaving the VPC."""

from __future__ import annotations

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import Names, slug

__all__ = ["InterfaceEndpoints"]

TASK_SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""What Fargate calls to start a task: its image, its log stream, its secrets (Amazon ECS,
"interface VPC endpoints"). The image's layers come from S3, which has a gateway endpoint."""

EXEC_SERVICES = ("ssmmessages", "kms")
"""What the agent of an ECS Exec session calls: the session itself, and the key that encrypts it."""


class InterfaceEndpoints(Construct):
    """An endpoint for each service that tasks call, in each of their subnets.

    They answer under the services' public names, so nothing in a task changes. That holds for the
    whole VPC: whoever else calls such a service in it needs a connection to the endpoints' group.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        names: Names,
        region: str,
        vpc_id: str,
        subnet_ids: list[str],
        security_group_id: str,
        exec_sessions: bool,
    ) -> None:
        super().__init__(scope, id_)
        services = (*TASK_SERVICES, *EXEC_SERVICES) if exec_sessions else TASK_SERVICES
        self.all: list[ITerraformDependable] = [
            addressed(
                VpcEndpoint(
                    self,
                    f"{slug(service)}_endpoint",
                    vpc_id=vpc_id,
                    vpc_endpoint_type="Interface",
                    service_name=f"com.amazonaws.{region}.{service}",
                    subnet_ids=list(subnet_ids),
                    security_group_ids=[security_group_id],
                    private_dns_enabled=True,
                    tags={"Name": names.network_part(service.replace(".", "-"))},
                ),
                slug(service),
            )
            for service in services
        ]
        """The endpoints, for what must wait for them."""
