"""The tags of existing resources, which show whether an environment manages them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup_types import Candidate

__all__ = ["owner_tags", "pairs"]


def pairs(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return tags as a mapping. Each AWS service has its own spelling of their keys."""
    found = {}
    for tag in tags:
        lower = {key.lower().removeprefix("tag"): value for key, value in tag.items()}
        found[lower["key"]] = lower["value"]
    return found


_Reader = Callable[[AwsAccount, Candidate], Any]


def _listed(service: str, operation: str, argument: str, key: str) -> _Reader:
    """Return a reader that calls an operation with the ARN of the resource."""

    def read(account: AwsAccount, found: Candidate) -> Any:
        arn = str(found.attributes["arn"]).removesuffix(":*")
        return (account.find(service, operation, **{argument: arn}) or {}).get(key)

    return read


def _of_key(account: AwsAccount, found: Candidate) -> Any:
    key = found.live.get("TargetKeyId")
    if key is None:
        return None
    return (account.find("kms", "list_resource_tags", KeyId=key) or {}).get("Tags")


def _of_load_balancing(account: AwsAccount, found: Candidate) -> Any:
    response = account.find("elbv2", "describe_tags", ResourceArns=[found.id]) or {}
    return [tag for one in response.get("TagDescriptions", ()) for tag in one["Tags"]]


def _of_hosted_zone(account: AwsAccount, found: Candidate) -> Any:
    response = account.find(
        "route53", "list_tags_for_resource", ResourceType="hostedzone", ResourceId=found.id
    )
    return (response or {}).get("ResourceTagSet", {}).get("Tags")


def _of_web_acl(account: AwsAccount, found: Candidate) -> Any:
    arn = found.attributes["arn"]
    response = account.find("wafv2", "list_tags_for_resource", ResourceARN=arn) or {}
    return response.get("TagInfoForResource", {}).get("TagList")


_RDS = _listed("rds", "list_tags_for_resource", "ResourceName", "TagList")
_ELASTICACHE = _listed("elasticache", "list_tags_for_resource", "ResourceName", "TagList")
_ECS = _listed("ecs", "list_tags_for_resource", "resourceArn", "tags")

READERS: Mapping[str, _Reader] = {
    "aws_backup_vault": _listed("backup", "list_tags", "ResourceArn", "Tags"),
    "aws_cloudwatch_log_group": _listed("logs", "list_tags_for_resource", "resourceArn", "tags"),
    "aws_cloudwatch_metric_alarm": _listed(
        "cloudwatch", "list_tags_for_resource", "ResourceARN", "Tags"
    ),
    "aws_db_instance": _RDS,
    "aws_db_parameter_group": _RDS,
    "aws_db_subnet_group": _RDS,
    "aws_ecr_repository": _listed("ecr", "list_tags_for_resource", "resourceArn", "tags"),
    "aws_ecs_cluster": _ECS,
    "aws_ecs_task_definition": _ECS,
    "aws_elasticache_parameter_group": _ELASTICACHE,
    "aws_elasticache_replication_group": _ELASTICACHE,
    "aws_elasticache_subnet_group": _ELASTICACHE,
    "aws_iam_role": lambda account, found: (
        account.find("iam", "list_role_tags", RoleName=found.id) or {}
    ).get("Tags"),
    "aws_kms_alias": _of_key,
    "aws_lb": _of_load_balancing,
    "aws_lb_target_group": _of_load_balancing,
    "aws_route53_zone": _of_hosted_zone,
    "aws_s3_bucket": lambda account, found: (
        account.find("s3", "get_bucket_tagging", Bucket=found.id) or {}
    ).get("TagSet"),
    "aws_secretsmanager_secret": lambda _, found: found.live.get("Tags"),
    "aws_security_group": lambda _, found: found.live.get("Tags"),
    "aws_sns_topic": _listed("sns", "list_tags_for_resource", "ResourceArn", "Tags"),
    "aws_wafv2_web_acl": _of_web_acl,
}
"""The function that reads the tags of a resource, by Terraform type. An alias has the tags of its
key. Dashboards have no tags.
"""


def owner_tags(account: AwsAccount, type_: str, found: Candidate) -> dict[str, str]:
    """Return the tags of an existing resource; empty if its type has none."""
    if type_ not in READERS:
        return {}
    tags = READERS[type_](account, found) or ()
    return dict(tags) if isinstance(tags, Mapping) else pairs(tags)
