"""The VPC and the subnets that everything else is placed in."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet, DataAwsSubnetFilter
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from constructs import Construct

from navra_stacks.constructs.address import addressed
from navra_stacks.settings.network import DefaultVpc, ExistingVpc

__all__ = ["Network"]


class Network(Construct):
    """Finds the VPC and its subnets. Nothing is created: a plan fails where they do not exist."""

    def __init__(self, scope: Construct, id_: str, *, settings: DefaultVpc | ExistingVpc) -> None:
        super().__init__(scope, id_)
        self.vpc_id: str
        self.load_balancer_subnet_ids: list[str]
        self.task_subnet_ids: list[str]
        self.isolated_subnet_ids: list[str]
        """For databases and caches: subnets without a way out, where there are any."""
        self.public_ip = settings.public_ip
        if isinstance(settings, DefaultVpc):
            self._find_default(settings)
        else:
            self._find_existing(settings)

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
        self.isolated_subnet_ids = self.task_subnet_ids

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
        self.isolated_subnet_ids = self.task_subnet_ids
