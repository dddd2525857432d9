"""The IAM roles with which workflows push images and run a read-only plan."""

from __future__ import annotations

import json

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Cache,
    Database,
    GitHubDeployRole,
    RegistryImage,
    S3State,
    SettingsError,
)
from navra_stacks.settings.delivery.github_workflows import GitHubWorkflows
from navra_stacks.stacks.web.delivery import session_seconds
from navra_stacks.terraform.document import TerraformDocument
from tests.support.iam_evaluator import (
    Request,
    actions_of,
    is_allowed,
    statements_by_action,
    statements_of,
)

ECS = "arn:aws:ecs:us-east-1:625847798833"
GITHUB = GitHubDeployRole.from_branch("navralabs/aep", "main")


SEPARATE = GITHUB.replace(
    further_workflows=(GitHubWorkflows.from_branch("navralabs/aep-web", "main"),),
    push_workflows=(
        GitHubWorkflows(branch="main"),
        GitHubWorkflows(
            repository="navralabs/aep-web", branch="main", owner_id=123, repository_id=456
        ),
    ),
    plan_workflows=(GitHubWorkflows.from_pull_requests("navralabs/infrastructure"),),
)


def trusted(document: TerraformDocument, role: str) -> list[object]:
    """Return the subjects that a role trusts, one for each statement."""
    policy = document.one("aws_iam_role", name=role)["assume_role_policy"]
    subject = "token.actions.githubusercontent.com:sub"
    return [one["Condition"]["StringEquals"][subject] for one in json.loads(policy)["Statement"]]


def test_each_role_trusts_its_own_workflows(replaced):
    change = replaced(delivery=SEPARATE)
    assert change.added == {
        f"aws_iam_role{kind}"
        for name in ("deploy", "push", "plan")
        for kind in (f".{name}_role", f"_policy.{name}_policy")
    }
    assert trusted(change.after, "aep-staging-deploy") == [
        "repo:navralabs/aep:ref:refs/heads/main",
        "repo:navralabs/aep-web:ref:refs/heads/main",
    ]
    assert trusted(change.after, "aep-staging-push") == [
        "repo:navralabs/aep:ref:refs/heads/main",
        [
            "repo:navralabs/aep-web:ref:refs/heads/main",
            "repo:navralabs@123/aep-web@456:ref:refs/heads/main",
        ],
    ]
    assert trusted(change.after, "aep-staging-plan") == [
        "repo:navralabs/infrastructure:pull_request"
    ]


def test_further_workflows_change_nothing_but_the_trust_and_the_new_roles(replaced):
    before, after = replaced(delivery=GITHUB).after, replaced(delivery=SEPARATE).after
    assert statements_of(before, "deploy") == statements_of(after, "deploy")


def test_the_push_role_pushes_to_the_repositories_of_the_environment_only(replaced):
    document = replaced(delivery=SEPARATE).after
    assert {action.partition(":")[0] for action in statements_by_action(document, "push")} == {
        "ecr"
    }
    login, push = statements_of(document, "push")
    assert login["Action"] == "ecr:GetAuthorizationToken"
    assert push["Resource"] == [
        "arn:aws:ecr:us-east-1:625847798833:repository/aep-backend",
        "arn:aws:ecr:us-east-1:625847798833:repository/aep-frontend",
    ]


def test_rejects_a_push_role_without_a_repository(replaced):
    services = [
        one.replace(
            container=one.container.replace(image=RegistryImage(repository="ghcr.io/navra/aep"))
        )
        for one in STAGING.services
    ]
    with pytest.raises(
        SettingsError, match=r"delivery\.push_workflows: contains workflows, but no"
    ):
        replaced(delivery=SEPARATE, services=services)


def may_plan(document: TerraformDocument, action: str, *resources: str, **context: str) -> bool:
    """Return whether the plan role is allowed to do something; references are names."""
    policy = document.one("aws_iam_role_policy", name="plan")["policy"]
    names = {name.replace("__", ":"): value for name, value in context.items()}
    return is_allowed(Request(action, resources or ("*",), names), policy.replace("${", "{"))


PLAN_CALLS = """
    acm:DescribeCertificate acm:ListTagsForCertificate
    application-autoscaling:DescribeScalableTargets application-autoscaling:DescribeScalingPolicies
    application-autoscaling:ListTagsForResource backup:DescribeBackupVault backup:GetBackupPlan
    backup:GetBackupSelection backup:ListTags cloudwatch:DescribeAlarms cloudwatch:GetDashboard
    cloudwatch:ListTagsForResource ec2:DescribeAddresses ec2:DescribeAddressesAttribute
    ec2:DescribeFlowLogs ec2:DescribeInternetGateways ec2:DescribeNatGateways
    ec2:DescribeNetworkAcls ec2:DescribePrefixLists ec2:DescribeRouteTables
    ec2:DescribeSecurityGroupRules ec2:DescribeSecurityGroups ec2:DescribeSubnets
    ec2:DescribeVpcAttribute ec2:DescribeVpcEndpoints ec2:DescribeVpcs ecr:DescribeRepositories
    ecr:GetLifecyclePolicy ecr:ListTagsForResource ecs:DescribeClusters ecs:DescribeServices
    ecs:DescribeTaskDefinition elasticache:DescribeCacheClusters
    elasticache:DescribeCacheParameterGroups elasticache:DescribeCacheParameters
    elasticache:DescribeCacheSubnetGroups elasticache:DescribeReplicationGroups
    elasticache:ListTagsForResource elasticloadbalancing:DescribeCapacityReservation
    elasticloadbalancing:DescribeListenerAttributes elasticloadbalancing:DescribeListeners
    elasticloadbalancing:DescribeLoadBalancerAttributes elasticloadbalancing:DescribeLoadBalancers
    elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTags
    elasticloadbalancing:DescribeTargetGroupAttributes elasticloadbalancing:DescribeTargetGroups
    iam:GetOpenIDConnectProvider iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies
    iam:ListRolePolicies kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListAliases
    kms:ListResourceTags logs:DescribeLogGroups logs:DescribeMetricFilters logs:ListTagsForResource
    rds:DescribeDBInstances rds:DescribeDBParameterGroups rds:DescribeDBParameters
    rds:DescribeDBSubnetGroups rds:ListTagsForResource route53:GetHostedZone
    route53:ListHostedZones route53:ListResourceRecordSets route53:ListTagsForResource
    s3:GetBucketPolicy s3:GetBucketPublicAccessBlock s3:GetBucketVersioning
    s3:GetEncryptionConfiguration s3:GetLifecycleConfiguration secretsmanager:DescribeSecret
    secretsmanager:GetResourcePolicy sns:GetSubscriptionAttributes sns:GetTopicAttributes
    sns:ListTagsForResource wafv2:GetLoggingConfiguration wafv2:GetWebACL wafv2:GetWebACLForResource
    wafv2:ListTagsForResource
""".split()
"""The actions of the calls that a plan of AEP's production, and of staging with every toggle, made
to the emulator (November 2026, provider 5.100).
"""


def test_the_plan_role_reads_all_that_a_plan_reads(replaced):
    document = replaced(delivery=SEPARATE).after
    assert [action for action in PLAN_CALLS if not may_plan(document, action)] == []


SECRET = "arn:aws:secretsmanager:us-east-1:625847798833:secret:aep/staging"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ecs:UpdateService", f"{ECS}:service/aep-staging/aep-backend-staging-svc"),
        ("ecs:RegisterTaskDefinition", f"{ECS}:task-definition/aep-backend-staging:1"),
        ("iam:PassRole", "arn:aws:iam::625847798833:role/aep-backend-staging-task"),
        ("iam:CreateRole", "arn:aws:iam::625847798833:role/administrator"),
        ("ec2:AuthorizeSecurityGroupIngress", "*"),
        ("ec2:DescribeInstanceAttribute", "*"),
        ("ecr:PutImage", "arn:aws:ecr:us-east-1:625847798833:repository/aep-backend"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:625847798833:key/1"),
        ("logs:GetLogEvents", "*"),
        ("s3:GetObject", "arn:aws:s3:::shop-files/report"),
        ("s3:PutObject", "arn:aws:s3:::navra-aep-staging-state/aep/staging/terraform.tfstate"),
        ("s3:DeleteObject", "arn:aws:s3:::navra-aep-staging-state/aep/staging/terraform.tfstate"),
        ("s3:GetObject", "arn:aws:s3:::navra-aep-staging-state/aep/prod/terraform.tfstate"),
        ("secretsmanager:GetSecretValue", f"{SECRET}/OPENAI_API_KEY-a1b2c3"),
        ("secretsmanager:PutSecretValue", f"{SECRET}/DATABASE_URL-a1b2c3"),
        ("ssm:GetParameter", "*"),
        ("dynamodb:GetItem", "*"),
        ("sts:AssumeRole", "arn:aws:iam::444455556666:role/dns-records"),
    ],
)
def test_the_plan_role_changes_nothing_and_reads_no_other_data(replaced, action, resource):
    assert not may_plan(with_state_and_data(replaced), action, resource)


def with_state_and_data(replaced) -> TerraformDocument:
    change = replaced(
        delivery=SEPARATE,
        state=S3State(bucket="navra-aep-staging-state", bootstrapped=True),
        database=Database.relaxed(url_secret="DATABASE_URL"),
        cache=Cache.relaxed(url_secret="REDIS_URL"),
    )
    document: TerraformDocument = change.after
    return document


@pytest.mark.parametrize(
    "secret", ["database/password-a1b2c3", "DATABASE_URL-a1b2c3", "REDIS_URL-a1b2c3"]
)
def test_the_plan_role_reads_the_secrets_that_terraform_sets(replaced, secret):
    document = with_state_and_data(replaced)
    assert may_plan(document, "secretsmanager:GetSecretValue", f"{SECRET}/{secret}")
    assert may_plan(document, "secretsmanager:GetRandomPassword")
    without = replaced(delivery=SEPARATE).after
    assert not may_plan(without, "secretsmanager:GetSecretValue", f"{SECRET}/{secret}")
    assert not may_plan(without, "secretsmanager:GetRandomPassword")


def test_the_plan_role_reads_and_locks_the_state(replaced):
    document = with_state_and_data(replaced)
    bucket = "arn:aws:s3:::navra-aep-staging-state"
    state = f"{bucket}/aep/staging/terraform.tfstate"
    assert may_plan(document, "s3:ListBucket", bucket)
    assert may_plan(document, "s3:GetObject", state)
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert may_plan(document, action, f"{state}.tflock")


def test_the_plan_role_uses_the_key_of_the_state_by_its_alias_and_through_s3_only(replaced):
    (key,) = (
        one
        for one in statements_of(with_state_and_data(replaced), "plan")
        if "kms:Decrypt" in actions_of(one)
    )
    assert key["Resource"] == "arn:aws:kms:us-east-1:625847798833:key/*"
    assert key["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/aep-staging-state"},
    }


def test_the_deploy_role_has_that_session_and_the_others_an_hour(replaced):
    document = replaced(delivery=SEPARATE).after
    lengths = {
        role["name"]: role["max_session_duration"]
        for role in document.all("aws_iam_role")
        if "max_session_duration" in role.body
    }
    assert lengths == {
        "aep-staging-deploy": session_seconds(STAGING),
        "aep-staging-push": 3600,
        "aep-staging-plan": 3600,
    }
