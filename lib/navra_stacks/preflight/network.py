"""Check of the VPC and the subnets that an environment looks up."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.preflight.finding import Finding, passed, problem
from navra_stacks.preflight.target import Target, look_up
from navra_stacks.settings.networking.vpc import MINIMUM_ZONES, DefaultVpc, ExistingVpc

__all__ = ["check_network"]


def check_network(target: Target) -> Iterator[Finding]:
    """Check that the VPC and its subnets exist; a `PrivateVpc` is created."""
    network = target.environment.network
    if isinstance(network, ExistingVpc):
        yield from _existing_vpc(target.account, network)
    elif isinstance(network, DefaultVpc):
        yield from _default_vpc(target.account, network)


def _existing_vpc(account: AwsAccount, network: ExistingVpc) -> Iterator[Finding]:
    where = f"account {account.id}, {account.region}"
    if look_up(account, "aws_vpc", kind="data", id=network.vpc_id).match is None:
        yield problem(
            network.vpc_id,
            f"does not exist in {where}, so the first plan fails",
            "correct `network.vpc_id`",
        )
        return
    yield passed(network.vpc_id, f"exists in {where}")
    for field in ("public_subnet_ids", "private_subnet_ids"):
        subnets = {
            id_: look_up(account, "aws_subnet", kind="data", id=id_).match
            for id_ in getattr(network, field)
        }
        for id_, subnet in subnets.items():
            if subnet is None:
                yield problem(
                    id_,
                    f"does not exist in {where}, so the first plan or apply fails",
                    f"correct `network.{field}`",
                )
            elif (vpc := subnet.attributes["vpc_id"]) != network.vpc_id:
                yield problem(
                    id_,
                    f"is a subnet of {vpc}, not of {network.vpc_id}",
                    f"correct `network.{field}` or `network.vpc_id`",
                )
            else:
                yield passed(id_, f"is a subnet of {network.vpc_id}")
        zones = {
            str(subnet.attributes["availability_zone"])
            for subnet in subnets.values()
            if subnet is not None
        }
        is_complete = None not in subnets.values()
        if field == "public_subnet_ids" and is_complete and len(zones) < MINIMUM_ZONES:
            yield problem(
                ", ".join(subnets),
                f"are all in {', '.join(zones)}, but the load balancer needs subnets in "
                f"{MINIMUM_ZONES} Availability Zones",
                f"list subnets of {MINIMUM_ZONES} zones in `network.{field}`",
            )


def _default_vpc(account: AwsAccount, network: DefaultVpc) -> Iterator[Finding]:
    subject = "default VPC"
    where = f"account {account.id}, {account.region}"
    found = look_up(account, "aws_vpc", kind="data", default=True).match
    if found is None:
        yield problem(
            subject,
            f"{where} has none, so the first plan fails",
            f"create it with `aws ec2 create-default-vpc --region {account.region}`, or set "
            "`network` to a PrivateVpc or an ExistingVpc",
        )
        return
    if network.vpc_id not in (None, found.id):
        yield problem(
            subject,
            f"is {found.id}, not {network.vpc_id}, so the first plan fails",
            "correct `network.vpc_id`",
        )
        return
    yield passed(subject, f"is {found.id}")
    for zone in network.availability_zones:
        subnet = look_up(
            account,
            "aws_subnet",
            kind="data",
            vpc_id=found.id,
            availability_zone=zone,
            default_for_az=True,
        ).match
        if subnet is None:
            yield problem(
                zone,
                f"has no default subnet in {found.id}, so the first plan fails",
                f"create it with `aws ec2 create-default-subnet --region {account.region} "
                f"--availability-zone {zone}`, or correct `network.availability_zones`",
            )
        else:
            yield passed(zone, f"has the default subnet {subnet.id}")
