"""The types of finders, their parameters and their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

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


@dataclass(frozen=True, slots=True)
class Candidate:
    """An existing resource that a Terraform block may describe."""

    id: str
    """The Terraform import ID of the resource."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    """The attributes that AWS sets and to which other resources may refer, for example ``arn`` and
    ``dns_name``. Every other attribute has the value of the block's argument.
    """

    description: str = ""
    """Facts that distinguish the resource from similar resources, for example ``created 2026-01-12,
    Name=web``.
    """

    live: Mapping[str, Any] = field(default_factory=dict)
    """The resource as the AWS API returned it; other finders read facts from it."""


class UnusableResourceError(NavraError):
    """An existing resource that can neither be imported nor recreated without a repair."""


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """A resource type whose existing resources cannot be searched for."""

    reason: str
    """The reason, as a clause that follows the address of a resource."""


@dataclass(frozen=True, slots=True)
class UnmanagedResource:
    """An existing resource of the environment that the document does not describe."""

    type: str
    """The Terraform type for the resource, for example ``aws_lb_listener_rule``."""

    id: str
    """The ID of the resource in AWS."""

    description: str
    """A description of the resource in one line."""


class LookupTarget(Protocol):
    """The resource or data source to find; its arguments are evaluated on access.

    Access to an argument whose value is not known raises `UnresolvedError`. A finder does not catch
    the error, because the resolver does.
    """

    block: Block
    account: AwsAccount

    @property
    def address(self) -> str: ...

    @property
    def recorded_id(self) -> str | None:
        """The ID of the target in ``local.recorded``, which contains `existing_ids`."""

    def __getitem__(self, argument: str) -> Any: ...

    def get(self, argument: str, default: Any = None) -> Any:
        """Return the value of an argument, or `default` if the argument is not set."""

    def referenced_by(self, type_: str, attribute: str) -> Iterable[LookupTarget]:
        """Return the resources of a type that refer to `attribute` of the target."""

    def siblings(self, type_: str) -> Iterable[LookupTarget]:
        """Return the resources and data sources of a type in the same document."""

    def match(self) -> Candidate | None:
        """Return the existing resource that matches the target, if exactly one does."""


Finder = Callable[[LookupTarget], Iterable[Candidate]]
"""A function that finds the existing resources that the target may describe: none, one, or several.

Raises:
    UnusableResourceError: the resource exists and cannot be used.
"""


class LookupResults(Protocol):
    """The results of a complete lookup, for finders of unmanaged resources."""

    account: AwsAccount

    def targets(self, type_: str) -> Iterable[LookupTarget]:
        """Return the resources and data sources of a type."""

    def matches(self, type_: str) -> Mapping[str, Candidate]:
        """Return the existing resources and data sources of a type, by address."""


UnmanagedFinder = Callable[[LookupResults], Iterable[UnmanagedResource]]
"""A function that finds existing resources that are related to the matches and may be unmanaged."""
