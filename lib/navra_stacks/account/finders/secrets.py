"""Finders for Secrets Manager secrets, which read metadata and never a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import common_pattern, created, describe, resolved_values
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
    Unsearchable,
    UnusableResourceError,
)

__all__ = ["VERSION", "other_secrets", "secret"]

VERSION = Unsearchable(
    "importing a version would write the secret's value into the state; the first apply adds a "
    "new version"
)


def secret(target: LookupTarget) -> Iterator[Candidate]:
    """Find a secret by its name, or by the ARN in a data source."""
    secret_id = target["name"] if "name" in target.block.body else target["arn"]
    live = target.account.find("secretsmanager", "describe_secret", SecretId=secret_id)
    if live is None:
        return
    if (deleted := live.get("DeletedDate")) is not None:
        raise UnusableResourceError(
            f"{live['Name']} is scheduled for deletion ({deleted:%Y-%m-%d}), and until then no "
            "other secret can have the name; wait until then, or restore the secret with "
            f"`aws secretsmanager restore-secret --region {target.account.region} --secret-id "
            f"{live['Name']}` and import it"
        )
    yield Candidate(
        live["ARN"],
        {
            "arn": live["ARN"],
            "id": live["ARN"],
            "kms_key_id": live.get("KmsKeyId", ""),
            "name": live["Name"],
        },
        _description(live),
        live,
    )


def _description(live: Mapping[str, Any]) -> str:
    deleted = live.get("DeletedDate")
    return describe(
        live.get("Description", ""),
        created(live.get("CreatedDate")),
        f"scheduled for deletion ({deleted:%Y-%m-%d})" if deleted else "",
        tags=live.get("Tags"),
    )


def other_secrets(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find secrets whose names are similar to the names of secrets in the document.

    The result also contains secrets that are scheduled for deletion.
    """
    names = {
        name for name, _ in resolved_values(results.targets("aws_secretsmanager_secret"), "name")
    }
    if (common := common_pattern(names)) is None:
        return
    arguments = {"Filters": [{"Key": "name", "Values": [common[0]]}]} if common[0] else {}
    for live in results.account.list_all(
        "secretsmanager", "list_secrets", IncludePlannedDeletion=True, **arguments
    ):
        if common[1].match(live["Name"]) and live["Name"] not in names:
            description = describe(live["Name"], _description(live))
            yield UnmanagedResource("aws_secretsmanager_secret", live["ARN"], description)
