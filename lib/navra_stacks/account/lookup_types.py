"""The types of finders, their parameters and their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import Block

__all__ = [
    "Candidate",
    "Finder",
    "LookupResults",
    "LookupTarget",
    "UnmanagedFinder",
    "UnmanagedResource",
    "Unsearchable",
    "UnusableResourceError",
]


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An existing resource that a Terraform block may describe."""

    id: str
    """The Terraform import ID of the resource."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    """The attributes that AWS sets and to which other resources may refer, for example ``arn`` and
    ``dns_name``. Every other attribute has the value of the block's argument of the same name.
    """

    description: str = ""
    """Facts that distinguish the resource from similar resources, for example ``created 2026-01-12,
    Name=web``.
    """

    live: Mapping[str, Any] = field(default_factory=dict)
    """The resource as the AWS API returned it; may be empty. Other finders read facts from it."""


class UnusableResourceError(NavraError):
    """A resource can be neither imported nor created before a repair, which the message names."""


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """A resource type whose existing resources cannot be searched for."""

    reason: str
    """The reason, as a clause that follows the address of a resource."""


@dataclass(frozen=True, slots=True)
class UnmanagedResource:
    """An existing resource that the document does not describe, but that is related to it."""

    type: str
    """The Terraform type for the resource, for example ``aws_lb_listener_rule``."""

    id: str
    """The Terraform import ID of the resource."""

    description: str
    """A description of the resource in one line."""

    blocks: str = ""
    """The address of a resource that Terraform cannot create while this one exists; empty if it
    blocks none.
    """


class LookupTarget(Protocol):
    """The resource or data source to find; its arguments are evaluated on access.

    Access to an argument whose value is not known raises `UnresolvedError`. A finder need not catch
    the error: the resolver does, and reports the target as not searchable.
    """

    block: Block

    @property
    def address(self) -> str: ...

    @property
    def account(self) -> AwsAccount:
        """The account of the block's provider, which may assume a role in another account."""

    @property
    def recorded_id(self) -> str | None:
        """The target's ID in ``local.recorded``, which contains `existing_ids`; None if absent."""

    def __getitem__(self, argument: str) -> Any: ...

    def get(self, argument: str, default: Any = None) -> Any:
        """Return the value of an argument, or `default` if the argument is not set."""

    def referenced_by(self, type_: str, attribute: str) -> Iterable[LookupTarget]:
        """Return the blocks of a type that refer to `attribute` of the target."""

    def siblings(self, type_: str) -> Iterable[LookupTarget]:
        """Return the resources and data sources of a type in the same document."""

    def summarized(self, type_: str, summarize: Callable[[Iterable[LookupTarget]], T]) -> T:
        """Return ``summarize(siblings(type_))``, without doing it again for each target."""

    def match(self) -> Candidate | None:
        """Return the existing resource that matches the target; None unless exactly one does."""


Finder = Callable[[LookupTarget], Iterable[Candidate]]
"""A function that finds the existing resources that the target may describe: none, one, or several.

Raises:
    UnusableResourceError: the target can be neither imported nor created until the user repairs
        something in the account.
"""


class LookupResults(Protocol):
    """The results of a complete lookup, for finders of unmanaged resources."""

    account: AwsAccount

    def targets(self, type_: str) -> Iterable[LookupTarget]:
        """Return the resources and data sources of a type."""

    def matches(self, type_: str) -> Mapping[str, Candidate]:
        """Return the only match of each resource and data source of a type, by address.

        Resources and data sources that have no match, or several, are left out.
        """


UnmanagedFinder = Callable[[LookupResults], Iterable[UnmanagedResource]]
"""A function that finds existing resources that are related to the matches and may be unmanaged.
The caller leaves out related resources that match a resource of the document.
"""
