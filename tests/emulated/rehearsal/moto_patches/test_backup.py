"""What the emulator knows of backups, and moto does not."""

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
    made = backup.create_backup_plan(BackupPlan={"BackupPlanName": "shop", "Rules": [rule]})
    return str(made["BackupPlanId"])


def test_a_plan_has_selections(taught: Client, untaught: Client) -> None:
    backup, of = taught("backup"), {"BackupPlanId": plan(taught)}
    made = backup.create_backup_selection(BackupSelection=SELECTION, **of)["SelectionId"]
    assert backup.get_backup_selection(SelectionId=made, **of)["BackupSelection"] == SELECTION
    (listed,) = backup.list_backup_selections(**of)["BackupSelectionsList"]
    assert (listed["SelectionId"], listed["SelectionName"]) == (made, "database")
    backup.delete_backup_selection(SelectionId=made, **of)
    assert backup.list_backup_selections(**of)["BackupSelectionsList"] == []
    with pytest.raises(backup.exceptions.InvalidParameterValueException):
        backup.get_backup_selection(SelectionId=made, **of)

    of = {"BackupPlanId": plan(untaught)}
    with pytest.raises(NotImplementedError):
        untaught("backup").create_backup_selection(BackupSelection=SELECTION, **of)


def test_a_plan_with_a_selection_is_not_deleted(taught: Client, untaught: Client) -> None:
    backup, of = taught("backup"), {"BackupPlanId": plan(taught)}
    made = backup.create_backup_selection(BackupSelection=SELECTION, **of)["SelectionId"]
    with pytest.raises(backup.exceptions.InvalidRequestException):
        backup.delete_backup_plan(**of)
    backup.delete_backup_selection(SelectionId=made, **of)
    backup.delete_backup_plan(**of)


def test_a_plan_is_gone_once_deleted(taught: Client, untaught: Client) -> None:
    for client in (taught, untaught):
        client("backup").delete_backup_plan(BackupPlanId=(id_ := plan(client)))
        if client is taught:
            with pytest.raises(client("backup").exceptions.ResourceNotFoundException):
                client("backup").get_backup_plan(BackupPlanId=id_)
        else:
            assert client("backup").get_backup_plan(BackupPlanId=id_)["DeletionDate"]


def test_tags_are_told_to_the_provider(taught: Client, untaught: Client) -> None:
    def tags(client: Client) -> dict[str, str]:
        backup = client("backup")
        arn = backup.create_backup_vault(BackupVaultName="vault", BackupVaultTags={"a": "b"})[
            "BackupVaultArn"
        ]
        assert backup.list_tags(ResourceArn=arn)["Tags"] == {"a": "b"}
        # As the SDK of Go asks.
        backup.meta.events.register("before-sign.backup.ListTags", without_slash)
        told = backup.list_tags(ResourceArn=arn)["Tags"]
        backup.meta.events.unregister("before-sign.backup.ListTags", without_slash)
        return dict(told)

    assert tags(taught) == {"a": "b"}
    assert tags(untaught) == {}


def without_slash(request: Any, **_: Any) -> None:
    request.url = request.url.rstrip("/")


def test_a_vault_lists_its_recovery_points(taught: Client, untaught: Client) -> None:
    plan(taught)
    backup = taught("backup")
    assert (
        backup.list_recovery_points_by_backup_vault(BackupVaultName="vault")["RecoveryPoints"] == []
    )
    with pytest.raises(backup.exceptions.ResourceNotFoundException):
        backup.list_recovery_points_by_backup_vault(BackupVaultName="another")

    plan(untaught)
    with pytest.raises(untaught("backup").exceptions.ClientError):
        untaught("backup").list_recovery_points_by_backup_vault(BackupVaultName="vault")
