"""VPCs, subnets, security groups and route tables that a document looks up or names by their id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from navra_stacks.document import Block
from navra_stacks.rehearsal.preconditions.scene import Scene

__all__ = [
    "default_vpc",
    "internet_gateway",
    "route_table",
    "security_group",
    "security_groups",
    "subnet",
    "subnets",
    "vpc",
    "vpcs",
]

Attributes = dict[str, Any]


def vpc(scene: Scene, block: Block) -> Attributes:
    """The one that is asked for; the default one is always there."""
    id_, filters = scene.asked(block, "id"), scene.filters(block)
    id_ = id_ or next(iter(filters.get("vpc-id", [])), None)
    if scene.asked(block, "default") or filters.get("is-default") == ["true"]:
        return default_vpc(scene, id_)
    ec2 = scene.client("ec2")
    if id_ is not None and (found := _with_id(scene, id_)):
        return found
    count = len(ec2.describe_vpcs()["Vpcs"])
    cidr = scene.asked(block, "cidr_block") or next(iter(filters.get("cidr", [])), None)
    return _made_vpc(scene, id_, cidr or f"10.{count}.0.0/16", scene.tags(block))


def vpcs(scene: Scene, block: Block) -> Attributes:
    """One that the look-up finds."""
    return {"ids": [vpc(scene, block)["id"]]}


def default_vpc(scene: Scene, id_: str | None = None) -> Attributes:
    """The default one, with this id where one is given."""
    ec2 = scene.client("ec2")
    (found,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    if id_ is not None and found["VpcId"] != id_:
        scene.emulator.default_vpc(scene.region, id_)
        scene.tell(f"the default VPC, with the id {id_}")
        return default_vpc(scene)
    return _vpc_attributes(scene, found)


def subnet(scene: Scene, block: Block) -> Attributes:
    """The one that is asked for; the default VPC has one in each zone."""
    ec2, filters = scene.client("ec2"), scene.filters(block)
    id_ = scene.asked(block, "id") or next(iter(filters.get("subnet-id", [])), None)
    zone = scene.asked(block, "availability_zone")
    zone = zone or next(iter(filters.get("availability-zone", [])), None)
    owner = scene.asked(block, "vpc_id") or next(iter(filters.get("vpc-id", [])), None)
    if id_ is not None and (there := _existing(ec2, "subnet-id", id_)):
        return _subnet_attributes(there)
    default = default_vpc(scene)["id"]
    if scene.asked(block, "default_for_az") or (owner == default and id_ is None):
        return _subnet_attributes(_existing(ec2, "vpc-id", default, zone))
    cidr = scene.asked(block, "cidr_block") or next(iter(filters.get("cidr-block", [])), None)
    public = filters.get("map-public-ip-on-launch", ["false"])[0] in ("true", True)
    return _made_subnet(scene, owner or _own_vpc(scene), id_, zone, cidr, scene.tags(block), public)


def subnets(scene: Scene, block: Block) -> Attributes:
    """Two that the look-up finds, in different zones; the default VPC has its own."""
    filters = scene.filters(block)
    owner = next(iter(filters.get("vpc-id", [])), None)
    if owner is None or owner == default_vpc(scene)["id"]:
        found = _all(scene.client("ec2"), "vpc-id", default_vpc(scene)["id"])
        return {"ids": [one["SubnetId"] for one in found]}
    public = filters.get("map-public-ip-on-launch", ["false"])[0] in ("true", True)
    tags = scene.tags(block)
    made = [_made_subnet(scene, owner, None, None, None, tags, public) for _ in range(2)]
    return {"ids": [one["id"] for one in made]}


def security_group(scene: Scene, block: Block) -> Attributes:
    """The one that is asked for; each VPC has one named ``default``."""
    filters = scene.filters(block)
    id_ = scene.asked(block, "id") or next(iter(filters.get("group-id", [])), None)
    name = scene.asked(block, "name") or next(iter(filters.get("group-name", [])), None)
    owner = scene.asked(block, "vpc_id") or next(iter(filters.get("vpc-id", [])), None)
    owner = owner or (_own_vpc(scene) if id_ else default_vpc(scene)["id"])
    ec2 = scene.client("ec2")
    if name == "default":
        wanted = [{"Name": "vpc-id", "Values": [owner]}, {"Name": "group-name", "Values": [name]}]
        (group,) = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"]
        return {"id": group["GroupId"], "vpc_id": owner, "name": name}
    name = name or f"rehearsal-{len(scene.made)}"
    if id_ is not None:
        scene.emulator.next_ids([id_])
    made = ec2.create_security_group(GroupName=name, Description="precondition", VpcId=owner)
    _tag(scene, made["GroupId"], scene.tags(block))
    scene.tell(f"security group {name} ({made['GroupId']})")
    arn = f"arn:aws:ec2:{scene.region}:{scene.account}:security-group/{made['GroupId']}"
    return {"id": made["GroupId"], "arn": arn, "vpc_id": owner, "name": name}


def security_groups(scene: Scene, block: Block) -> Attributes:
    """One that the look-up finds."""
    return {"ids": [security_group(scene, block)["id"]]}


def route_table(scene: Scene, block: Block) -> Attributes:
    """The one that is asked for; each VPC has its main one."""
    ec2, filters = scene.client("ec2"), scene.filters(block)
    owner = scene.asked(block, "vpc_id") or next(iter(filters.get("vpc-id", [])), None)
    part = scene.asked(block, "subnet_id")
    tags = scene.tags(block)
    if part is None and not tags:
        (found, *_) = ec2.describe_route_tables(
            Filters=[{"Name": "vpc-id", "Values": [owner or default_vpc(scene)["id"]]}]
        )["RouteTables"]
        return {"id": found["RouteTableId"], "route_table_id": found["RouteTableId"]}
    if part is not None:
        owner = owner or _existing(ec2, "subnet-id", part)["VpcId"]
    made = ec2.create_route_table(VpcId=owner or _own_vpc(scene))["RouteTable"]["RouteTableId"]
    if part is not None:
        ec2.associate_route_table(RouteTableId=made, SubnetId=part)
    _tag(scene, made, tags)
    scene.tell(f"route table {made}")
    return {"id": made, "route_table_id": made}


def internet_gateway(scene: Scene, block: Block) -> Attributes:
    """One that is attached to the VPC that is asked for."""
    ec2, filters = scene.client("ec2"), scene.filters(block)
    made = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    owner = next(iter(filters.get("attachment.vpc-id", [])), None)
    ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=owner or _own_vpc(scene))
    _tag(scene, made, scene.tags(block))
    scene.tell(f"internet gateway {made}")
    return {"id": made, "internet_gateway_id": made}


def _own_vpc(scene: Scene) -> str:
    """The VPC that was made for the document, else the default one."""
    found = scene.client("ec2").describe_vpcs()["Vpcs"]
    return str(next((one["VpcId"] for one in found if not one["IsDefault"]), found[0]["VpcId"]))


def _with_id(scene: Scene, id_: str) -> Attributes | None:
    found = scene.client("ec2").describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [id_]}])["Vpcs"]
    return _vpc_attributes(scene, found[0]) if found else None


def _made_vpc(
    scene: Scene, id_: str | None, cidr: str, tags: Iterable[dict[str, str]]
) -> Attributes:
    ec2 = scene.client("ec2")
    if id_ is not None:
        scene.emulator.next_ids([id_])
    made = ec2.create_vpc(CidrBlock=cidr)["Vpc"]
    for setting in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=made["VpcId"], **{setting: {"Value": True}})
    _tag(scene, made["VpcId"], tags)
    scene.tell(f"VPC {made['VpcId']} ({cidr})")
    return _vpc_attributes(scene, made)


def _made_subnet(
    scene: Scene,
    owner: str,
    id_: str | None,
    zone: str | None,
    cidr: str | None,
    tags: Iterable[dict[str, str]],
    public: bool,
) -> Attributes:
    ec2 = scene.client("ec2")
    there = _all(ec2, "vpc-id", owner)
    if zone is None:
        zones = [z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]]
        zone = zones[len(there) % len(zones)]
    if cidr is None:
        (parent,) = ec2.describe_vpcs(VpcIds=[owner])["Vpcs"]
        first, second, *_ = parent["CidrBlock"].split(".")
        cidr = f"{first}.{second}.{200 + len(there)}.0/24"
    if id_ is not None:
        scene.emulator.next_ids([id_])
    made = ec2.create_subnet(VpcId=owner, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]
    if public:
        ec2.modify_subnet_attribute(SubnetId=made["SubnetId"], MapPublicIpOnLaunch={"Value": True})
    _tag(scene, made["SubnetId"], tags)
    scene.tell(f"subnet {made['SubnetId']} in {zone}")
    return _subnet_attributes(made)


def _all(ec2: Any, name: str, value: str) -> list[dict[str, Any]]:
    return list(ec2.describe_subnets(Filters=[{"Name": name, "Values": [value]}])["Subnets"])


def _existing(ec2: Any, name: str, value: str, zone: str | None = None) -> Any:
    found = _all(ec2, name, value)
    return next((one for one in found if zone in (None, one["AvailabilityZone"])), None)


def _vpc_attributes(scene: Scene, found: dict[str, Any]) -> Attributes:
    arn = f"arn:aws:ec2:{scene.region}:{scene.account}:vpc/{found['VpcId']}"
    return {"id": found["VpcId"], "cidr_block": found["CidrBlock"], "arn": arn}


def _subnet_attributes(found: dict[str, Any]) -> Attributes:
    return {
        "id": found["SubnetId"],
        "vpc_id": found["VpcId"],
        "cidr_block": found["CidrBlock"],
        "availability_zone": found["AvailabilityZone"],
    }


def _tag(scene: Scene, id_: str, tags: Iterable[dict[str, str]]) -> None:
    if given := list(tags):
        scene.client("ec2").create_tags(Resources=[id_], Tags=given)
