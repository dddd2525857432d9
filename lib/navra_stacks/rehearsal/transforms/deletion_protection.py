"""Remove deletion protection from a copy of a document, so that Terraform can destroy it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.document import TerraformDocument

__all__ = ["UnprotectedDocument", "without_protections"]

UNPROTECTED: Mapping[str, Any] = {
    "deletion_protection": False,
    "deletion_protection_enabled": False,
    "enable_deletion_protection": False,
    "skip_destroy": False,
    "skip_final_snapshot": True,
    "prevent_destroy": False,
}
"""The values that turn protection off, by argument, for resources of every type. An argument is
changed only if the resource has it.
"""

FORCED: Mapping[str, Mapping[str, Any]] = {
    "aws_backup_vault": {"force_destroy": True},
    "aws_db_instance": {"delete_automated_backups": True, "skip_final_snapshot": True},
    "aws_docdb_cluster": {"skip_final_snapshot": True},
    "aws_ecr_repository": {"force_delete": True},
    "aws_rds_cluster": {"skip_final_snapshot": True},
    "aws_s3_bucket": {"force_destroy": True},
    "aws_secretsmanager_secret": {"recovery_window_in_days": 0},
    "aws_elasticache_replication_group": {"final_snapshot_identifier": None},
    "aws_elasticache_cluster": {"final_snapshot_identifier": None},
}
"""The arguments that allow deleting a resource with its content, by resource type. An argument
whose value here is None is removed.
"""

_DEFAULTS: Mapping[str, Any] = {
    "force_destroy": False,
    "force_delete": False,
    "recovery_window_in_days": 30,
    "delete_automated_backups": True,
    "skip_final_snapshot": False,
    "final_snapshot_identifier": None,
}


class UnprotectedDocument:
    """A copy of a document from which deletion protection is removed, and the list of changes."""

    def __init__(self, document: dict[str, Any], changes: list[str], addresses: list[str]) -> None:
        self.document = document
        self.changes = tuple(changes)
        """The removed protections, for example ``aws_lb.main: enable_deletion_protection = false``
        or ``aws_lb.main: prevent_destroy``.
        """
        self.addresses = tuple(addresses)
        """The resources whose changes must be applied before the destroy."""

    @property
    def needs_apply(self) -> bool:
        """Whether some changes must be applied before the destroy."""
        return bool(self.addresses)


def without_protections(document: Mapping[str, Any]) -> UnprotectedDocument:
    """Return a copy of `document` that Terraform can destroy."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    changes: list[str] = []
    addresses: list[str] = []
    for block in TerraformDocument(copy).resources:
        body: Any = block.body
        rules = body.get("lifecycle") or {}
        if rules.get("prevent_destroy") is True:
            rules["prevent_destroy"] = False
            changes.append(f"{block.address}: prevent_destroy")
        present = {name: value for name, value in UNPROTECTED.items() if name in body}
        for name, value in (present | dict(FORCED.get(block.type, {}))).items():
            if body.get(name, _DEFAULTS.get(name)) == value:
                continue
            if value is None:
                del body[name]
            else:
                body[name] = value
            changes.append(f"{block.address}: {name} = {json.dumps(value)}")
            if block.address not in addresses:
                addresses.append(block.address)
    return UnprotectedDocument(copy, changes, addresses)
