"""What is lifted so that an environment can be destroyed again, and that it is said."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from navra_stacks.rehearsal.transforms.deletion_protection import without_protections
from tests.support.synthesized import Built


def of(type_: str, **body: Any) -> dict[str, Any]:
    return {"resource": {type_: {"one": body}}}


@pytest.mark.parametrize(
    ("type_", "argument", "protected", "free"),
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
def test_a_protection_is_lifted_and_said(
    type_: str, argument: str, protected: Any, free: Any
) -> None:
    found = without_protections(of(type_, **{argument: protected, "name": "n"}))
    assert found.document["resource"][type_]["one"][argument] == free
    assert [one.partition(" =")[0] for one in found.told if argument in one] == [
        f"{type_}.one: {argument}"
    ]
    assert found.needs_apply


@pytest.mark.parametrize("type_", ["aws_s3_bucket", "aws_ecr_repository", "aws_db_instance"])
def test_what_protects_by_itself_is_lifted_too(type_: str) -> None:
    found = without_protections(of(type_, name="n"))
    assert len(found.told) == 1
    assert found.needs_apply


def test_a_final_snapshot_is_not_taken() -> None:
    found = without_protections(
        of("aws_elasticache_replication_group", final_snapshot_identifier="last")
    )
    assert found.document["resource"]["aws_elasticache_replication_group"]["one"] == {}


@pytest.mark.parametrize("lifecycle", [{"prevent_destroy": True}, [{"prevent_destroy": True}]])
def test_terraforms_own_refusal_is_lifted_without_an_apply(lifecycle: Any) -> None:
    found = without_protections(of("aws_kms_key", lifecycle=lifecycle))
    body = found.document["resource"]["aws_kms_key"]["one"]["lifecycle"]
    assert body in ({"prevent_destroy": False}, [{"prevent_destroy": False}])
    assert found.told == ("aws_kms_key.one: prevent_destroy",)
    assert not found.needs_apply


def test_what_is_not_protected_is_left_alone() -> None:
    document = of("aws_lb", enable_deletion_protection=False) | {"data": {"aws_lb": {"one": {}}}}
    found = without_protections(document)
    assert (found.document, found.told, found.needs_apply) == (document, (), False)


def test_the_document_itself_stays_protected(prod: Built) -> None:
    before = copy.deepcopy(prod.content)
    found = without_protections(prod.content)
    assert prod.content == before
    assert "aws_lb.load_balancer: enable_deletion_protection = false" in found.told
    assert "aws_db_instance.database: prevent_destroy" in found.told
