"""Types that the resolver and the finders share."""

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
    """An existing resource that may be the one that a Terraform block describes."""

    id: str
    """The Terraform import id."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Attributes that AWS sets and other resources may refer to: ``arn``, ``dns_name``. For any
    other attribute, the block's own argument is used."""

    description: str = ""
    """Facts that distinguish it from similar resources: ``created 2026-01-12, Name=web``."""

    live: Mapping[str, Any] = field(default_factory=dict)
    """The resource as the AWS API returned it, for finders of related resources."""


class UnusableResourceError(NavraError):
    """An existing resource that can neither be imported nor recreated without a repair."""


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """A resource type without a finder."""

    reason: str
    """The reason, as a clause that follows the address."""


@dataclass(frozen=True, slots=True)
class UnmanagedResource:
    """An existing resource of the environment that no Terraform block describes."""

    type: str
    """The Terraform type that would describe it: ``aws_lb_listener_rule``."""

    id: str
    """Its id in AWS."""

    description: str
    """A one-line description."""


class LookupTarget(Protocol):
    """A resource or data source of the document, whose arguments are evaluated on access.

    Access to an argument raises `UnresolvedError` if its value is not known. The resolver handles
    it, so a finder does not have to.
    """

    block: Block
    account: AwsAccount

    @property
    def address(self) -> str: ...

    @property
    def recorded_id(self) -> str | None:
        """The id of this address in ``local.recorded``."""

    def __getitem__(self, argument: str) -> Any: ...

    def get(self, argument: str, default: Any = None) -> Any:
        """Return an argument, or `default` if the document does not set it."""

    def referenced_by(self, type_: str, attribute: str) -> Iterable[LookupTarget]:
        """Return the resources of a type that refer to this attribute of the target."""

    def siblings(self, type_: str) -> Iterable[LookupTarget]:
        """Return the resources and data sources of a type in the same document."""

    def match(self) -> Candidate | None:
        """Return the existing resource, if exactly one matches."""


Finder = Callable[[LookupTarget], Iterable[Candidate]]
"""Find the existing resources that may be the target: none, one, or several.

Raises:
    UnusableResourceError: the resource exists and cannot be used.
"""


class LookupResults(Protocol):
    """The results of a finished lookup, from which unmanaged resources are found."""

    account: AwsAccount

    def targets(self, type_: str) -> Iterable[LookupTarget]:
        """Return the resources and data sources of a type."""

    def matches(self, type_: str) -> Mapping[str, Candidate]:
        """Return the existing resources and data sources of a type, by address."""


UnmanagedFinder = Callable[[LookupResults], Iterable[UnmanagedResource]]
"""Find existing resources that are related to the matches and may be unmanaged."""
