"""Image repositories, the state bucket."""

from __future__ import annotations

import json

import pytest

from environments.staging import STAGING
from navra_stacks import (
    AccessLogs,
    EcrRepositories,
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
