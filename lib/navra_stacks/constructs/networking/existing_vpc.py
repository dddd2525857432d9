"""The network as neighbours see it, and one that exists already."""

from __future__ import annotations

from typing import Protocol

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet, DataAwsSubnetFilter
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.networking.security_groups import ANYWHERE, Peer
from navra_stacks.settings.networking.vpc import DefaultVpc, ExistingVpc

__all__ = ["ExistingNetwork", "Network"]


class Network(Protocol):
    """What neighbours need of a network, found or built."""

    vpc_id: str

    load_balancer_subnet_ids: list[str]
    """Subnets with a route to the internet gateway."""

    task_subnet_ids: list[str]
    """Subnets of the tasks."""

    isolated_subnet_ids: list[str]
    """Subnets of the database and the cache."""

    public_ip: bool
    """Whether tasks get a public IP."""

    https_out: Peer
    """What tasks reach on port 443 by the network's routes."""

    load_balancer_needs: list[ITerraformDependable]
    """What must be there before the load balancer, and longer: AWS takes no internet gateway away
    while a public address is in use behind it."""

    task_dependencies: list[ITerraformDependable]
    """What must be there before the first task, which could not pull its image otherwise."""


class ExistingNetwork(Construct):
    """Finds the VPC and its subnets. Nothing is created: a plan fails where they do not exist."""

    def __init__(self, scope: Construct, id_: str, *, settings: DefaultVpc | ExistingVpc) -> None:
        super().__init__(scope, id_)
        self.vpc_id: str
        self.load_balancer_subnet_ids: list[str]
        self.task_subnet_ids: list[str]
        self.public_ip: bool = settings.public_ip
        self.https_out = ANYWHERE
        self.load_balancer_needs: list[ITerraformDependable] = []
        self.task_dependencies: list[ITerraformDependable] = []
        if isinstance(settings, DefaultVpc):
            self._find_default(settings)
        else:
            self._find_existing(settings)
        self.isolated_subnet_ids: list[str] = self.task_subnet_ids

    def _find_default(self, settings: DefaultVpc) -> None:
        vpc = addressed(DataAwsVpc(self, "vpc", id=settings.vpc_id, default=True), "vpc")
        self.vpc_id = vpc.id
        # One look-up a zone, in the order of the settings: a list of ids that AWS returns may
        # change its order, and one of several matches would be picked silently.
        subnets = [
            addressed(
                DataAwsSubnet(
                    self,
                    f"public_subnet_{zone}",
                    vpc_id=self.vpc_id,
                    availability_zone=zone,
                    default_for_az=True,
                    filter=[DataAwsSubnetFilter(name="map-public-ip-on-launch", values=["true"])],
                ),
                f"public_subnet_{zone.replace('-', '_')}",
            )
            for zone in settings.availability_zones
        ]
        self.load_balancer_subnet_ids = [subnet.id for subnet in subnets]
        self.task_subnet_ids = self.load_balancer_subnet_ids

    def _find_existing(self, settings: ExistingVpc) -> None:
        vpc = addressed(DataAwsVpc(self, "vpc", id=settings.vpc_id), "vpc")
        self.vpc_id = vpc.id

        def found(kind: str, ids: tuple[str, ...]) -> list[str]:
            subnets = [
                addressed(
                    DataAwsSubnet(self, f"{kind}_{number}", id=subnet, vpc_id=self.vpc_id),
                    f"{kind}_{number}",
                )
                for number, subnet in enumerate(ids, start=1)
            ]
            return [subnet.id for subnet in subnets]

        self.load_balancer_subnet_ids = found("public_subnet", settings.public_subnet_ids)
        private = found("private_subnet", settings.private_subnet_ids)
        self.task_subnet_ids = private or self.load_balancer_subnet_ids
