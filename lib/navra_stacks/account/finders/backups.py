"""Finders for AWS Backup: vaults, plans and selections."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import created, describe
from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["plan", "selection", "vault"]


def vault(target: LookupTarget) -> Iterator[Candidate]:
    """Find a backup vault by its name.

    The finder lists all vaults, because AWS reports a missing vault as a missing permission.
    """
    name = target["name"]
    for live in target.account.list_all("backup", "list_backup_vaults"):
        if live["BackupVaultName"] == name:
            yield Candidate(name, {"arn": live["BackupVaultArn"], "name": name}, live=live)


def plan(target: LookupTarget) -> Iterator[Candidate]:
    """Find backup plans by name; several can have the same name."""
    for live in target.account.list_all("backup", "list_backup_plans"):
        if live["BackupPlanName"] == target["name"]:
            yield Candidate(
                live["BackupPlanId"],
                {"arn": live["BackupPlanArn"], "id": live["BackupPlanId"]},
                describe(live["BackupPlanName"], created(live.get("CreationDate"))),
                live,
            )


def selection(target: LookupTarget) -> Iterator[Candidate]:
    """Find the selections of one backup plan by selection name; several can have the same name."""
    plan_id = target["plan_id"]
    for live in target.account.list_all("backup", "list_backup_selections", BackupPlanId=plan_id):
        if live["SelectionName"] == target["name"]:
            yield Candidate(
                f"{plan_id}|{live['SelectionId']}",
                {"id": live["SelectionId"]},
                describe(live["SelectionName"], created(live.get("CreationDate"))),
                live,
            )
