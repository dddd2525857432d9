"""Check of further resources that the settings name, and that the environment does not create."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from navra_stacks.account.aws_reader import AwsAccount, OperationError
from navra_stacks.preflight.commands import apply
from navra_stacks.preflight.finding import Finding, passed, problem, unknown
from navra_stacks.preflight.target import Target, look_up
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.existing.data_stores import ExistingCache, ExistingDatabase
from navra_stacks.settings.state import S3State

__all__ = ["check_existing"]


def check_existing(target: Target) -> Iterator[Finding]:
    """Check that each existing resource of the settings is in the account, and can be used.

    The network, the images, the secrets and the hosted zone have checks of their own.
    """
    for subject, find in _resources(target):
        try:
            yield find()
        except OperationError as error:
            yield unknown(subject, error.reason)


def _resources(target: Target) -> Iterator[tuple[str, Callable[[], Finding]]]:
    """Yield the name or the id of each resource, and the function that returns its finding."""
    environment, account = target.environment, target.account
    state, alarms = environment.state, environment.hardening.alarms
    keys = {
        secret.kms_key_arn: f"secrets.{secret.name}.kms_key_arn"
        for secret in environment.secrets
        if secret.kms_key_arn is not None
    }
    if isinstance(state, S3State):
        yield state.bucket, partial(_bucket, target, state)
        if state.kms_key_arn is not None:
            keys[state.kms_key_arn] = "state.kms_key_arn"
    for arn, field in keys.items():
        yield arn, partial(_key, account, arn, field)
    if alarms is not None and alarms.topic_arn is not None:
        yield alarms.topic_arn, partial(_topic, account, alarms.topic_arn)
    for name, store in (("database", environment.database), ("cache", environment.cache)):
        if isinstance(store, ExistingDatabase | ExistingCache) and store.security_group_id:
            group = store.security_group_id
            yield group, partial(_security_group, account, group, f"{name}.security_group_id")
    if isinstance(database := environment.database, ExistingDatabase) and database.arn:
        yield database.arn, partial(_database, account, database.arn)
    functions = {
        hook.function_arn: s.name for s in environment.services for hook in s.deployment.hooks
    }
    for arn, name in functions.items():
        yield arn, partial(_function, account, arn, f"services.{name}.deployment.hooks")
    if isinstance(environment.cache, Cache):
        for id_ in environment.cache.user_group_ids:
            yield id_, partial(_user_group, account, id_, environment.cache.engine)


def _bucket(target: Target, state: S3State) -> Finding:
    """Return the finding of the bucket with the state, which `terraform init` reads.

    HeadBucket returns the Region of the bucket
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html).
    """
    region = state.region or target.environment.region
    account = target.account.in_region(region)
    if state.bootstrapped:
        if look_up(account, "aws_s3_bucket", bucket=state.bucket).match is not None:
            return passed(state.bucket, "the bucket with the state exists")
        return problem(
            state.bucket,
            "the bucket with the state does not exist yet, so `terraform init` fails",
            f"apply its stack first: `{apply(target.environment.names.state_stack)}`",
        )
    found = account.find("s3", "head_bucket", Bucket=state.bucket)
    if found is None:
        return problem(
            state.bucket,
            "the bucket with the state does not exist, so `terraform init` fails",
            "create it, correct `state.bucket`, or set `state.bootstrapped` to True",
        )
    if (actual := found.get("BucketRegion", region)) != region:
        return problem(
            state.bucket,
            f"the bucket with the state is in {actual}, not in {region}, so `terraform init` fails",
            f"set `state.region` to {actual!r}",
        )
    return passed(state.bucket, f"the bucket with the state exists in {region}")


def _key(account: AwsAccount, arn: str, field: str) -> Finding:
    region = arn.split(":")[3]
    found = account.in_region(region).find("kms", "describe_key", KeyId=arn)
    if found is None:
        return problem(arn, "the KMS key does not exist", f"correct `{field}`")
    if (state := found["KeyMetadata"]["KeyState"]) != "Enabled":
        cancel = f"`aws kms cancel-key-deletion --region {region} --key-id {arn}`, then "
        return problem(
            arn,
            f"the KMS key cannot be used, because its state is {state}",
            f"run {cancel if state == 'PendingDeletion' else ''}"
            f"`aws kms enable-key --region {region} --key-id {arn}`, or correct `{field}`",
        )
    return passed(arn, "the KMS key is enabled")


def _topic(account: AwsAccount, arn: str) -> Finding:
    # AWS creates a policy with each topic, and its finder reads the topic by its ARN.
    if look_up(account, "aws_sns_topic_policy", arn=arn).match is None:
        return problem(
            arn,
            "the topic does not exist, so the alarms have no recipients",
            "create the topic, or correct `hardening.alarms.topic_arn`",
        )
    return passed(arn, "the topic exists")


def _security_group(account: AwsAccount, id_: str, field: str) -> Finding:
    if not account.list_all("ec2", "describe_security_groups", GroupIds=[id_]):
        return problem(
            id_,
            f"the security group does not exist in account {account.id}, {account.region}",
            f"correct `{field}`",
        )
    return passed(id_, "the security group exists")


def _database(account: AwsAccount, arn: str) -> Finding:
    """Return the finding of a database, which AWS Backup finds by its ARN."""
    *_, region, owner, kind, name = arn.split(":")
    regional = account.in_region(region)
    found = owner == account.id and (
        regional.list_all("rds", "describe_db_clusters", DBClusterIdentifier=name)
        if kind == "cluster"
        else regional.list_all("rds", "describe_db_instances", DBInstanceIdentifier=name)
    )
    if not found:
        return problem(
            arn,
            f"the database does not exist in account {account.id}, so it has no backups",
            "correct `database.arn`",
        )
    return passed(arn, "the database exists")


def _function(account: AwsAccount, arn: str, field: str) -> Finding:
    # GetFunction is not allowed, because it returns the environment variables of the function. The
    # reserved concurrency belongs to the function, not to a version or an alias.
    unqualified = ":".join(arn.split(":")[:7])
    regional = account.in_region(arn.split(":")[3])
    if regional.find("lambda", "get_function_concurrency", FunctionName=unqualified) is None:
        return problem(
            arn, "the function does not exist, so no deployment succeeds", f"correct `{field}`"
        )
    return passed(arn, "the function exists")


def _user_group(account: AwsAccount, id_: str, engine: str) -> Finding:
    found = account.list_all("elasticache", "describe_user_groups", UserGroupId=id_)
    if not found:
        return problem(
            id_,
            f"the user group does not exist in account {account.id}, {account.region}, so the "
            "apply cannot create the cache",
            f"create it with `aws elasticache create-user-group --region {account.region} "
            f"--user-group-id {id_} --engine {engine} --user-ids USER`, or correct "
            "`cache.user_group_ids`",
        )
    if (status := found[0].get("Status", "active")) != "active":
        return problem(
            id_,
            f"the user group is not usable, because its status is {status}",
            "wait until it is active, or correct `cache.user_group_ids`",
        )
    return passed(id_, "the user group exists")
