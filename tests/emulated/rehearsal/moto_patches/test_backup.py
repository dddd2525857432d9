"""Patches for AWS Backup, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator_clients import Client

SELECTION = {
    "SelectionName": "database",
    "IamRoleArn": "arn:aws:iam::123456789012:role/backups",
    "Resources": ["arn:aws:rds:us-east-1:123456789012:db:shop"],
}


def plan(client: Client) -> str:
    backup = client("backup")
    backup.create_backup_vault(BackupVaultName="vault")
    rule = {"RuleName": "daily", "TargetBackupVaultName": "vault"}
    created = backup.create_backup_plan(BackupPlan={"BackupPlanName": "shop", "Rules": [rule]})
    return str(created["BackupPlanId"])


def test_a_plan_has_selections(patched: Client, unpatched: Client) -> None:
    backup, of = patched("backup"), {"BackupPlanId": plan(patched)}
    selection_id = backup.create_backup_selection(BackupSelection=SELECTION, **of)["SelectionId"]
    assert (
        backup.get_backup_selection(SelectionId=selection_id, **of)["BackupSelection"] == SELECTION
    )
    (listed,) = backup.list_backup_selections(**of)["BackupSelectionsList"]
    assert (listed["SelectionId"], listed["SelectionName"]) == (selection_id, "database")
    backup.delete_backup_selection(SelectionId=selection_id, **of)
    assert backup.list_backup_selections(**of)["BackupSelectionsList"] == []
    with pytest.raises(backup.exceptions.InvalidParameterValueException):
        backup.get_backup_selection(SelectionId=selection_id, **of)

    of = {"BackupPlanId": plan(unpatched)}
    with pytest.raises(NotImplementedError):
        unpatched("backup").create_backup_selection(BackupSelection=SELECTION, **of)


def test_a_plan_with_a_selection_is_not_deleted(patched: Client, unpatched: Client) -> None:
    backup, of = patched("backup"), {"BackupPlanId": plan(patched)}
    selection_id = backup.create_backup_selection(BackupSelection=SELECTION, **of)["SelectionId"]
    with pytest.raises(backup.exceptions.InvalidRequestException):
        backup.delete_backup_plan(**of)
    backup.delete_backup_selection(SelectionId=selection_id, **of)
    backup.delete_backup_plan(**of)


def test_a_deleted_plan_no_longer_exists(patched: Client, unpatched: Client) -> None:
    for client in (patched, unpatched):
        client("backup").delete_backup_plan(BackupPlanId=(id_ := plan(client)))
        if client is patched:
            with pytest.raises(client("backup").exceptions.ResourceNotFoundException):
                client("backup").get_backup_plan(BackupPlanId=id_)
        else:
            assert client("backup").get_backup_plan(BackupPlanId=id_)["DeletionDate"]


def test_tags_are_listed_without_a_trailing_slash(patched: Client, unpatched: Client) -> None:
    def tags(client: Client) -> dict[str, str]:
        backup = client("backup")
        arn = backup.create_backup_vault(BackupVaultName="vault", BackupVaultTags={"a": "b"})[
            "BackupVaultArn"
        ]
        assert backup.list_tags(ResourceArn=arn)["Tags"] == {"a": "b"}
        # The AWS SDK for Go sends the request without a trailing slash.
        backup.meta.events.register("before-sign.backup.ListTags", without_slash)
        found = backup.list_tags(ResourceArn=arn)["Tags"]
        backup.meta.events.unregister("before-sign.backup.ListTags", without_slash)
        return dict(found)

    assert tags(patched) == {"a": "b"}
    assert tags(unpatched) == {}


def without_slash(request: Any, **_: Any) -> None:
    request.url = request.url.rstrip("/")


def test_a_vault_lists_its_recovery_points(patched: Client, unpatched: Client) -> None:
    plan(patched)
    backup = patched("backup")
    assert (
        backup.list_recovery_points_by_backup_vault(BackupVaultName="vault")["RecoveryPoints"] == []
    )
    with pytest.raises(backup.exceptions.ResourceNotFoundException):
        backup.list_recovery_points_by_backup_vault(BackupVaultName="another")

    plan(unpatched)
    with pytest.raises(unpatched("backup").exceptions.ClientError):
        unpatched("backup").list_recovery_points_by_backup_vault(BackupVaultName="vault")
