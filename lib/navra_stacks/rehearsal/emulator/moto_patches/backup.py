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
from moto.core.common_models import BaseModel
from moto.core.utils import unix_time

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = [
    "a_plan_is_gone_once_deleted",
    "plans_have_selections",
    "tags_are_told_to_the_provider",
    "vaults_list_their_recovery_points",
]


class Selection(BaseModel):
    """What a plan backs up, and as which role."""

    def __init__(self, plan: str, asked: dict[str, Any]) -> None:
        self.selection_id = str(uuid4())
        self.plan = plan
        self.created = unix_time()
        self.content = asked["BackupSelection"]
        self.request = asked.get("CreatorRequestId")

    def brief(self) -> dict[str, Any]:
        """What tells it from others."""
        return {
            "SelectionId": self.selection_id,
            "BackupPlanId": self.plan,
            "CreationDate": self.created,
        }


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
        if any(one.plan == backup_plan_id for one in _selections(backend).values()):
            raise InvalidRequestException(
                "Related backup plan selections must be deleted prior to backup plan deletion"
            )
        return delete(backend, backup_plan_id)


def _selections(backend: Any) -> dict[str, Selection]:
    # Among what the backend forgets when it is reset.
    selections: dict[str, Selection] = vars(backend).setdefault("selections", {})
    return selections


def _plan_id(response: Any) -> str:
    return str(response.path.split("/plans/")[1].split("/")[0])


def _found(response: Any) -> Selection:
    selection = response.path.rstrip("/").split("/")[-1]
    found = _selections(response.backup_backend).get(selection)
    if found is None or found.plan != _plan_id(response):
        raise InvalidParameterValueException(f"Cannot find backup selection {selection}")
    return found


def create_backup_selection(response: Any) -> str:
    """One more selection of a plan that exists."""
    backend = response.backup_backend
    plan = backend.get_backup_plan(_plan_id(response), None)
    made = Selection(plan.backup_plan_id, json.loads(response.body))
    _selections(backend)[made.selection_id] = made
    return json.dumps(made.brief())


def get_backup_selection(response: Any) -> str:
    """One selection of a plan."""
    found = _found(response)
    told = {"BackupSelection": found.content, "CreatorRequestId": found.request}
    return json.dumps(found.brief() | told)


def list_backup_selections(response: Any) -> str:
    """All selections of a plan."""
    found = [
        one.brief()
        | {
            "SelectionName": one.content["SelectionName"],
            "CreatorRequestId": one.request,
            "IamRoleArn": one.content["IamRoleArn"],
        }
        for one in _selections(response.backup_backend).values()
        if one.plan == _plan_id(response)
    ]
    return json.dumps({"BackupSelectionsList": found})


def delete_backup_selection(response: Any) -> str:
    """One selection of a plan."""
    del _selections(response.backup_backend)[_found(response).selection_id]
    return "{}"


def a_plan_is_gone_once_deleted() -> None:
    """And its name is free. Goes when moto's GetBackupPlan finds it no longer.

    ListBackupPlans does not tell those that were deleted, though AWS can be asked for them.
    """

    @around(BackupBackend)
    def delete_backup_plan(delete: Any, backend: Any, backup_plan_id: str) -> Any:
        answer = delete(backend, backup_plan_id)
        if (plan := backend.plans.pop(backup_plan_id, None)) is not None:
            backend.tagger.delete_all_tags_for_resource(plan.backup_plan_arn)
        return answer


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
