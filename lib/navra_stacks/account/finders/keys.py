"""KMS keys and their aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders.matching import created, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, UnusableResourceError

__all__ = ["alias", "key"]


def alias(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    name = wanted["name"]
    for live in _aliases(wanted, name):
        attributes = {"arn": live["AliasArn"], "target_key_id": live.get("TargetKeyId")}
        yield Candidate(name, attributes, f"of {live.get('TargetKeyId', 'no key')}", live)


def _aliases(wanted: LookupTarget, name: str) -> list[Any]:
    return [one for one in wanted.account.all("kms", "list_aliases") if one["AliasName"] == name]


def key(wanted: LookupTarget) -> Iterator[Candidate]:
    """By the alias that the document gives it; else, where there is none yet, by its description.

    A key has no name of its own. Keys that are disabled or scheduled for deletion are no
    candidates by their description; under the alias they are a fault.
    """
    aliased = [
        live["TargetKeyId"]
        for alias in wanted.referring("aws_kms_alias", "key_id")
        for live in _aliases(wanted, alias["name"])
        if "TargetKeyId" in live
    ]
    for key_id in dict.fromkeys(aliased):
        live = _described(wanted, key_id)
        if live is not None and live["KeyState"] != "Enabled":
            raise UnusableResourceError(
                f"the alias is of key {key_id}, whose state is {live['KeyState']}; enable it, or "
                "cancel its deletion"
            )
        if live is not None:
            yield _key(live)
    if not aliased:
        description = wanted["description"]
        for one in wanted.account.all("kms", "list_keys"):
            live = _described(wanted, one["KeyId"])
            if live is not None and (live["KeyState"], live["Description"]) == (
                "Enabled",
                description,
            ):
                yield _key(live)


def _described(wanted: LookupTarget, key_id: str) -> Mapping[str, Any] | None:
    answer = wanted.account.look("kms", "describe_key", KeyId=key_id)
    return None if answer is None else answer["KeyMetadata"]


def _key(live: Mapping[str, Any]) -> Candidate:
    return Candidate(
        live["KeyId"],
        {"arn": live["Arn"], "id": live["KeyId"], "key_id": live["KeyId"]},
        told(live["Description"], created(live.get("CreationDate"))),
        live,
    )
