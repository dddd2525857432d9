"""All that a document takes for granted, made by the type of what looks it up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.document import Block, TerraformDocument
from navra_stacks.rehearsal.emulator import Emulator
from navra_stacks.rehearsal.preconditions import balancers, network, things
from navra_stacks.rehearsal.preconditions.scene import (
    PreconditionError,
    Scene,
    UnknownDataSourceError,
)

__all__ = ["MAKERS", "NOTHING", "establish"]

MAKERS: Mapping[str, Callable[[Scene, Block], Mapping[str, Any]]] = {
    "aws_acm_certificate": things.certificate,
    "aws_alb": balancers.balancer,
    "aws_alb_listener": balancers.listener,
    "aws_alb_target_group": balancers.target_group,
    "aws_cloudwatch_log_group": things.log_group,
    "aws_dynamodb_table": things.table,
    "aws_ecr_image": things.image,
    "aws_ecr_repository": things.repository,
    "aws_ecs_cluster": things.cluster,
    "aws_iam_instance_profile": things.instance_profile,
    "aws_iam_openid_connect_provider": things.identity_provider,
    "aws_iam_policy": things.policy,
    "aws_iam_role": things.role,
    "aws_internet_gateway": network.internet_gateway,
    "aws_kms_alias": things.key,
    "aws_kms_key": things.key,
    "aws_lb": balancers.balancer,
    "aws_lb_listener": balancers.listener,
    "aws_lb_target_group": balancers.target_group,
    "aws_route53_zone": things.hosted_zone,
    "aws_route_table": network.route_table,
    "aws_s3_bucket": things.bucket,
    "aws_secretsmanager_secret": things.secret,
    "aws_secretsmanager_secret_version": things.secret_version,
    "aws_security_group": network.security_group,
    "aws_security_groups": network.security_groups,
    "aws_sns_topic": things.topic,
    "aws_sqs_queue": things.queue,
    "aws_ssm_parameter": things.parameter,
    "aws_subnet": network.subnet,
    "aws_subnets": network.subnets,
    "aws_vpc": network.vpc,
    "aws_vpcs": network.vpcs,
}
"""What makes that which a data source of a type looks up."""

NOTHING = frozenset(
    """
    archive_file aws_arn aws_availability_zone aws_availability_zones aws_billing_service_account
    aws_caller_identity aws_canonical_user_id aws_cloudtrail_service_account aws_default_tags
    aws_ec2_managed_prefix_list aws_elb_hosted_zone_id aws_elb_service_account
    aws_iam_policy_document aws_iam_session_context aws_lb_hosted_zone_id aws_partition
    aws_prefix_list aws_region aws_regions aws_s3_account_public_access_block aws_service
    aws_service_principal aws_vpc_endpoint_service cloudinit_config
    """.split()
)
"""What answers by itself: of a provider, or of moto."""

_NETWORK_ID = re.compile(r'"((?:vpc|subnet|sg)-[0-9a-f]{8,17})"')
_RESOURCE = re.compile(r"\$\{[^}]*?(?<![\w.])(?!data\.|var\.|local\.|each\.|path\.)\w+_\w+\.\w+")


def establish(
    document: TerraformDocument, emulator: Emulator, region: str, variables: Mapping[str, Any]
) -> tuple[str, ...]:
    """Make what `document` looks up, and networks that it names by their ids; tell what was made.

    Raises:
        UnknownDataSourceError: a data source of a type that is not known here, or one of which
            nobody can tell beforehand what it looks up.
        PreconditionError: the emulator refuses it.
    """
    unknown = sorted(
        block.address
        for block in document.data_sources
        if block.type not in MAKERS and block.type not in NOTHING
    )
    if unknown:
        raise UnknownDataSourceError(
            f"{', '.join(unknown)}: a rehearsal does not know how to make what this looks up; "
            "rehearse a copy of the document that takes the value from a variable instead"
        )
    locals_ = document.content.get("locals") or {}
    scene = Scene(emulator, region, variables, locals_)
    answers: dict[str, Mapping[str, Any]] = {}
    for block in _in_order(document):
        for _ in scene.each(block):
            # Two that look up the same find the same.
            asked = json.dumps([block.type, scene.value(_arguments(block))], sort_keys=True)
            if asked not in answers:
                answers[asked] = _made(scene, block)
            scene.knows(block, answers[asked])
    # What was recorded in an account is looked for, and not taken for granted.
    values = [variables, {name: one for name, one in locals_.items() if name != "recorded"}]
    named = set(_NETWORK_ID.findall(json.dumps([document.content.get("resource"), *values])))
    # A VPC before its subnets, and both before the groups.
    for id_ in sorted(named, key=lambda one: ("vpc subnet sg".find(one.partition("-")[0]), one)):
        _named(scene, id_)
    return tuple(scene.made)


def _made(scene: Scene, block: Block) -> Mapping[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return MAKERS[block.type](scene, block)
    except (BotoCoreError, ClientError) as error:
        raise PreconditionError(
            f"{block.address}: what it looks up cannot be made beforehand: {error}; rehearse a "
            "copy of the document that takes the value from a variable instead"
        ) from error


def _in_order(document: TerraformDocument) -> Iterator[Block]:
    """The data sources for which something is made: the default VPC first, then who is referred to.

    What refers to a resource is read once that exists, and finds it or what it made.
    """
    waiting = [
        block
        for block in document.data_sources
        if block.type in MAKERS and _RESOURCE.search(json.dumps(_arguments(block))) is None
    ]
    waiting.sort(key=lambda one: (one.type != "aws_vpc" or not one.get("default"), one.address))
    while waiting:
        ready = [block for block in waiting if not _refers_to(block, waiting)]
        if not ready:
            told = ", ".join(block.address for block in waiting)
            raise UnknownDataSourceError(f"{told}: these look up each other")
        for block in ready:
            waiting.remove(block)
            yield block


def _refers_to(block: Block, others: Iterable[Block]) -> bool:
    text = json.dumps(_arguments(block))
    return any(re.search(rf"\b{re.escape(other.address)}\b", text) for other in others)


def _arguments(block: Block) -> dict[str, Any]:
    # All is made in one Region, whichever provider asks.
    others = ("//", "depends_on", "provider")
    return {name: value for name, value in block.body.items() if name not in others}


def _named(scene: Scene, id_: str) -> None:
    """Make the VPC, subnet or security group that resources name by this id, unless it is there."""
    kind = id_.partition("-")[0]
    type_, maker, described, plural = {
        "vpc": ("aws_vpc", network.vpc, "describe_vpcs", "Vpcs"),
        "subnet": ("aws_subnet", network.subnet, "describe_subnets", "Subnets"),
        "sg": ("aws_security_group", network.security_group, "describe_security_groups",
               "SecurityGroups"),
    }[kind]  # fmt: skip
    wanted = {"vpc": "vpc-id", "subnet": "subnet-id", "sg": "group-id"}[kind]
    ec2 = scene.client("ec2")
    if not getattr(ec2, described)(Filters=[{"Name": wanted, "Values": [id_]}])[plural]:
        maker(scene, Block("data", type_, id_, {"id": id_}))
