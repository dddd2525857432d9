"""Find the resources that a Terraform document describes and that exist in an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from navra_stacks.account.aws_reader import AccountError, AwsAccount
from navra_stacks.account.finders import UNMANAGED_FINDERS
from navra_stacks.account.lookup_types import Candidate, UnmanagedResource
from navra_stacks.account.resolver import Resolver
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["FoundResources", "UnmanagedResource", "find_resources"]


@dataclass(frozen=True)
class FoundResources:
    """The resources of a document: which exist in an account, and which do not."""

    ids: Mapping[str, str] = field(default_factory=dict)
    """The Terraform import IDs of the existing resources, by address."""

    live: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The descriptions of the existing resources by AWS, by address; empty for a type whose lookup
    reads none.
    """

    missing: tuple[str, ...] = ()
    """The addresses of the resources that do not exist, so that Terraform would create them."""

    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The descriptions of the matches, by address, for resources and data sources that match
    several existing resources, and for resources that match the same one as another resource.
    """

    unusable: Mapping[str, str] = field(default_factory=dict)
    """The reasons, by address, why a resource can be neither imported nor created without a repair,
    for example a secret that is scheduled for deletion, or a data source without a result.
    """

    unmanaged: tuple[UnmanagedResource, ...] = ()
    """Existing resources that the document does not describe, but that are related to found ones.
    """

    not_searchable: Mapping[str, str] = field(default_factory=dict)
    """The reasons, by address, why a resource cannot be searched for."""

    @property
    def problems(self) -> dict[str, str]:
        """The reasons why the resources cannot be imported, by address."""
        return {
            **self.unusable,
            **{
                address: f"matches {candidates[0]}"
                if len(candidates) == 1
                else f"matches {len(candidates)} existing resources: {'; '.join(candidates)}"
                for address, candidates in self.ambiguous.items()
            },
        }


def find_resources(
    document: TerraformDocument,
    account: AwsAccount,
    variables: Mapping[str, object] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> FoundResources:
    """Find the existing resources of a document in an account, without changing the account.

    Args:
        document: The Terraform document.
        account: The account, which the provider in the document must allow.
        variables: The known values of the document's variables. A variable to which the provider's
            ``allowed_account_ids`` refers needs no value, because it contains the account ID.
        progress: A function that is called after each resource or data source, with the number of
            those that were searched for.

    Raises:
        AccountError: the document is for another account or Region, or the account cannot be read.
    """
    account.clear_cache()
    known = _check_provider(document, account) | dict(variables or {})
    resolver = Resolver(document, account, known)
    ids: dict[str, str] = {}
    live: dict[str, Mapping[str, Any]] = {}
    missing: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    unusable: dict[str, str] = {}
    not_searchable: dict[str, str] = {}
    matches: list[tuple[str, str, Candidate]] = []
    for count, (target, outcome) in enumerate(resolver.outcomes(), start=1):
        progress(count)
        address, is_data = target.address, target.block.kind == "data"
        if outcome.unusable:
            unusable[address] = outcome.unusable
        elif outcome.not_searchable:
            if not is_data:
                not_searchable[address] = outcome.not_searchable
        elif len(outcome.candidates) > 1:
            ambiguous[address] = tuple(map(_summary, outcome.candidates))
        elif is_data:
            if not outcome.candidates:
                unusable[address] = (
                    "the data source finds nothing, so Terraform cannot plan; create the resource "
                    "or correct its name or ID in the settings"
                )
        elif outcome.candidates:
            matches.append((address, target.block.type, outcome.candidates[0]))
        else:
            missing.append(address)
    matching: dict[tuple[str, str], list[str]] = {}
    for address, type_, candidate in matches:
        matching.setdefault((type_, candidate.id), []).append(address)
    for address, type_, candidate in matches:
        others = [other for other in matching[type_, candidate.id] if other != address]
        if others:
            ambiguous[address] = (f"{_summary(candidate)}, also matched by {' and '.join(others)}",)
        else:
            ids[address] = candidate.id
            live[address] = candidate.live
    return FoundResources(
        ids=ids,
        live=live,
        missing=tuple(missing),
        ambiguous=ambiguous,
        unusable=unusable,
        unmanaged=_unmanaged(resolver),
        not_searchable=not_searchable,
    )


def _check_provider(document: TerraformDocument, account: AwsAccount) -> dict[str, object]:
    """Check that the document's AWS provider without an alias allows the account and the Region.

    Returns:
        The account ID for each variable to which ``allowed_account_ids`` refers, by name.
    """
    known: dict[str, object] = {}
    if account.expected_id is not None:
        _ = account.id  # raises if the credentials are of another account
    providers = document.content.get("provider", {}).get("aws", [])
    for provider in providers if isinstance(providers, list) else [providers]:
        if "alias" in provider:
            continue
        region = provider.get("region", account.region)
        if "${" not in region and region != account.region:
            raise AccountError(
                f"the document is for Region {region}, but the lookup uses {account.region}; "
                f"use {region}"
            )
        allowed = [str(id_) for id_ in provider.get("allowed_account_ids", [])]
        for id_ in allowed:
            if id_.startswith("${var.") and id_.endswith("}"):
                known[id_.removeprefix("${var.").removesuffix("}")] = account.id
        if allowed and not known and account.id not in allowed:
            raise AccountError(
                f"the credentials belong to account {account.id}, but the document is for "
                f"{' or '.join(allowed)}; use credentials of that account"
            )
    return known


def _unmanaged(resolver: Resolver) -> tuple[UnmanagedResource, ...]:
    matched: set[tuple[str, str]] = resolver.candidate_ids()
    unmanaged: dict[tuple[str, str], UnmanagedResource] = {}
    for find_unmanaged in UNMANAGED_FINDERS:
        for resource in find_unmanaged(resolver):
            if (resource.type, resource.id) not in matched:
                unmanaged.setdefault((resource.type, resource.id), resource)
    return tuple(
        sorted(
            unmanaged.values(),
            key=lambda resource: (resource.type, resource.description, resource.id),
        )
    )


def _summary(candidate: Candidate) -> str:
    return f"{candidate.id} ({candidate.description})" if candidate.description else candidate.id
