"""Backups."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from moto.backup import urls
from moto.backup.exceptions import InvalidParameterValueException, InvalidRequestException
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse
from moto.core.utils import unix_time

from navra_stacks.rehearsal.gaps.patching import add_to, around

__all__ = [
    "plans_have_selections",
    "tags_are_told_to_the_provider",
    "vaults_list_their_recovery_points",
]


def plans_have_selections() -> None:
    """What a plan backs up. Goes when moto has CreateBackupSelection."""
    if hasattr(BackupResponse, create_backup_selection.__name__):
        return
    add_to(
        BackupResponse,
        create_backup_selection,
        get_backup_selection,
        list_backup_selections,
        delete_backup_selection,
    )

    @around(BackupBackend)
    def delete_backup_plan(delete: Any, backend: Any, backup_plan_id: str) -> Any:
        if any(one["BackupPlanId"] == backup_plan_id for one in _selections(backend).values()):
            raise InvalidRequestException(
                "Related backup plan selections must be deleted prior to backup plan deletion"
            )
        return delete(backend, backup_plan_id)


def _selections(backend: Any) -> dict[str, dict[str, Any]]:
    # Among what the backend forgets when it is reset.
    selections: dict[str, dict[str, Any]] = vars(backend).setdefault("selections", {})
    return selections


def _plan_id(response: Any) -> str:
    return str(response.path.split("/plans/")[1].split("/")[0])


def _found(response: Any) -> dict[str, Any]:
    selection = response.path.rstrip("/").split("/")[-1]
    found = _selections(response.backup_backend).get(selection)
    if found is None or found["BackupPlanId"] != _plan_id(response):
        raise InvalidParameterValueException(f"Cannot find backup selection {selection}")
    return found


def create_backup_selection(response: Any) -> str:
    """One more selection of a plan that exists."""
    backend, asked = response.backup_backend, json.loads(response.body)
    plan = backend.get_backup_plan(_plan_id(response), None)
    made = {
        "SelectionId": str(uuid4()),
        "BackupPlanId": plan.backup_plan_id,
        "CreationDate": unix_time(),
        "BackupSelection": asked["BackupSelection"],
        "CreatorRequestId": asked.get("CreatorRequestId"),
    }
    _selections(backend)[made["SelectionId"]] = made
    return json.dumps({key: made[key] for key in ("SelectionId", "BackupPlanId", "CreationDate")})


def get_backup_selection(response: Any) -> str:
    """One selection of a plan."""
    return json.dumps(_found(response))


def list_backup_selections(response: Any) -> str:
    """All selections of a plan."""
    found = [
        {
            "SelectionId": one["SelectionId"],
            "SelectionName": one["BackupSelection"]["SelectionName"],
            "BackupPlanId": one["BackupPlanId"],
            "CreationDate": one["CreationDate"],
            "CreatorRequestId": one["CreatorRequestId"],
            "IamRoleArn": one["BackupSelection"]["IamRoleArn"],
        }
        for one in _selections(response.backup_backend).values()
        if one["BackupPlanId"] == _plan_id(response)
    ]
    return json.dumps({"BackupSelectionsList": found})


def delete_backup_selection(response: Any) -> str:
    """One selection of a plan."""
    del _selections(response.backup_backend)[_found(response)["SelectionId"]]
    return "{}"


def tags_are_told_to_the_provider() -> None:
    """Its SDK asks without a slash at the end, boto3 with one. Goes when moto hears both."""

    @around(BackupResponse)
    def list_tags(_: Any, response: Any) -> str:
        arn = unquote(response.path.rstrip("/").split("/")[-1])
        return json.dumps({"Tags": response.backup_backend.list_tags(resource_arn=arn)})


def vaults_list_their_recovery_points() -> None:
    """None: moto makes no backups. Goes when moto has ListRecoveryPointsByBackupVault."""
    if not hasattr(BackupResponse, list_recovery_points_by_backup_vault.__name__):
        add_to(BackupResponse, list_recovery_points_by_backup_vault)
        pattern = "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/$"
        urls.url_paths[pattern] = urls.response.dispatch


def list_recovery_points_by_backup_vault(response: Any) -> str:
    """What a vault holds; that there is such a vault is made sure."""
    response.backup_backend.describe_backup_vault(response.path.split("/")[2])
    return json.dumps({"RecoveryPoints": []})
