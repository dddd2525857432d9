"""AWS Backup: vaults, plans and what they save."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import created, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["plan", "selection", "vault"]


def vault(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name, among all: AWS denies whoever describes one that is not there."""
    name = wanted["name"]
    for live in wanted.account.all("backup", "list_backup_vaults"):
        if live["BackupVaultName"] == name:
            yield Candidate(name, {"arn": live["BackupVaultArn"], "name": name}, live=live)


def plan(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name, of which AWS allows several."""
    for live in wanted.account.all("backup", "list_backup_plans"):
        if live["BackupPlanName"] == wanted["name"]:
            yield Candidate(
                live["BackupPlanId"],
                {"arn": live["BackupPlanArn"], "id": live["BackupPlanId"]},
                told(live["BackupPlanName"], created(live.get("CreationDate"))),
                live,
            )


def selection(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its plan and its name."""
    plan_id = wanted["plan_id"]
    for live in wanted.account.all("backup", "list_backup_selections", BackupPlanId=plan_id):
        if live["SelectionName"] == wanted["name"]:
            yield Candidate(
                f"{plan_id}|{live['SelectionId']}",
                {"id": live["SelectionId"]},
                told(live["SelectionName"], created(live.get("CreationDate"))),
                live,
            )
