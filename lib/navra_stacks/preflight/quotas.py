"""Check of the service quotas against what the environment adds to the account."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.preflight.capacity import fargate_need
from navra_stacks.preflight.finding import Finding, note, passed, problem, unknown
from navra_stacks.preflight.owner_tags import pairs
from navra_stacks.preflight.target import Target
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.networking.vpc import PrivateVpc

__all__ = ["check_quotas"]


class Quota(NamedTuple):
    """One quota of an AWS service in a Region."""

    name: str

    service: str
    """The service code of Service Quotas."""

    code: str
    """The quota code of Service Quotas."""

    need: Callable[[Target], float]
    """The number that the environment needs; 0 if the quota does not concern it."""

    used: Callable[[Target], float | None]
    """The number that others use in the account, without the resources of the environment; None if
    it is not read.
    """


def check_quotas(target: Target) -> Iterator[Finding]:
    """Compare each quota with what the environment needs and what others already use."""
    for quota in QUOTAS:
        need = quota.need(target)
        if not need:
            continue
        try:
            yield _finding(target, quota, need)
        except OperationError as error:
            yield unknown(quota.name, error.reason)


def _finding(target: Target, quota: Quota, need: float) -> Finding:
    value = _value(target, quota)
    needs = f"the environment needs {need:g}"
    if value is None:
        return note(quota.name, f"{needs}; Service Quotas has no value for {quota.code}")
    used = quota.used(target)
    if used is None:
        state = f"{needs} at its maximum during a deployment, and the quota is {value:g}"
    else:
        state = f"{needs}, others use {used:g}, and the quota is {value:g}"
    if need + (used or 0) <= value:
        return passed(quota.name, state)
    desired = math.ceil(need + (used or 0))
    return problem(
        quota.name,
        state,
        "request more with `aws service-quotas request-service-quota-increase "
        f"--region {target.environment.region} --service-code {quota.service} --quota-code "
        f"{quota.code} --desired-value {desired}`",
    )


def _value(target: Target, quota: Quota) -> float | None:
    """Return the value for the account; if it has none of its own, the default of AWS."""
    for operation in ("get_service_quota", "get_aws_default_service_quota"):
        response = target.account.find(
            "service-quotas", operation, ServiceCode=quota.service, QuotaCode=quota.code
        )
        if response is not None and (value := response["Quota"].get("Value")) is not None:
            return float(value)
    return None


def _others(target: Target, live: list[Any]) -> list[Any]:
    """Return the EC2 resources that do not have the tags of the environment."""
    return [one for one in live if not target.is_tagged(pairs(one.get("Tags", ())))]


def _vpcs(target: Target) -> int:
    return len(_others(target, target.account.list_all("ec2", "describe_vpcs")))


def _addresses(target: Target) -> int:
    return len(_others(target, target.account.list_all("ec2", "describe_addresses")))


def _nat_gateways(target: Target) -> int:
    """Return the largest number of NAT gateways in a zone of the environment."""
    network = target.environment.network
    assert isinstance(network, PrivateVpc)
    active = [{"Name": "state", "Values": ["pending", "available"]}]
    gateways = _others(
        target, target.account.list_all("ec2", "describe_nat_gateways", Filters=active)
    )
    zone_of: Mapping[str, str] = {
        subnet["SubnetId"]: subnet["AvailabilityZone"]
        for subnet in target.account.list_all("ec2", "describe_subnets")
    }
    count = Counter(zone_of.get(gateway.get("SubnetId", ""), "") for gateway in gateways)
    return max(count[zone] for zone in network.availability_zones)


def _load_balancers(target: Target) -> int:
    own = target.environment.names.load_balancer
    return sum(
        live["Type"] == "application" and live["LoadBalancerName"] != own
        for live in target.account.list_all("elbv2", "describe_load_balancers")
    )


def _databases(target: Target) -> int:
    own = target.environment.names.database
    return sum(
        live["DBInstanceIdentifier"] != own
        for live in target.account.list_all("rds", "describe_db_instances")
    )


def _nat_need(target: Target) -> dict[str, int]:
    """Return the numbers of addresses and, in one zone, of NAT gateways."""
    network = target.environment.network
    if not isinstance(network, PrivateVpc):
        return {"addresses": 0, "gateways": 0}
    zones = {"per_az": len(network.availability_zones), "single": 1}.get(network.nat, 0)
    return {"addresses": zones, "gateways": min(zones, 1)}


QUOTAS = (
    # AWS General Reference, "Service quotas" of each service, for example
    # https://docs.aws.amazon.com/general/latest/gr/ecs-service.html. A new account starts with
    # lower values than the defaults for Fargate.
    Quota(
        "Fargate On-Demand vCPUs",
        "fargate",
        "L-3032A538",
        lambda target: fargate_need(target.environment).on_demand,
        lambda _: None,
    ),
    Quota(
        "Fargate Spot vCPUs",
        "fargate",
        "L-36FBB829",
        lambda target: fargate_need(target.environment).spot,
        lambda _: None,
    ),
    Quota(
        "VPCs per Region",
        "vpc",
        "L-F678F1CE",
        lambda target: isinstance(target.environment.network, PrivateVpc),
        _vpcs,
    ),
    Quota(
        "Elastic IP addresses",
        "ec2",
        "L-0263D0A3",
        lambda target: _nat_need(target)["addresses"],
        _addresses,
    ),
    Quota(
        "NAT gateways per Availability Zone",
        "vpc",
        "L-FE5A380F",
        lambda target: _nat_need(target)["gateways"],
        _nat_gateways,
    ),
    Quota(
        "Application Load Balancers per Region",
        "elasticloadbalancing",
        "L-53DA6B97",
        lambda _: 1,
        _load_balancers,
    ),
    Quota(
        "RDS DB instances",
        "rds",
        "L-7B6409FD",
        lambda target: isinstance(target.environment.database, Database),
        _databases,
    ),
)
