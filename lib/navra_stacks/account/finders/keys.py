"""Finders for KMS keys and aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import created, describe
from navra_stacks.account.lookup_types import Candidate, LookupTarget, UnusableResourceError

__all__ = ["alias", "key"]


def alias(target: LookupTarget) -> Iterator[Candidate]:
    """Find a KMS alias by its name."""
    name = target["name"]
    for live in _aliases(target, name):
        attributes = {"arn": live["AliasArn"], "target_key_id": live.get("TargetKeyId")}
        yield Candidate(name, attributes, f"alias of {live.get('TargetKeyId', 'no key')}", live)


def _aliases(target: LookupTarget, name: str) -> list[Any]:
    aliases = target.account.list_all("kms", "list_aliases")
    return [live for live in aliases if live["AliasName"] == name]


def key(target: LookupTarget) -> Iterator[Candidate]:
    """Find a KMS key by the alias that the document assigns to it, else by its description.

    If the key with the alias is not enabled, for example because its deletion is scheduled, the
    finder raises an error. A search by description skips such keys.
    """
    aliased = [
        live["TargetKeyId"]
        for alias in target.referenced_by("aws_kms_alias", "key_id")
        for live in _aliases(target, alias["name"])
        if "TargetKeyId" in live
    ]
    for key_id in dict.fromkeys(aliased):
        live = _describe_key(target, key_id)
        if live is not None and live["KeyState"] != "Enabled":
            raise UnusableResourceError(
                f"the alias refers to key {key_id}, which is in state {live['KeyState']}; cancel "
                "its deletion if one is scheduled, and enable the key"
            )
        if live is not None:
            yield _key(live)
    if not aliased:
        description = target["description"]
        for listed in target.account.list_all("kms", "list_keys"):
            live = _describe_key(target, listed["KeyId"])
            if live is not None and (live["KeyState"], live["Description"]) == (
                "Enabled",
                description,
            ):
                yield _key(live)


def _describe_key(target: LookupTarget, key_id: str) -> Mapping[str, Any] | None:
    response = target.account.find("kms", "describe_key", KeyId=key_id)
    return None if response is None else response["KeyMetadata"]


def _key(live: Mapping[str, Any]) -> Candidate:
    return Candidate(
        live["KeyId"],
        {"arn": live["Arn"], "id": live["KeyId"], "key_id": live["KeyId"]},
        describe(live["Description"], created(live.get("CreationDate"))),
        live,
    )
