"""Image repositories, the deploy role, the state bucket."""

from __future__ import annotations

import json

import pytest

from environments.staging import STAGING
from navra_stacks import (
    AccessLogs,
    EcrRepositories,
    GitHubDeployRole,
    Hardening,
    S3State,
    SettingsError,
    synthesize,
)
from navra_stacks.terraform.document import TerraformDocument

REPOSITORIES = {
    "aws_ecr_lifecycle_policy.aep_backend_lifecycle",
    "aws_ecr_lifecycle_policy.aep_frontend_lifecycle",
    "aws_ecr_repository.aep_backend_repository",
    "aws_ecr_repository.aep_frontend_repository",
}
GITHUB = GitHubDeployRole.from_branch("navralabs/aep", "main")


def test_image_repositories_add_one_repository_per_image_and_nothing_else(replaced):
    change = replaced(registry=EcrRepositories())
    assert (change.added, change.removed, change.changed) == (REPOSITORIES, set(), set())


def test_tags_are_immutable_and_images_are_scanned(replaced):
    for repository in replaced(registry=EcrRepositories()).after.all("aws_ecr_repository"):
        assert repository["image_tag_mutability"] == "IMMUTABLE"
        assert repository["image_scanning_configuration"] == {"scan_on_push": True}


def test_old_images_expire(replaced):
    document = replaced(
        registry=EcrRepositories(keep_images=20, keep_deployed=30, untagged_days=3)
    ).after
    for policy in document.all("aws_ecr_lifecycle_policy"):
        rules = json.loads(policy["policy"])["rules"]
        selections = [rule["selection"] for rule in rules]
        assert [rule["rulePriority"] for rule in rules] == [1, 2, 3]
        assert [one["countNumber"] for one in selections] == [3, 30, 20]
        # ECR never expires an image by a rule if a rule before it matches the tags of the image.
        assert [one.get("tagPatternList") for one in selections] == [None, ["deployed-*"], ["*"]]


def test_a_protected_repository_is_not_destroyed_with_its_stack(replaced):
    relaxed = replaced(registry=EcrRepositories()).after
    hardened = replaced(
        registry=EcrRepositories(), hardening=Hardening.relaxed(deletion_protection=True)
    ).after
    for repository in relaxed.all("aws_ecr_repository"):
        assert repository["force_delete"] is True
        assert "prevent_destroy" not in repository["lifecycle"]
    for repository in hardened.all("aws_ecr_repository"):
        assert "force_delete" not in repository.body
        assert repository["lifecycle"]["prevent_destroy"] is True


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
    policy = replaced(delivery=GITHUB).after.one("aws_iam_role_policy", name="deploy")
    by_action = {
        action: statement
        for statement in json.loads(policy["policy"])["Statement"]
        if statement["Effect"] == "Allow"
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    ecs = "arn:aws:ecs:us-east-1:625847798833"
    assert by_action["ecs:StopServiceDeployment"] == by_action["ecs:UpdateService"]
    tagged = {
        statement["Condition"]["StringEquals"]["ecs:CreateAction"]
        for statement in json.loads(policy["policy"])["Statement"]
        if statement["Action"] == "ecs:TagResource"
    }
    assert tagged == {"RegisterTaskDefinition", "RunTask"}
    assert by_action["ecs:UpdateService"]["Resource"][:2] == [
        f"{ecs}:service/aep-staging/aep-frontend-staging-svc",
        f"{ecs}:service/aep-staging/aep-backend-staging-svc",
    ]
    assert by_action["ecs:RegisterTaskDefinition"]["Resource"] == [
        f"{ecs}:task-definition/aep-frontend-staging:*",
        f"{ecs}:task-definition/aep-backend-staging:*",
    ]
    assert by_action["ecr:PutImage"]["Resource"] == [
        "arn:aws:ecr:us-east-1:625847798833:repository/aep-backend",
        "arn:aws:ecr:us-east-1:625847798833:repository/aep-frontend",
    ]
    assert by_action["iam:PassRole"]["Resource"] == [
        "${aws_iam_role.frontend_execution_role.arn}",
        "${aws_iam_role.frontend_task_role.arn}",
        "${aws_iam_role.backend_execution_role.arn}",
        "${aws_iam_role.backend_task_role.arn}",
    ]
    assert by_action["iam:PassRole"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }
    wide = {action for action, s in by_action.items() if s["Resource"] == "*"}
    assert wide == {"ecs:DescribeTaskDefinition", "ecr:GetAuthorizationToken"}


@pytest.mark.parametrize("audited", [False, True])
def test_the_deploy_role_opens_no_session_unless_the_environment_has_audited_exec(
    replaced, audited
):
    hardening = Hardening.relaxed(audited_exec=audited)
    change = replaced(delivery=GITHUB, hardening=hardening)
    policy = change.after.one("aws_iam_role_policy", name="deploy")
    denied = [one for one in json.loads(policy["policy"])["Statement"] if one["Effect"] == "Deny"]
    exec_denied = {
        "Effect": "Deny",
        "Action": ["ecs:RunTask", "ecs:UpdateService"],
        "Resource": "*",
        "Condition": {"Bool": {"ecs:enable-execute-command": "true"}},
    }
    assert denied == ([] if audited else [exec_denied])


@pytest.fixture(scope="module")
def bootstrapped(tmp_path_factory) -> tuple[TerraformDocument, TerraformDocument]:
    state = S3State(bucket="navra-aep-staging-state", bootstrapped=True)
    written = synthesize([STAGING.replace(state=state)], tmp_path_factory.mktemp("out"))
    assert [one.stack for one in written] == ["aep-staging-state", "aep-staging"]
    first, second = (TerraformDocument.read(one.path) for one in written)
    return first, second


def test_the_bootstrap_stack_contains_the_bucket_and_its_logs_only(bootstrapped):
    buckets = ("state_bucket", "state_log_bucket")
    assert set(bootstrapped[0].addresses) == {
        "aws_kms_alias.state_key_alias",
        "aws_kms_key.state_key",
        "aws_s3_bucket_logging.state_bucket_logging",
        *(f"aws_s3_bucket.{bucket}" for bucket in buckets),
        *(
            f"aws_s3_bucket_{argument}.{bucket}_{name}"
            for bucket in buckets
            for argument, name in (
                ("lifecycle_configuration", "lifecycle"),
                ("ownership_controls", "ownership"),
                ("policy", "policy"),
                ("public_access_block", "public_access_block"),
                ("server_side_encryption_configuration", "encryption"),
                ("versioning", "versioning"),
            )
        ),
    }


def test_the_environments_resources_do_not_depend_on_its_state(bootstrapped, staging):
    assert bootstrapped[1].addresses == staging.addresses


def test_the_state_bucket_its_key_and_its_logs_cannot_be_destroyed(bootstrapped):
    for type_ in ("aws_s3_bucket", "aws_kms_key"):
        for resource in bootstrapped[0].all(type_):
            assert resource["lifecycle"] == {"prevent_destroy": True}


def test_a_state_bucket_can_be_without_access_logs(tmp_path):
    state = S3State(bucket="shop-state", bootstrapped=True, access_logs=False)
    written, _ = synthesize([STAGING.replace(state=state)], tmp_path)
    assert TerraformDocument.read(written.path).one("aws_s3_bucket")["bucket"] == "shop-state"


def test_rejects_a_state_bucket_whose_log_bucket_has_a_name_that_is_too_long_or_taken():
    (problem,) = S3State(bucket="b" * 59, bootstrapped=True).problems()
    assert "-logs' for the bucket with its access logs, with 64 characters" in problem.message
    assert not S3State(bucket="b" * 59, bootstrapped=True, access_logs=False).problems()
    with pytest.raises(SettingsError, match="is also the bucket with the access logs"):
        STAGING.replace(
            state=S3State(bucket="shop-state", bootstrapped=True),
            hardening=Hardening.relaxed(access_logs=AccessLogs(bucket_name="shop-state-logs")),
        )


def test_the_state_is_encrypted_with_the_key_of_the_bucket(bootstrapped):
    encryption = bootstrapped[0].one(
        "aws_s3_bucket_server_side_encryption_configuration",
        bucket="${aws_s3_bucket.state_bucket.id}",
    )
    (rule,) = encryption["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {
        "kms_master_key_id": "${aws_kms_key.state_key.arn}",
        "sse_algorithm": "aws:kms",
    }
    backend = bootstrapped[1].content["terraform"]["backend"]["s3"]
    assert backend == {
        "bucket": "navra-aep-staging-state",
        "key": "aep/staging/terraform.tfstate",
        "region": "us-east-1",
        "use_lockfile": True,
    }


def test_the_bootstrap_stack_has_a_local_state_and_a_pinned_account(bootstrapped):
    content = bootstrapped[0].content
    assert content["terraform"]["backend"] == {
        "local": {"path": "../../../terraform.aep-staging-state.tfstate"}
    }
    assert content["provider"]["aws"][0]["allowed_account_ids"] == ["625847798833"]
