"""The found resources with their ARNs and tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import FoundResources
from navra_stacks.adoption.owners.owner import Unchecked

__all__ = ["TaggedResource", "read_tags"]

MAX_ARNS = 100
"""The limit of ``ResourceARNList`` in the API reference of GetResources. With this parameter, the
operation has no pages.
"""

ARN = re.compile(r"arn:(?P<partition>[\w-]+):[\w-]+:[\w-]*:\d*:[^\s,|]+")

ARN_KEYS: Mapping[str, str] = {
    "aws_backup_plan": "BackupPlanArn",
    "aws_backup_vault": "BackupVaultArn",
    "aws_cloudwatch_log_group": "arn",
    "aws_cloudwatch_metric_alarm": "AlarmArn",
    "aws_db_instance": "DBInstanceArn",
    "aws_db_parameter_group": "DBParameterGroupArn",
    "aws_db_subnet_group": "DBSubnetGroupArn",
    "aws_ecr_repository": "repositoryArn",
    "aws_ecs_cluster": "clusterArn",
    "aws_ecs_service": "serviceArn",
    "aws_elasticache_parameter_group": "ARN",
    "aws_elasticache_replication_group": "ARN",
    "aws_elasticache_subnet_group": "ARN",
    "aws_kms_key": "Arn",
    "aws_wafv2_web_acl": "ARN",
}
"""The key of a resource's own ARN in its description by AWS, by Terraform type. A description has
the ARNs of related resources, too.
"""

ARN_FORMATS: Mapping[str, str] = {
    "aws_s3_bucket": "s3:::{id}",
    "aws_security_group": "ec2:{region}:{account}:security-group/{id}",
    "aws_vpc_security_group_egress_rule": "ec2:{region}:{account}:security-group-rule/{id}",
    "aws_vpc_security_group_ingress_rule": "ec2:{region}:{account}:security-group-rule/{id}",
}
"""The ARN without ``arn:PARTITION:`` of a type whose description by AWS may have none."""


@dataclass(frozen=True, slots=True)
class TaggedResource:
    """A found resource."""

    address: str

    id: str
    """The Terraform import ID."""

    arn: str | None

    tags: Mapping[str, str]

    live: Mapping[str, Any]
    """The description by AWS; may be empty."""

    @property
    def type(self) -> str:
        """The Terraform type."""
        return self.address.partition(".")[0]


def read_tags(
    found: FoundResources, account: AwsAccount, unchecked: Unchecked
) -> tuple[TaggedResource, ...]:
    """Return the found resources with their tags, sorted by address.

    The tags are those in the descriptions by AWS, and those that GetResources of the Resource
    Groups Tagging API returns. GetResources does not support IAM roles ("Services that support the
    Resource Groups Tagging API"), but their descriptions have tags.
    """
    matches = filter(None, map(ARN.fullmatch, found.ids.values()))
    partition = next((match["partition"] for match in matches), "aws")
    arns = {
        address: arn
        for address, id_ in found.ids.items()
        if (arn := _arn(address, id_, found.live.get(address, {}), account, partition))
    }
    tags = dict(_tags_by_arn(arns.values(), account, unchecked))
    return tuple(
        TaggedResource(
            address,
            id_,
            arns.get(address),
            {**_described_tags(found.live.get(address, {})), **tags.get(arns.get(address), {})},
            found.live.get(address, {}),
        )
        for address, id_ in sorted(found.ids.items())
    )


def _arn(
    address: str, id_: str, live: Mapping[str, Any], account: AwsAccount, partition: str
) -> str | None:
    type_ = address.partition(".")[0]
    if ARN.fullmatch(id_):
        return id_
    if (described := live.get(ARN_KEYS.get(type_, ""))) is not None:
        return str(described).removesuffix(":*")  # of a log group
    if (format_ := ARN_FORMATS.get(type_)) is not None:
        path = format_.format(id=id_, region=account.region, account=account.id)
        return f"arn:{partition}:{path}"
    return None


def _tags_by_arn(
    arns: Iterable[str], account: AwsAccount, unchecked: Unchecked
) -> Iterator[tuple[str | None, Mapping[str, str]]]:
    remaining = iter(sorted(set(arns)))
    while batch := list(islice(remaining, MAX_ARNS)):
        subject = "owners that only tags show"
        with unchecked.unless_readable(subject):
            response = account.call(
                "resourcegroupstaggingapi", "get_resources", ResourceARNList=batch
            )
            for resource in response["ResourceTagMappingList"]:
                yield resource["ResourceARN"], _as_mapping(resource["Tags"])


def _described_tags(live: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: value
        for name in ("Tags", "tags", "TagList")
        for key, value in _as_mapping(live.get(name)).items()
    }


def _as_mapping(tags: Any) -> Mapping[str, str]:
    if isinstance(tags, Mapping):
        return tags
    return {
        tag.get("Key", tag.get("key", "")): tag.get("Value", tag.get("value", ""))
        for tag in tags or ()
    }
