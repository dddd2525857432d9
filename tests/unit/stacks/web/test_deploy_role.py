"""The IAM role with which a workflow deploys.

The calls of the commands, and abuses, are in tests/emulated/deploy/test_role.py.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Deployment,
    EcrImage,
    ExistingVpc,
    GitHubDeployRole,
    Hardening,
    OneOffTask,
    RollbackAlarms,
)
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.timing import timeout_seconds
from navra_stacks.stacks.deployment_file import describe_deployment
from navra_stacks.stacks.web.delivery import ONE_OFF_TASK_SECONDS, session_seconds
from navra_stacks.terraform.document import TerraformDocument
from tests.support.iam_evaluator import statements_by_action, statements_of

ECS = "arn:aws:ecs:us-east-1:625847798833"
GITHUB = GitHubDeployRole.from_branch("navralabs/aep", "main")


def test_the_deploy_role_adds_one_role_and_nothing_else(replaced):
    change = replaced(delivery=GITHUB)
    assert change.added == {"aws_iam_role.deploy_role", "aws_iam_role_policy.deploy_policy"}
    assert (change.removed, change.changed) == (set(), set())


def test_the_oidc_provider_is_created_only_on_request(replaced):
    delivery = GitHubDeployRole.from_branch("navralabs/aep", "main", creates_provider=True)
    added = replaced(delivery=delivery).added
    assert "aws_iam_openid_connect_provider.github_oidc_provider" in added


@pytest.mark.parametrize(
    ("delivery", "subject"),
    [
        (GITHUB, "repo:navralabs/aep:ref:refs/heads/main"),
        (
            GitHubDeployRole.from_github_environment("navralabs/aep", "live"),
            "repo:navralabs/aep:environment:live",
        ),
    ],
)
def test_the_deploy_role_trusts_exactly_one_subject(replaced, delivery, subject):
    role = replaced(delivery=delivery).after.one("aws_iam_role", name="aep-staging-deploy")
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subject,
        }
    }


def test_with_ids_the_deploy_role_trusts_both_forms_of_the_subject(replaced):
    delivery = GITHUB.replace(owner_id=123, repository_id=456)
    role = replaced(delivery=delivery).after.one("aws_iam_role", name="aep-staging-deploy")
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": [
                "repo:navralabs/aep:ref:refs/heads/main",
                "repo:navralabs@123/aep@456:ref:refs/heads/main",
            ],
            "token.actions.githubusercontent.com:repository_id": "456",
        }
    }


def test_the_deploy_role_may_change_this_environment_only(replaced):
    document = replaced(delivery=GITHUB).after
    by_action = statements_by_action(document, "deploy")
    services = [
        f"{ECS}:service/aep-staging/aep-frontend-staging-svc",
        f"{ECS}:service/aep-staging/aep-backend-staging-svc",
    ]
    revisions = [
        f"{ECS}:task-definition/aep-frontend-staging:*",
        f"{ECS}:task-definition/aep-backend-staging:*",
    ]
    assert by_action["ecs:UpdateService"]["Resource"] == services
    assert by_action["ecs:UpdateService"]["Condition"] == {
        "ArnLike": {"ecs:task-definition": revisions}
    }
    assert by_action["ecs:StopServiceDeployment"]["Resource"] == [
        *services,
        *(f"{one.replace(':service/', ':service-deployment/')}/*" for one in services),
        *(f"{one.replace(':service/', ':service-revision/')}/*" for one in services),
    ]
    assert by_action["ecs:RegisterTaskDefinition"]["Resource"] == revisions
    assert by_action["ecs:TagResource"]["Resource"] == revisions
    assert by_action["ecs:TagResource"]["Condition"] == {
        "StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}
    }
    assert by_action["iam:PassRole"]["Resource"] == [
        "${aws_iam_role.frontend_execution_role.arn}",
        "${aws_iam_role.frontend_task_role.arn}",
        "${aws_iam_role.backend_execution_role.arn}",
        "${aws_iam_role.backend_task_role.arn}",
    ]
    assert by_action["iam:PassRole"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }
    assert by_action["logs:FilterLogEvents"]["Resource"] == [
        "arn:aws:logs:us-east-1:625847798833:log-group:/ecs/aep-frontend-staging:*",
        "arn:aws:logs:us-east-1:625847798833:log-group:/ecs/aep-backend-staging:*",
    ]
    wide = {action for action, s in by_action.items() if s["Resource"] == "*"}
    assert wide == {
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "ecs:ListTasks",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
    }
    assert by_action["ecs:ListTasks"]["Condition"] == {
        "ArnEquals": {"ecs:cluster": "${aws_ecs_cluster.cluster.arn}"}
    }


def test_the_deploy_role_only_looks_images_up(replaced):
    by_action = statements_by_action(replaced(delivery=GITHUB).after, "deploy")
    assert {action for action in by_action if action.startswith("ecr:")} == {"ecr:BatchGetImage"}
    assert by_action["ecr:BatchGetImage"]["Resource"] == [
        "arn:aws:ecr:us-east-1:625847798833:repository/aep-backend",
        "arn:aws:ecr:us-east-1:625847798833:repository/aep-frontend",
    ]


def test_the_deploy_role_looks_up_images_of_other_accounts_but_no_fixed_tags(replaced):
    frontend, backend = STAGING.services
    images = (
        EcrImage(repository="shared/web", account="111122223333", region="eu-west-1"),
        EcrImage(repository="aep-backend", tag="1.0"),
    )
    services = [
        one.replace(container=one.container.replace(image=image))
        for one, image in zip((frontend, backend), images, strict=True)
    ]
    by_action = statements_by_action(replaced(delivery=GITHUB, services=services).after, "deploy")
    assert by_action["ecr:BatchGetImage"]["Resource"] == [
        "arn:aws:ecr:eu-west-1:111122223333:repository/shared/web"
    ]


def test_the_deploy_role_runs_one_off_tasks_only(replaced):
    assert "ecs:RunTask" not in statements_by_action(replaced(delivery=GITHUB).after, "deploy")
    services = [
        one.replace(one_off_tasks=(OneOffTask(name="migrate", command=("alembic", "upgrade")),))
        for one in STAGING.services
    ]
    by_action = statements_by_action(replaced(delivery=GITHUB, services=services).after, "deploy")
    assert by_action["ecs:RunTask"]["Resource"] == [
        f"{ECS}:task-definition/aep-frontend-staging-migrate:*",
        f"{ECS}:task-definition/aep-backend-staging-migrate:*",
    ]
    assert by_action["ecs:RunTask"]["Condition"] == {
        "ArnEquals": {"ecs:cluster": "${aws_ecs_cluster.cluster.arn}"}
    }


def test_the_deploy_role_reads_the_alarms_that_roll_back(replaced):
    assert "cloudwatch:DescribeAlarms" not in statements_by_action(
        replaced(delivery=GITHUB).after, "deploy"
    )
    frontend, backend = STAGING.services
    shifting = frontend.replace(
        deployment=Deployment.blue_green(rollback=RollbackAlarms(start_minutes=20))
    )
    document = replaced(
        delivery=GITHUB,
        services=(shifting, backend),
        hardening=Hardening.relaxed(container_insights=True),
    ).after
    service = document.one("aws_ecs_service", name="aep-frontend-staging-svc")
    addresses = {one.strip("${}").rpartition(".")[0] for one in service["alarms"]["alarm_names"]}
    alarms = document.all("aws_cloudwatch_metric_alarm")
    names = {alarm["alarm_name"] for alarm in alarms if alarm.address in addresses}
    readable = statements_by_action(document, "deploy")["cloudwatch:DescribeAlarms"]["Resource"]
    assert {alarm.partition(":alarm:")[2] for alarm in readable} == names
    assert len(names) == 5


def denials(document: TerraformDocument) -> list[dict[str, Any]]:
    """Return the conditions under which the deploy role starts no task."""
    denied = [one for one in statements_of(document, "deploy") if one["Effect"] == "Deny"]
    for one in denied:
        assert one["Action"] == ["ecs:RunTask", "ecs:UpdateService"]
        assert one["Resource"] == "*"
    return [one["Condition"] for one in denied]


@pytest.mark.parametrize("audited", [False, True])
def test_the_deploy_role_opens_no_session_unless_the_environment_has_audited_exec(
    replaced, audited
):
    change = replaced(delivery=GITHUB, hardening=Hardening.relaxed(audited_exec=audited))
    exec_denied = {"StringEquals": {"ecs:enable-execute-command": "true"}}
    assert denials(change.after) == ([] if audited else [exec_denied])


def test_with_private_tasks_the_deploy_role_uses_no_public_ip_and_no_other_subnet(replaced):
    network = ExistingVpc(
        vpc_id="vpc-0a000000",
        public_subnet_ids=("subnet-0a000001", "subnet-0a000002"),
        private_subnet_ids=("subnet-0a000003", "subnet-0a000004"),
    )
    document = replaced(
        delivery=GITHUB, network=network, existing_ids=None, hardening=Hardening.relaxed()
    ).after
    (service, *_) = document.all("aws_ecs_service")
    placement = service["network_configuration"]
    assert denials(document)[1:] == [
        {"Bool": {"ecs:auto-assign-public-ip": "true"}},
        {"ForAnyValue:StringNotEquals": {"ecs:subnet": placement["subnets"]}},
    ]


# The length of a session


@pytest.mark.parametrize(
    ("deployment", "hours"),
    [
        (Deployment.rolling(), 1),
        (Deployment.blue_green(bake_minutes=30), 2),
        (Deployment.linear(), 2),
        (Deployment.blue_green(bake_minutes=1440), 12),
    ],
)
def test_a_session_is_as_long_as_the_deployments_one_after_the_other(deployment, hours):
    frontend, backend = STAGING.services
    environment = STAGING.replace(services=(frontend.replace(deployment=deployment), backend))
    described = describe_deployment(environment).services
    needed = sum(timeout_seconds(one) for one in described)
    assert session_seconds(environment) == hours * 3600
    assert (hours - 1) * 3600 < needed
    assert needed <= hours * 3600 or hours == 12


def test_a_session_includes_the_one_off_tasks_but_no_service_of_terraform():
    assert Options().migration_timeout_seconds == ONE_OFF_TASK_SECONDS
    task = OneOffTask(name="migrate", command=("alembic", "upgrade"))
    frontend, backend = STAGING.services
    migrated = STAGING.replace(services=(frontend, backend.replace(one_off_tasks=(task,))))
    assert session_seconds(migrated) == session_seconds(STAGING) + ONE_OFF_TASK_SECONDS
    by_terraform = backend.replace(one_off_tasks=(task,), deployed_by="terraform")
    assert session_seconds(STAGING.replace(services=(frontend, by_terraform))) == 3600
