"""Physical names that are taken in the emulated account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from environments.prod import PROD
from environments.staging import STAGING
from navra_stacks import Environment, ExistingVpc, ImportInventory
from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.preflight.names import _alternative, check_names
from navra_stacks.settings.validation.physical_names import physical_names
from tests.emulated.preflight.conftest import Findings, outcomes, problems
from tests.support.fake_account import denied
from tests.support.handmade_account.console import REGION, Console

TAGS = {"Project": "aep", "Environment": "prod", "ManagedBy": "terraform"}


def test_all_names_are_free_in_an_empty_account(console: Console, findings: Findings) -> None:
    found = findings(check_names, PROD)
    names = {
        name
        for name in physical_names(PROD.replace(account="625847798833"))
        if name.type not in ("stack", "aws_route53_zone", "aws_security_group")
    }
    groups = 5  # security groups of a new VPC, whose names cannot be taken
    assert outcomes(found) == {f"{len(names) + groups} names": "passed"}


def create(console: Console, type_: str, tags: dict[str, str]) -> str:
    """Create a resource with a name of production; return the subject of its finding."""
    upper = [{"Key": key, "Value": value} for key, value in tags.items()]
    lower = [{"key": key, "value": value} for key, value in tags.items()]
    if type_ == "aws_cloudwatch_log_group":
        console("logs").create_log_group(logGroupName="/ecs/aep-backend-prod", tags=tags)
        return "log group /ecs/aep-backend-prod"
    if type_ == "aws_cloudwatch_metric_alarm":
        console("cloudwatch").put_metric_alarm(
            AlarmName="aep-backend-prod-cpu",
            MetricName="x",
            Namespace="x",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            Tags=upper,
        )
        return "alarm aep-backend-prod-cpu"
    if type_ == "aws_ecr_repository":
        console("ecr").create_repository(repositoryName="aep-backend", tags=upper)
        return "ECR repository aep-backend"
    if type_ == "aws_ecs_cluster":
        console("ecs").create_cluster(clusterName="aep-prod", tags=lower)
        return "ECS cluster aep-prod"
    if type_ == "aws_iam_role":
        console("iam").create_role(
            RoleName="aep-prod-deploy", AssumeRolePolicyDocument="{}", Tags=upper
        )
        return "IAM role aep-prod-deploy"
    if type_ == "aws_kms_alias":
        keys = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
        key = console("kms").create_key(Tags=keys)["KeyMetadata"]["KeyId"]
        console("kms").create_alias(AliasName="alias/aep-prod", TargetKeyId=key)
        return "KMS alias alias/aep-prod"
    if type_ == "aws_s3_bucket":
        name = "navralabs-aep-prod-terraform"
        console("s3").create_bucket(Bucket=name)
        if tags:
            console("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": upper})
        return f"S3 bucket {name}"
    if type_ == "aws_secretsmanager_secret":
        console("secretsmanager").create_secret(Name="aep/prod/OPENAI_API_KEY", Tags=upper)
        return "secret aep/prod/OPENAI_API_KEY"
    if type_ == "aws_sns_topic":
        console("sns").create_topic(Name="aep-prod-alarms", Tags=upper)
        return "topic aep-prod-alarms"
    assert type_ == "aws_lb_target_group"
    vpc = console("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    console("elbv2").create_target_group(
        Name="aep-prod-tg-backend",
        Protocol="HTTP",
        Port=80,
        VpcId=vpc,
        **({"Tags": upper} if upper else {}),
    )
    return "target group aep-prod-tg-backend"


TYPES = (
    *("aws_cloudwatch_log_group", "aws_cloudwatch_metric_alarm", "aws_ecr_repository"),
    *("aws_ecs_cluster", "aws_iam_role", "aws_kms_alias", "aws_lb_target_group", "aws_s3_bucket"),
    *("aws_secretsmanager_secret", "aws_sns_topic"),
)
"""Resources that are created here; tests/documentation has all types, created by Terraform."""


ALTERNATIVES = {
    "aws_ecr_repository": "change the `repository` of the image; if it is managed elsewhere, "
    "remove `registry`",
    "aws_s3_bucket": "change `state.bucket`",
    "aws_secretsmanager_secret": "set managed=False for OPENAI_API_KEY in `secrets`, if it is "
    "managed elsewhere",
}
"""The change of the settings that a repair ends with; for the other types that of a name."""


@pytest.mark.parametrize("type_", TYPES)
def test_a_name_of_another_resource_is_a_problem(
    type_: str, console: Console, findings: Findings
) -> None:
    subject = create(console, type_, {})
    found = findings(check_names, PROD)
    assert list(problems(found)) == [subject]
    message, repair = problems(found)[subject]
    assert message.startswith("exists already, without the tags of this environment, so the apply")
    assert repair == "delete it, import it with `navra discover aep-prod`, or " + ALTERNATIVES.get(
        type_, repair.rpartition("or ")[2]
    )
    assert "change" in repair or type_ == "aws_secretsmanager_secret"


@pytest.mark.parametrize("type_", TYPES)
def test_a_name_of_this_environment_is_a_note(
    type_: str, console: Console, findings: Findings
) -> None:
    subject = create(console, type_, TAGS)
    found = findings(check_names, PROD)
    assert problems(found) == {}
    assert found["1 names"].message.endswith(f"an earlier apply created them: {subject}")


@pytest.mark.parametrize("changed", ["Project", "Environment", "ManagedBy"])
def test_each_tag_of_the_environment_counts(
    changed: str, console: Console, findings: Findings
) -> None:
    subject = create(console, "aws_iam_role", {**TAGS, changed: "other"})
    assert list(problems(findings(check_names, PROD))) == [subject]


def test_a_secret_that_is_scheduled_for_deletion_is_a_problem(
    console: Console, findings: Findings
) -> None:
    subject = create(console, "aws_secretsmanager_secret", TAGS)
    console("secretsmanager").delete_secret(SecretId="aep/prod/OPENAI_API_KEY")
    message, repair = problems(findings(check_names, PROD))[subject]
    assert message.startswith("is scheduled for deletion")
    arn = console("secretsmanager").describe_secret(SecretId="aep/prod/OPENAI_API_KEY")["ARN"]
    assert repair == (
        "wait until then, or restore the secret with `aws secretsmanager restore-secret --region "
        "us-east-1 --secret-id aep/prod/OPENAI_API_KEY` and import it with `terraform "
        "-chdir=cdktf.out/stacks/aep-prod import aws_secretsmanager_secret.openai_api_key_secret "
        f"{arn}`"
    )


def test_an_alias_of_a_key_that_is_scheduled_for_deletion_is_a_problem(
    console: Console, findings: Findings
) -> None:
    subject = create(console, "aws_kms_alias", TAGS)
    (key,) = (one["KeyId"] for one in console("kms").list_keys()["Keys"])
    console("kms").schedule_key_deletion(KeyId=key)
    message, repair = problems(findings(check_names, PROD))[subject]
    assert "which is scheduled for deletion" in message
    assert "aws kms delete-alias --region us-east-1 --alias-name alias/aep-prod" in repair


def test_a_task_definition_family_or_a_dashboard_of_another_resource_is_a_note(
    console: Console, findings: Findings
) -> None:
    console("ecs").register_task_definition(
        family="aep-backend-prod", containerDefinitions=[{"name": "x", "image": "x", "memory": 8}]
    )
    console("cloudwatch").put_dashboard(DashboardName="aep-prod", DashboardBody="{}")
    found = findings(check_names, PROD)
    assert problems(found) == {}
    assert "adds a revision" in found["task definition family aep-backend-prod"].message
    assert "replaces its content" in found["dashboard aep-prod"].message


def test_the_secrets_of_data_stores_have_repairs_of_their_own(
    console: Console, findings: Findings
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "database/password"):
        console("secretsmanager").create_secret(Name=f"aep/prod/{name}")
    found = problems(findings(check_names, PROD))
    repairs = {subject: repair.partition(", or ")[2] for subject, (_, repair) in found.items()}
    assert repairs == {
        "secret aep/prod/DATABASE_URL": "change `name`; if it is managed elsewhere, set `database` "
        "to ExistingDatabase",
        "secret aep/prod/REDIS_URL": "change `name`; if it is managed elsewhere, set `cache` to "
        "ExistingCache",
        "secret aep/prod/database/password": "change `name`",
    }


@pytest.mark.parametrize(
    ("type_", "field", "setting"),
    [
        ("aws_db_instance", "database", "ExistingDatabase"),
        ("aws_elasticache_replication_group", "cache", "ExistingCache"),
    ],
)
def test_an_existing_data_store_can_stay_managed_elsewhere(
    type_: str, field: str, setting: str
) -> None:
    (name,) = (name for name in physical_names(PROD) if name.type == type_)
    assert _alternative(PROD, name) == (
        f"change `name`; if it is managed elsewhere, set `{field}` to {setting}"
    )


def bucket_of_another_account(find: Callable[..., Any]) -> Callable[..., Any]:
    def respond(self: Any, service: str, operation: str, **arguments: Any) -> Any:
        if operation == "head_bucket" and arguments["Bucket"] == "navralabs-aep-prod-terraform":
            raise denied("s3:ListBucket")
        return find(self, service, operation, **arguments)

    return respond


def test_a_bucket_of_another_account_is_a_problem(
    console: Console, findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AwsAccount, "find", bucket_of_another_account(AwsAccount.find))
    found = problems(findings(check_names, PROD))
    assert list(found) == ["S3 bucket navralabs-aep-prod-terraform"]
    message, repair = found["S3 bucket navralabs-aep-prod-terraform"]
    assert message.startswith("exists in another account")
    assert repair == "change `state.bucket`"


def in_existing_vpc(vpc: str, subnets: list[str]) -> Environment:
    return PROD.replace(network=ExistingVpc(vpc_id=vpc, public_subnet_ids=tuple(subnets[:2])))


def test_a_security_group_of_an_existing_vpc_can_have_the_name(
    console: Console, findings: Findings
) -> None:
    ec2 = console("ec2")
    default = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    ec2.create_security_group(GroupName="aep-prod-alb-sg", Description="x", VpcId=default)
    found = findings(check_names, in_existing_vpc(default, subnets))
    assert list(problems(found)) == ["security group aep-prod-alb-sg"]
    other = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert problems(findings(check_names, in_existing_vpc(other, subnets))) == {}


def test_the_names_of_an_environment_that_imports_its_resources_are_not_compared(
    console: Console, findings: Findings
) -> None:
    found = findings(check_names, STAGING)
    assert outcomes(found) == {"names": "note"}
    assert STAGING.region == REGION


def test_the_names_are_compared_if_the_inventory_is_empty(
    console: Console, findings: Findings
) -> None:
    create(console, "aws_iam_role", {})
    environment = PROD.replace(inventory=ImportInventory())
    assert list(problems(findings(check_names, environment))) == ["IAM role aep-prod-deploy"]
