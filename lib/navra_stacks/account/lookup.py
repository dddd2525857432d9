"""Finds, for each resource of a document, the one that exists in an account already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from navra_stacks.account.aws_reader import Account, AccountError
from navra_stacks.account.finders import NEIGHBOURS
from navra_stacks.account.lookup_types import Candidate, UnmanagedResource
from navra_stacks.account.resolver import Search
from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["Found", "SearchError", "UnmanagedResource", "search"]


class SearchError(NavraError):
    """The account cannot be adopted as it is: something is ambiguous, or must be put right."""


@dataclass(frozen=True)
class Found:
    """What of a document exists in an account."""

    ids: Mapping[str, str] = field(default_factory=dict)
    """The id by which Terraform imports each resource that exists, by address."""

    missing: tuple[str, ...] = ()
    """The addresses of what does not exist: Terraform would create it."""

    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The addresses for which several things could be meant, and each of them described."""

    faults: Mapping[str, str] = field(default_factory=dict)
    """What can neither be adopted nor created until somebody acts, by address: a recorded id that
    is not there, a data source that finds nothing, a secret that is scheduled for deletion."""

    undescribed: tuple[UnmanagedResource, ...] = ()
    """What exists within the environment beside all this, and no resource describes."""

    unsearched: Mapping[str, str] = field(default_factory=dict)
    """The addresses that nobody can search for, and why."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything for which the account cannot be adopted as it is, a sentence each."""
        return (
            *(f"{address}: {fault}" for address, fault in self.faults.items()),
            *(
                f"{address} could be any of {len(candidates)}: {'; '.join(candidates)}"
                for address, candidates in self.ambiguous.items()
            ),
        )

    def check(self) -> None:
        """Refuse an account that cannot be adopted as it is.

        Raises:
            SearchError: there are :attr:`problems`; it tells them all.
        """
        if self.problems:
            raise SearchError("\n  ".join(["the account cannot be adopted:", *self.problems]))


def search(
    document: TerraformDocument,
    account: Account,
    variables: Mapping[str, object] | None = None,
) -> Found:
    """Look in an account for everything that a document describes. Nothing is changed there.

    Args:
        document: What is described.
        account: Where to look; it must be one that the document's provider allows.
        variables: Values of the document's variables, as far as they are known. The variable that
            the provider's ``allowed_account_ids`` holds is known without.

    Raises:
        AccountError: the account is another one than the document's, or cannot be read.
    """
    account.forget()
    known = _checked(document, account) | dict(variables or {})
    run = Search(document, account, known)
    ids: dict[str, str] = {}
    missing: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str] = {}
    unsearched: dict[str, str] = {}
    found: list[tuple[str, str, Candidate]] = []
    for wanted, outcome in run.outcomes():
        address, is_data = wanted.address, wanted.block.kind == "data"
        if outcome.fault:
            faults[address] = outcome.fault
        elif outcome.unknown:
            if not is_data:
                unsearched[address] = outcome.unknown
        elif len(outcome.candidates) > 1:
            ambiguous[address] = tuple(_described(one) for one in outcome.candidates)
        elif is_data:
            if not outcome.candidates:
                faults[address] = "finds nothing, so that no plan can be made; make it, or name it"
        elif outcome.candidates:
            found.append((address, wanted.block.type, outcome.candidates[0]))
        else:
            missing.append(address)
    for address, type_, candidate in found:
        others = [
            other
            for other, its_type, its in found
            if other != address and (its_type, its.id) == (type_, candidate.id)
        ]
        if others:
            ambiguous[address] = (f"{_described(candidate)}, which {_and(others)} describes, too",)
        else:
            ids[address] = candidate.id
    return Found(
        ids=ids,
        missing=tuple(missing),
        ambiguous=ambiguous,
        faults=faults,
        undescribed=_undescribed(run),
        unsearched=unsearched,
    )


def _checked(document: TerraformDocument, account: Account) -> dict[str, object]:
    """Refuse an account and a region that the document is not for.

    Answers the variables that are known by that.
    """
    known: dict[str, object] = {}
    if account.expected is not None:
        _ = account.id  # raises where it is another
    providers = document.content.get("provider", {}).get("aws", [])
    for provider in providers if isinstance(providers, list) else [providers]:
        if "alias" in provider:
            continue
        region = provider.get("region", account.region)
        if "${" not in region and region != account.region:
            raise AccountError(
                f"the document is for region {region}, and the account is read in "
                f"{account.region}; read it in {region}"
            )
        allowed = [str(one) for one in provider.get("allowed_account_ids", [])]
        for one in allowed:
            if one.startswith("${var.") and one.endswith("}"):
                known[one.removeprefix("${var.").removesuffix("}")] = account.id
        if allowed and not known and account.id not in allowed:
            raise AccountError(
                f"the credentials belong to account {account.id}, and the document is for "
                f"{' or '.join(allowed)}; use credentials of that account"
            )
    return known


def _undescribed(run: Search) -> tuple[UnmanagedResource, ...]:
    described: set[tuple[str, str]] = run.ids()
    named: dict[tuple[str, str], UnmanagedResource] = {}
    for neighbours in NEIGHBOURS:
        for one in neighbours(run):
            if (one.type, one.id) not in described:
                named.setdefault((one.type, one.id), one)
    return tuple(sorted(named.values(), key=lambda one: (one.type, one.told, one.id)))


def _described(candidate: Candidate) -> str:
    return f"{candidate.id} ({candidate.told})" if candidate.told else candidate.id


def _and(addresses: Iterable[str]) -> str:
    return " and ".join(addresses)
