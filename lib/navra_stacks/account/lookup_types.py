"""What a finder is asked for, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from navra_stacks.account.aws_reader import Account
from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import Block

__all__ = [
    "Candidate",
    "Finder",
    "LookupTarget",
    "Neighbours",
    "Survey",
    "UnmanagedResource",
    "Unsearchable",
    "UnusableResourceError",
]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something in the account that may be what a resource describes."""

    id: str
    """What Terraform imports it by."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What other resources may refer to and AWS chose: ``arn``, ``dns_name``. Where one is not
    here, the resource's own argument counts."""

    told: str = ""
    """What tells it from others: ``created 2026-01-12, Name=aep``."""

    live: Mapping[str, Any] = field(default_factory=dict)
    """AWS's own description of it, for finders that look at it from elsewhere."""


class UnusableResourceError(NavraError):
    """What there is can neither be adopted nor made anew until somebody acts; says what."""


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """A type of resource that nobody can look for."""

    reason: str
    """Why, as the end of a sentence that begins with its address."""


@dataclass(frozen=True, slots=True)
class UnmanagedResource:
    """Something that exists within the environment and that no resource describes."""

    type: str
    """The Terraform type that would: ``aws_lb_listener_rule``."""

    id: str
    """What AWS calls it."""

    told: str
    """What it is, in one line."""


class LookupTarget(Protocol):
    """A resource or data source of the document, its arguments evaluated when they are asked for.

    Reading an argument raises what the search understands where its value cannot be told, so a
    finder need not look out for that.
    """

    block: Block
    account: Account

    @property
    def address(self) -> str: ...

    @property
    def recorded(self) -> str | None:
        """The id that ``local.recorded`` has for it."""

    def __getitem__(self, argument: str) -> Any: ...

    def get(self, argument: str, default: Any = None) -> Any:
        """An argument, or `default` where the document does not give it."""

    def referring(self, type_: str, attribute: str) -> Iterable[LookupTarget]:
        """The resources of a type that refer to this attribute of it."""

    def beside(self, type_: str) -> Iterable[LookupTarget]:
        """The resources and data sources of a type in the same document."""

    def found(self) -> Candidate | None:
        """What it is in the account, where there is exactly one."""


Finder = Callable[[LookupTarget], Iterable[Candidate]]
"""Looks for what a resource describes: nothing, one, or several that could be it.

Raises:
    FaultError: it is there and cannot be used.
"""


class Survey(Protocol):
    """What a search found, for naming what lies beside it."""

    account: Account

    def wanted(self, type_: str) -> Iterable[LookupTarget]:
        """The resources and data sources of a type."""

    def found(self, type_: str) -> Mapping[str, Candidate]:
        """Of the resources and data sources of a type those that exist, by address."""


Neighbours = Callable[[Survey], Iterable[UnmanagedResource]]
"""Names what exists beside what was found."""
