"""Check of the physical names: those that are taken, or are not free until a deletion ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from navra_stacks.account.aws_reader import AccessDeniedError, AwsAccount, OperationError
from navra_stacks.account.lookup_types import Candidate
from navra_stacks.preflight.commands import secret_address, terraform
from navra_stacks.preflight.finding import Finding, Outcome, note, passed, problem, unknown
from navra_stacks.preflight.owner_tags import owner_tags
from navra_stacks.preflight.target import Target, look_up, unusable
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.networking.vpc import ExistingVpc, PrivateVpc
from navra_stacks.settings.validation.physical_names import KINDS, PhysicalName, physical_names

__all__ = ["check_names"]

ARGUMENTS = {
    "aws_cloudwatch_dashboard": "dashboard_name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_db_instance": "identifier",
    "aws_ecs_task_definition": "family",
    "aws_elasticache_replication_group": "replication_group_id",
    "aws_s3_bucket": "bucket",
}
"""The argument that contains the name, by Terraform type; of the other types it is ``name``."""

TAKEN_OVER = frozenset(
    {
        # The API creates or updates: PutMetricAlarm, CreateCluster, CreateTopic.
        "aws_cloudwatch_metric_alarm",
        "aws_ecs_cluster",
        "aws_sns_topic",
    }
)
"""The types of which a create call does not fail if the name exists, but changes the resource."""

MANAGED_ELSEWHERE = {
    "aws_db_instance": "if it is managed elsewhere, set `database` to ExistingDatabase",
    "aws_elasticache_replication_group": "if it is managed elsewhere, set `cache` to ExistingCache",
}
"""The setting for an existing resource that the environment uses and does not manage, by type."""

CHECKED_ELSEWHERE = ("aws_route53_zone", "stack")
"""The types that are not compared here: `check_zone` checks the zone, and stacks are not in AWS."""


def check_names(target: Target) -> Iterator[Finding]:
    """Check each name that the environment creates.

    A resource that has the tags of the environment was created by an earlier apply, so its name is
    no problem.
    """
    if target.imports_resources:
        yield note(
            "names",
            "not compared, because the first apply imports existing resources",
            "run `navra discover`, which reports what the apply changes",
        )
        return
    free = 0
    managed: list[str] = []
    names = sorted(set(physical_names(target.environment)))
    for type_, group in groupby(names, key=attrgetter("type")):
        if type_ in CHECKED_ELSEWHERE:
            continue
        try:
            for name in group:
                found = _finding(target, name)
                if found is None:
                    free += 1
                elif found.outcome is Outcome.PASSED:
                    managed.append(found.subject)
                else:
                    yield found
        except OperationError as error:
            yield unknown(f"{KINDS[type_].label} names", error.reason)
    if managed:
        yield note(
            f"{len(managed)} names",
            "exist already, with the tags of this environment, so an earlier apply created them: "
            + ", ".join(managed),
        )
    if free:
        yield passed(f"{free} names", "are free")


def _finding(target: Target, name: PhysicalName) -> Finding | None:
    """Return the finding of one name; None if it is free, and `passed` if it is managed."""
    account = target.account.in_region(name.region)
    subject = f"{KINDS[name.type].label} {name.name}"
    arguments = _arguments(target, account, name)
    if arguments is None:
        return None
    outcome = look_up(account, name.type, **arguments)
    if outcome.unusable:
        message, repair = unusable(outcome, name.name)
        if name.type == "aws_secretsmanager_secret":
            repair += f" with `{_import_of_secret(target, account, name.name)}`"
        return problem(subject, message, repair)
    if outcome.not_searchable:
        return unknown(subject, outcome.not_searchable)
    if not outcome.candidates:
        return _bucket_elsewhere(account, name) if name.type == "aws_s3_bucket" else None
    found = outcome.candidates[0]
    if name.type == "aws_kms_alias" and (doomed := _key_deletion(account, name, found)):
        return doomed
    if target.is_tagged(owner_tags(account, name.type, found)):
        return passed(subject, "is managed by this environment")
    return _taken(target, name, subject)


def _taken(target: Target, name: PhysicalName, subject: str) -> Finding:
    if name.type == "aws_cloudwatch_dashboard":
        return note(subject, "exists already, and the apply replaces its content")
    if name.type == "aws_ecs_task_definition":
        return note(subject, "exists already, and the apply adds a revision to it")
    effect = (
        "the apply would take it over and change it"
        if name.type in TAKEN_OVER
        else "the apply cannot create it"
    )
    return problem(
        subject,
        f"exists already, without the tags of this environment, so {effect}",
        f"delete it, import it with `navra discover {target.environment.names.stack}`, or "
        + _alternative(target.environment, name),
    )


def _alternative(environment: Environment, name: PhysicalName) -> str:
    """Return the change of the settings with which the environment does not create the name."""
    if name.type == "aws_ecr_repository":
        return "change the `repository` of the image; if it is managed elsewhere, remove `registry`"
    if name.type in MANAGED_ELSEWHERE:
        return f"change `{name.field}`; {MANAGED_ELSEWHERE[name.type]}"
    if name.type == "aws_secretsmanager_secret":
        secret = name.name.rpartition("/")[2]
        for field, store in environment.managed_data_stores():
            if secret in store.secret_names:
                kind = f"Existing{type(store).__name__}"
                return f"change `name`; if it is managed elsewhere, set `{field}` to {kind}"
        if name.name == environment.names.database_password:
            return "change `name`"
        return f"set managed=False for {secret} in `secrets`, if it is managed elsewhere"
    return f"change `{name.field}`"


def _import_of_secret(target: Target, account: AwsAccount, name: str) -> str:
    environment = target.environment
    found = account.call("secretsmanager", "describe_secret", SecretId=name)
    address = secret_address(environment, name)
    return terraform(environment.names.stack, f"import {address} {found['ARN']}")


def _arguments(target: Target, account: AwsAccount, name: PhysicalName) -> dict[str, Any] | None:
    """Return the arguments that identify a resource; None if the name cannot be taken."""
    arguments = {ARGUMENTS.get(name.type, "name"): name.name}
    if name.type == "aws_wafv2_web_acl":
        arguments["scope"] = "REGIONAL"
    if name.type == "aws_security_group":
        vpc = _vpc(target, account)
        if vpc is None:
            return None
        arguments["vpc_id"] = vpc
    return arguments


def _vpc(target: Target, account: AwsAccount) -> str | None:
    """Return the id of the existing VPC of the environment; None for a new or a missing one."""
    network = target.environment.network
    if isinstance(network, PrivateVpc):
        return None
    if isinstance(network, ExistingVpc):
        return network.vpc_id
    default = [{"Name": "is-default", "Values": ["true"]}]
    vpcs = account.list_all("ec2", "describe_vpcs", Filters=default)
    return str(vpcs[0]["VpcId"]) if vpcs else None


def _bucket_elsewhere(account: AwsAccount, name: PhysicalName) -> Finding | None:
    """Return a problem if a bucket that this account does not own has the name.

    HeadBucket has the status 404 for a name that is free, and 403 for a bucket that the caller may
    not read (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html).
    """
    try:
        if account.find("s3", "head_bucket", Bucket=name.name) is None:
            return None
    except AccessDeniedError:
        pass
    return problem(
        f"S3 bucket {name.name}",
        "exists in another account, and bucket names are unique in all of AWS",
        f"change `{name.field}`",
    )


def _key_deletion(account: AwsAccount, name: PhysicalName, found: Candidate) -> Finding | None:
    key = found.live.get("TargetKeyId")
    response = None if key is None else account.find("kms", "describe_key", KeyId=key)
    if response is None or response["KeyMetadata"]["KeyState"] != "PendingDeletion":
        return None
    return problem(
        f"KMS alias {name.name}",
        f"belongs to key {key}, which is scheduled for deletion",
        f"delete the alias with `aws kms delete-alias --region {account.region} --alias-name "
        f"{name.name}`, or cancel the deletion of the key if data is encrypted with it",
    )
