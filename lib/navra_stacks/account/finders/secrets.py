"""Secrets, of which nothing but the name, the key and the dates is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import akin, created, known, told
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupTarget,
    Survey,
    UnmanagedResource,
    Unsearchable,
    UnusableResourceError,
)

__all__ = ["VERSION", "other_secrets", "secret"]

VERSION = Unsearchable(
    "to import a version would write the secret's value into the state; the first apply adds one"
)


def secret(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name, or the ARN that a data source is given."""
    given = wanted["name"] if "name" in wanted.block.body else wanted["arn"]
    live = wanted.account.look("secretsmanager", "describe_secret", SecretId=given)
    if live is None:
        return
    if (deleted := live.get("DeletedDate")) is not None:
        raise UnusableResourceError(
            f"{live['Name']} is scheduled for deletion ({deleted:%Y-%m-%d}), and until it is gone "
            "it can be neither used nor made anew; restore it "
            f"(aws secretsmanager restore-secret --secret-id {live['Name']}), or wait"
        )
    yield Candidate(
        live["ARN"],
        {
            "arn": live["ARN"],
            "id": live["ARN"],
            "kms_key_id": live.get("KmsKeyId", ""),
            "name": live["Name"],
        },
        _told(live),
        live,
    )


def _told(live: Mapping[str, Any]) -> str:
    deleted = live.get("DeletedDate")
    return told(
        live.get("Description", ""),
        created(live.get("CreatedDate")),
        f"scheduled for deletion ({deleted:%Y-%m-%d})" if deleted else "",
        tags=live.get("Tags"),
    )


def other_secrets(survey: Survey) -> Iterator[UnmanagedResource]:
    """Secrets whose names are like those of the environment's, also those that are deleted."""
    names = {name for name, _ in known(survey.wanted("aws_secretsmanager_secret"), "name")}
    if (common := akin(names)) is None:
        return
    given = {"Filters": [{"Key": "name", "Values": [common[0]]}]} if common[0] else {}
    for live in survey.account.all(
        "secretsmanager", "list_secrets", IncludePlannedDeletion=True, **given
    ):
        if common[1].match(live["Name"]) and live["Name"] not in names:
            what = told(live["Name"], _told(live))
            yield UnmanagedResource("aws_secretsmanager_secret", live["ARN"], what)
