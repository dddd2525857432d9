"""The handle of a VPC, and the lookup of an existing VPC."""

from __future__ import annotations

from typing import Protocol

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet, DataAwsSubnetFilter
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.networking.security_groups import ANYWHERE, Peer
from navra_stacks.settings.networking.vpc import DefaultVpc, ExistingVpc

__all__ = ["ExistingNetwork", "VpcNetwork"]


class VpcNetwork(Protocol):
    """The attributes of a VPC and its subnets that other constructs use."""

    vpc_id: str

    load_balancer_subnet_ids: list[str]
    """The IDs of the load balancer's subnets, which have a route to the internet gateway."""

    task_subnet_ids: list[str]
    """The IDs of the subnets for ECS tasks."""

    isolated_subnet_ids: list[str]
    """The IDs of the subnets for the database and the cache."""

    assign_public_ip: bool
    """Whether tasks have a public IP address."""

    https_egress: Peer
    """The destination to which restricted egress rules allow HTTPS from tasks."""

    load_balancer_dependencies: list[ITerraformDependable]
    """Routes on which the load balancer must depend, because AWS does not detach an internet
    gateway while the VPC has public addresses in use.
    """

    task_dependencies: list[ITerraformDependable]
    """Routes and endpoints on which services must depend, because tasks pull images through
    them.
    """


class ExistingNetwork(Construct):
    """An existing VPC and its subnets, looked up by ID; the default subnets by Availability Zone.

    A plan fails if the VPC or one of the subnets does not exist.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: DefaultVpc | ExistingVpc) -> None:
        super().__init__(scope, id_)
        self.vpc_id: str
        self.load_balancer_subnet_ids: list[str]
        self.task_subnet_ids: list[str]
        self.assign_public_ip: bool = settings.public_ip
        self.https_egress = ANYWHERE
        self.load_balancer_dependencies: list[ITerraformDependable] = []
        self.task_dependencies: list[ITerraformDependable] = []
        if isinstance(settings, DefaultVpc):
            self._look_up_default(settings)
        else:
            self._look_up_existing(settings)
        self.isolated_subnet_ids: list[str] = self.task_subnet_ids

    def _look_up_default(self, settings: DefaultVpc) -> None:
        vpc = with_logical_id(DataAwsVpc(self, "vpc", id=settings.vpc_id, default=True), "vpc")
        self.vpc_id = vpc.id
        # One lookup for each zone, in the order of the settings: the order of a list from AWS is
        # not guaranteed, and a lookup of a single subnet fails if several match.
        subnets = [
            with_logical_id(
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

    def _look_up_existing(self, settings: ExistingVpc) -> None:
        vpc = with_logical_id(DataAwsVpc(self, "vpc", id=settings.vpc_id), "vpc")
        self.vpc_id = vpc.id

        def looked_up(kind: str, ids: tuple[str, ...]) -> list[str]:
            subnets = [
                with_logical_id(
                    DataAwsSubnet(self, f"{kind}_{number}", id=subnet, vpc_id=self.vpc_id),
                    f"{kind}_{number}",
                )
                for number, subnet in enumerate(ids, start=1)
            ]
            return [subnet.id for subnet in subnets]

        self.load_balancer_subnet_ids = looked_up("public_subnet", settings.public_subnet_ids)
        private = looked_up("private_subnet", settings.private_subnet_ids)
        self.task_subnet_ids = private or self.load_balancer_subnet_ids
