"""Deletion protection is removed before a destroy, and each change is reported."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from navra_stacks.rehearsal.transforms.deletion_protection import without_protections
from tests.support.synthesized import Built


def document_with(type_: str, **body: Any) -> dict[str, Any]:
    return {"resource": {type_: {"one": body}}}


@pytest.mark.parametrize(
    ("type_", "argument", "protected", "unprotected"),
    [
        ("aws_lb", "enable_deletion_protection", True, False),
        ("aws_db_instance", "deletion_protection", True, False),
        ("aws_cognito_user_pool", "deletion_protection", "ACTIVE", False),
        ("aws_dynamodb_table", "deletion_protection_enabled", True, False),
        ("aws_db_instance", "skip_final_snapshot", False, True),
        ("aws_db_instance", "delete_automated_backups", False, True),
        ("aws_db_parameter_group", "skip_destroy", True, False),
        ("aws_s3_bucket", "force_destroy", False, True),
        ("aws_ecr_repository", "force_delete", False, True),
        ("aws_backup_vault", "force_destroy", False, True),
        ("aws_secretsmanager_secret", "recovery_window_in_days", 30, 0),
        ("aws_cloudwatch_log_group", "skip_destroy", True, False),
    ],
)
def test_a_protection_is_removed_and_reported(
    type_: str, argument: str, protected: Any, unprotected: Any
) -> None:
    found = without_protections(document_with(type_, **{argument: protected, "name": "n"}))
    assert found.document["resource"][type_]["one"][argument] == unprotected
    assert [change.partition(" =")[0] for change in found.changes if argument in change] == [
        f"{type_}.one: {argument}"
    ]
    assert found.needs_apply
    assert found.addresses == (f"{type_}.one",)


@pytest.mark.parametrize("type_", ["aws_s3_bucket", "aws_ecr_repository", "aws_db_instance"])
def test_protection_by_default_is_removed(type_: str) -> None:
    found = without_protections(document_with(type_, name="n"))
    assert len(found.changes) == 1
    assert found.needs_apply


def test_a_final_snapshot_is_not_created() -> None:
    found = without_protections(
        document_with("aws_elasticache_replication_group", final_snapshot_identifier="last")
    )
    assert found.document["resource"]["aws_elasticache_replication_group"]["one"] == {}


def test_prevent_destroy_is_removed_without_an_apply() -> None:
    found = without_protections(document_with("aws_kms_key", lifecycle={"prevent_destroy": True}))
    body = found.document["resource"]["aws_kms_key"]["one"]["lifecycle"]
    assert body == {"prevent_destroy": False}
    assert found.changes == ("aws_kms_key.one: prevent_destroy",)
    assert not found.needs_apply


def test_a_document_without_protection_is_not_changed() -> None:
    document = document_with("aws_lb", enable_deletion_protection=False)
    document["data"] = {"aws_lb": {"one": {}}}
    found = without_protections(document)
    assert (found.document, found.changes, found.needs_apply) == (document, (), False)
    assert found.addresses == ()


def test_only_a_copy_is_changed(prod: Built) -> None:
    before = copy.deepcopy(prod.content)
    found = without_protections(prod.content)
    assert prod.content == before
    assert "aws_lb.load_balancer: enable_deletion_protection = false" in found.changes
    assert "aws_db_instance.database: prevent_destroy" in found.changes
