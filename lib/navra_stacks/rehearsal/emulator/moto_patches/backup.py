"""Patches for AWS Backup."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from moto.backup import urls
from moto.backup.exceptions import InvalidParameterValueException, InvalidRequestException
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse
from moto.core.common_models import BaseModel
from moto.core.utils import unix_time

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = [
    "add_plan_selections",
    "add_recovery_point_listing",
    "list_tags_without_trailing_slash",
    "remove_deleted_plans",
]


class Selection(BaseModel):
    """A backup selection: the resources that a plan backs up, and the IAM role for the backups."""

    def __init__(self, plan: str, request: dict[str, Any]) -> None:
        self.selection_id = str(uuid4())
        self.plan = plan
        self.created = unix_time()
        self.content = request["BackupSelection"]
        self.request = request.get("CreatorRequestId")

    def summary(self) -> dict[str, Any]:
        """Return the fields that all responses contain: the IDs and the creation date."""
        return {
            "SelectionId": self.selection_id,
            "BackupPlanId": self.plan,
            "CreationDate": self.created,
        }


def add_plan_selections() -> None:
    """Add operations for backup selections; a plan that has selections cannot be deleted.

    Remove this patch when moto has CreateBackupSelection.
    """
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
        if any(selection.plan == backup_plan_id for selection in _selections(backend).values()):
            raise InvalidRequestException(
                "Related backup plan selections must be deleted prior to backup plan deletion"
            )
        return delete(backend, backup_plan_id)


def _selections(backend: Any) -> dict[str, Selection]:
    # In an attribute of the backend, so that a reset deletes them.
    selections: dict[str, Selection] = vars(backend).setdefault("selections", {})
    return selections


def _plan_id(response: Any) -> str:
    return str(response.path.split("/plans/")[1].split("/")[0])


def _selection(response: Any) -> Selection:
    """Return the backup selection that the request names."""
    id_ = response.path.rstrip("/").split("/")[-1]
    selection = _selections(response.backup_backend).get(id_)
    if selection is None or selection.plan != _plan_id(response):
        raise InvalidParameterValueException(f"Cannot find backup selection {id_}")
    return selection


def create_backup_selection(response: Any) -> str:
    """Add a backup selection to an existing plan."""
    backend = response.backup_backend
    plan = backend.get_backup_plan(_plan_id(response), None)
    selection = Selection(plan.backup_plan_id, json.loads(response.body))
    _selections(backend)[selection.selection_id] = selection
    return json.dumps(selection.summary())


def get_backup_selection(response: Any) -> str:
    """Return a backup selection of a plan."""
    selection = _selection(response)
    details = {"BackupSelection": selection.content, "CreatorRequestId": selection.request}
    return json.dumps(selection.summary() | details)


def list_backup_selections(response: Any) -> str:
    """Return all backup selections of a plan."""
    found = [
        selection.summary()
        | {
            "SelectionName": selection.content["SelectionName"],
            "CreatorRequestId": selection.request,
            "IamRoleArn": selection.content["IamRoleArn"],
        }
        for selection in _selections(response.backup_backend).values()
        if selection.plan == _plan_id(response)
    ]
    return json.dumps({"BackupSelectionsList": found})


def delete_backup_selection(response: Any) -> str:
    """Delete a backup selection of a plan."""
    del _selections(response.backup_backend)[_selection(response).selection_id]
    return "{}"


def remove_deleted_plans() -> None:
    """Make DeleteBackupPlan remove the plan at once, so that its name can be used again.

    With the patch, ListBackupPlans cannot list deleted plans, although it can on AWS. Remove this
    patch when moto's GetBackupPlan no longer finds a deleted plan.
    """

    @around(BackupBackend)
    def delete_backup_plan(delete: Any, backend: Any, backup_plan_id: str) -> Any:
        result = delete(backend, backup_plan_id)
        if (plan := backend.plans.pop(backup_plan_id, None)) is not None:
            backend.tagger.delete_all_tags_for_resource(plan.backup_plan_arn)
        return result


def list_tags_without_trailing_slash() -> None:
    """Make ListTags accept requests whose path has no trailing slash.

    The AWS provider sends such requests; requests from boto3 have a trailing slash. Remove this
    patch when moto accepts both forms.
    """

    @around(BackupResponse)
    def list_tags(_: Any, response: Any) -> str:
        arn = unquote(response.path.rstrip("/").split("/")[-1])
        return json.dumps({"Tags": response.backup_backend.list_tags(resource_arn=arn)})


def add_recovery_point_listing() -> None:
    """Add ListRecoveryPointsByBackupVault with an empty result, because moto creates no backups.

    Remove this patch when moto has the operation.
    """
    if not hasattr(BackupResponse, list_recovery_points_by_backup_vault.__name__):
        add_to(BackupResponse, list_recovery_points_by_backup_vault)
        pattern = "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/$"
        urls.url_paths[pattern] = urls.response.dispatch


def list_recovery_points_by_backup_vault(response: Any) -> str:
    """Return an empty list of recovery points, or an error if the vault does not exist."""
    response.backup_backend.describe_backup_vault(response.path.split("/")[2])
    return json.dumps({"RecoveryPoints": []})
