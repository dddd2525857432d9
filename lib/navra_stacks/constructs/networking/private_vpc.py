"""A new VPC with public, private and isolated subnets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.constructs.networking.security_groups import ANYWHERE, Peer
from navra_stacks.naming import slug
from navra_stacks.settings.networking.vpc import PrivateVpc, SubnetKind

__all__ = ["PrivateNetwork"]

EVERYWHERE = "0.0.0.0/0"


_DESTROY_LAST = TerraformResourceLifecycle(create_before_destroy=True)
"""With this lifecycle, a change of the kind of NAT updates the routes before it destroys the old
NAT gateways.
"""


class PrivateNetwork(Construct):
    """A VPC with public, private and isolated subnets in each Availability Zone.

    The load balancer is in the public subnets, tasks are in the private subnets, and data stores
    are in the isolated subnets, whose route table has no route. Whatever the kind of NAT, every
    private subnet has a route table of its own, so that a change of NAT changes routes only. Each
    route is a standalone resource, because inline routes conflict with the route that the S3
    gateway endpoint adds. The S3 gateway endpoint always exists: it is free of charge, and image
    layers come from S3.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: PrivateVpc,
        env: EnvironmentContext,
        s3_arns: Sequence[str] | None = None,
    ) -> None:
        """Create the VPC.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            settings: The network, the zones and the kind of NAT.
            env: The context of the environment, for the names.
            s3_arns: The ARNs in S3 that the endpoint allows besides the buckets of the account;
                None to allow all requests.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._env = env
        self.assign_public_ip: bool = settings.public_ip
        vpc = with_logical_id(
            Vpc(
                self,
                "vpc",
                cidr_block=settings.cidr,
                # Private DNS of interface endpoints requires both.
                enable_dns_support=True,
                enable_dns_hostnames=True,
                tags=self._name("vpc"),
            ),
            "vpc",
        )
        self.vpc_id: str = vpc.id
        self._lock_default_security_group()
        self._internet_gateway = with_logical_id(
            InternetGateway(
                self, "internet_gateway", vpc_id=self.vpc_id, tags=self._name("internet-gateway")
            ),
            "internet_gateway",
        )
        public = self._subnets("public")
        private = self._subnets("private")
        isolated = self._subnets("isolated")
        self.load_balancer_subnet_ids: list[str] = [subnet.id for subnet in public.values()]
        self.task_subnet_ids: list[str] = [subnet.id for subnet in private.values()]
        self.isolated_subnet_ids: list[str] = [subnet.id for subnet in isolated.values()]

        self.load_balancer_dependencies: list[ITerraformDependable] = self._route_public(public)
        self._isolate(isolated)
        tables = {zone: self._route_table("private", zone) for zone in private}
        self.task_dependencies: list[ITerraformDependable] = [
            self._associate("private", zone, subnet, tables[zone])
            for zone, subnet in private.items()
        ]
        self.task_dependencies += self._route_private(tables, self._nat_gateways(public))
        s3 = self._s3_endpoint(tables, None if s3_arns is None else self._s3_policy(s3_arns))
        self.task_dependencies.append(s3)
        # Without NAT, tasks reach only the endpoints, so egress to S3's address ranges is enough.
        s3_ranges = Peer("s3", prefix_list_id=s3.prefix_list_id)
        self.https_egress = ANYWHERE if settings.has_nat else s3_ranges

    def _name(self, part: str) -> dict[str, str]:
        return {"Name": self._env.names.network_resource(part)}

    def _lock_default_security_group(self) -> None:
        # Without rules here, the provider removes the rules that AWS created (FSBP EC2.2).
        with_logical_id(
            DefaultSecurityGroup(
                self, "default_group", vpc_id=self.vpc_id, tags=self._name("default-unused")
            ),
            "default",
        )

    def _subnets(self, kind: SubnetKind) -> dict[str, Subnet]:
        return {
            zone: with_logical_id(
                Subnet(
                    self,
                    f"{kind}_subnet_{zone}",
                    vpc_id=self.vpc_id,
                    availability_zone=zone,
                    cidr_block=cidr,
                    map_public_ip_on_launch=False,
                    tags=self._name(f"{kind}-{zone}"),
                ),
                f"{kind}_subnet_{slug(zone)}",
            )
            for zone, cidr in self._settings.subnets(kind).items()
        }

    def _route_table(self, kind: SubnetKind, zone: str | None = None) -> RouteTable:
        part = kind if zone is None else f"{kind}-{zone}"
        return with_logical_id(
            RouteTable(
                self, f"{part}_route_table", vpc_id=self.vpc_id, tags=self._name(f"{part}-routes")
            ),
            f"{slug(part)}_route_table",
        )

    def _associate(
        self, kind: SubnetKind, zone: str, subnet: Subnet, table: RouteTable
    ) -> RouteTableAssociation:
        return with_logical_id(
            RouteTableAssociation(
                self, f"{kind}_routes_{zone}", subnet_id=subnet.id, route_table_id=table.id
            ),
            f"{kind}_subnet_{slug(zone)}",
        )

    def _route_public(self, subnets: dict[str, Subnet]) -> list[ITerraformDependable]:
        table = self._route_table("public")
        route = with_logical_id(
            Route(
                self,
                "public_to_internet",
                route_table_id=table.id,
                destination_cidr_block=EVERYWHERE,
                gateway_id=self._internet_gateway.id,
            ),
            "public_to_internet",
        )
        return [
            route,
            *(self._associate("public", zone, subnet, table) for zone, subnet in subnets.items()),
        ]

    def _isolate(self, subnets: dict[str, Subnet]) -> None:
        table = self._route_table("isolated")
        for zone, subnet in subnets.items():
            self._associate("isolated", zone, subnet, table)

    def _nat_gateways(self, public: dict[str, Subnet]) -> dict[str, NatGateway]:
        """Create the NAT gateways; return the gateway for the private subnet of each zone."""
        match self._settings.nat:
            case "per_az":
                return {zone: self._zonal_nat(zone, subnet) for zone, subnet in public.items()}
            case "single":
                # The address of the first gateway of `per_az`, so a change to `per_az` only adds.
                zone, subnet = next(iter(public.items()))
                return dict.fromkeys(public, self._zonal_nat(zone, subnet))
            case "regional":
                return dict.fromkeys(public, self._regional_nat())
            case "none":
                return {}

    def _zonal_nat(self, zone: str, subnet: Subnet) -> NatGateway:
        address = with_logical_id(
            Eip(
                self,
                f"nat_address_{zone}",
                domain="vpc",
                tags=self._name(f"nat-{zone}"),
                depends_on=[self._internet_gateway],
                lifecycle=_DESTROY_LAST,
            ),
            f"nat_{slug(zone)}",
        )
        return with_logical_id(
            NatGateway(
                self,
                f"nat_{zone}",
                subnet_id=subnet.id,
                allocation_id=address.id,
                tags=self._name(f"nat-{zone}"),
                depends_on=self.load_balancer_dependencies,
                lifecycle=_DESTROY_LAST,
            ),
            f"nat_{slug(zone)}",
        )

    def _regional_nat(self) -> NatGateway:
        # AWS allocates the addresses, one zone at a time, as tasks start to run there
        # (Amazon VPC, "Regional NAT gateways for automatic multi-AZ expansion").
        return with_logical_id(
            NatGateway(
                self,
                "nat_regional",
                vpc_id=self.vpc_id,
                availability_mode="regional",
                tags=self._name("nat"),
                depends_on=[self._internet_gateway],
                lifecycle=_DESTROY_LAST,
            ),
            "nat_regional",
        )

    def _route_private(
        self, tables: dict[str, RouteTable], gateways: dict[str, NatGateway]
    ) -> list[ITerraformDependable]:
        return [
            with_logical_id(
                Route(
                    self,
                    f"private_{zone}_to_nat",
                    route_table_id=tables[zone].id,
                    destination_cidr_block=EVERYWHERE,
                    nat_gateway_id=gateway.id,
                ),
                f"private_{slug(zone)}_to_nat",
            )
            for zone, gateway in gateways.items()
        ]

    def _s3_endpoint(self, tables: dict[str, RouteTable], policy: str | None) -> VpcEndpoint:
        return with_logical_id(
            VpcEndpoint(
                self,
                "s3_endpoint",
                vpc_id=self.vpc_id,
                vpc_endpoint_type="Gateway",
                service_name=f"com.amazonaws.{self._env.location.region}.s3",
                route_table_ids=[table.id for table in tables.values()],
                policy=policy,
                tags=self._name("s3"),
            ),
            "s3",
        )

    def _s3_policy(self, arns: Sequence[str]) -> str:
        """Allow requests of this account to its buckets and to `arns`, and the layers of images.

        Source of the bucket with the layers: Amazon ECR, "Minimum Amazon S3 Bucket Permissions for
        Amazon ECR".
        """
        account, region = self._env.location.account, self._env.location.region
        own = {"aws:PrincipalAccount": account}
        requests = {"Effect": "Allow", "Principal": "*", "Action": "s3:*"}
        statements: list[dict[str, Any]] = [
            {
                "Sid": "OwnBuckets",
                **requests,
                "Resource": "*",
                "Condition": {"StringEquals": {**own, "aws:ResourceAccount": account}},
            },
            {
                "Sid": "ImageLayers",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*",
            },
        ]
        if arns:
            statements.append(
                {
                    "Sid": "BucketsOfPermissions",
                    **requests,
                    "Resource": sorted(set(arns)),
                    "Condition": {"StringEquals": own},
                }
            )
        return policy_document(*statements)
