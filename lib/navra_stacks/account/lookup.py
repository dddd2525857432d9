"""Find the existing resources of an account that match the resources of a Terraform document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from navra_stacks.account.aws_reader import AccountError, AwsAccount
from navra_stacks.account.finders import UNMANAGED_FINDERS
from navra_stacks.account.lookup_types import Candidate, UnmanagedResource
from navra_stacks.account.resolver import Resolver
from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["AccountLookupError", "FoundResources", "UnmanagedResource", "find_resources"]


class AccountLookupError(NavraError):
    """The account cannot be adopted: a match is ambiguous, or a resource needs a repair first."""


@dataclass(frozen=True)
class FoundResources:
    """The resources of a document that exist in an account, and those that do not."""

    ids: Mapping[str, str] = field(default_factory=dict)
    """The Terraform import id of each existing resource, by address."""

    missing: tuple[str, ...] = ()
    """The addresses of resources that do not exist. Terraform would create them."""

    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The addresses that match several existing resources, with a description of each match."""

    unusable: Mapping[str, str] = field(default_factory=dict)
    """The addresses that can neither be imported nor created without a repair, with the reason: a
    recorded id that does not exist, a data source without a result, a secret that is scheduled for
    deletion."""

    unmanaged: tuple[UnmanagedResource, ...] = ()
    """Existing resources of the environment that no resource of the document describes."""

    not_searchable: Mapping[str, str] = field(default_factory=dict)
    """The addresses that cannot be searched for, with the reason."""

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each reason why the account cannot be adopted."""
        return (
            *(f"{address}: {reason}" for address, reason in self.unusable.items()),
            *(
                f"{address} matches {len(candidates)} existing resources: {'; '.join(candidates)}"
                for address, candidates in self.ambiguous.items()
            ),
        )

    def raise_for_problems(self) -> None:
        """Refuse an account that cannot be adopted.

        Raises:
            AccountLookupError: there are :attr:`problems`. The message lists all of them.
        """
        if self.problems:
            raise AccountLookupError(
                "\n  ".join(["the account cannot be adopted:", *self.problems])
            )


def find_resources(
    document: TerraformDocument,
    account: AwsAccount,
    variables: Mapping[str, object] | None = None,
) -> FoundResources:
    """Find the existing resources of a document in an account. The account is only read.

    Args:
        document: The Terraform document.
        account: The account. The document's provider must allow it.
        variables: The known values of the document's variables. The variable in the provider's
            ``allowed_account_ids`` needs no value here.

    Raises:
        AccountError: the document is for another account or Region, or the account cannot be read.
    """
    account.clear_cache()
    known = _check_provider(document, account) | dict(variables or {})
    resolver = Resolver(document, account, known)
    ids: dict[str, str] = {}
    missing: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    unusable: dict[str, str] = {}
    not_searchable: dict[str, str] = {}
    matches: list[tuple[str, str, Candidate]] = []
    for target, outcome in resolver.outcomes():
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
                    "or correct the name in the settings"
                )
        elif outcome.candidates:
            matches.append((address, target.block.type, outcome.candidates[0]))
        else:
            missing.append(address)
    for address, type_, candidate in matches:
        others = [
            other
            for other, other_type, other_match in matches
            if other != address and (other_type, other_match.id) == (type_, candidate.id)
        ]
        if others:
            ambiguous[address] = (f"{_summary(candidate)}, also matched by {' and '.join(others)}",)
        else:
            ids[address] = candidate.id
    return FoundResources(
        ids=ids,
        missing=tuple(missing),
        ambiguous=ambiguous,
        unusable=unusable,
        unmanaged=_unmanaged(resolver),
        not_searchable=not_searchable,
    )


def _check_provider(document: TerraformDocument, account: AwsAccount) -> dict[str, object]:
    """Refuse an account or Region that the document's AWS providers do not allow.

    Returns:
        The variables whose value is the account id.
    """
    known: dict[str, object] = {}
    if account.expected_id is not None:
        _ = account.id  # raises if it is another account
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
