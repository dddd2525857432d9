"""The description of another owner, and the collection of what could not be checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from navra_stacks.account.aws_reader import OperationError

__all__ = ["Owner", "Unchecked"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Something other than this environment that manages existing resources."""

    kind: str
    """The kind of owner, for example ``CloudFormation stack``."""

    name: str
    """The name of the stack or the deployment group, the type of the deployment controller, or the
    tag that shows another state, as ``KEY=VALUE``.
    """

    addresses: tuple[str, ...]
    """The addresses in the document of the resources that it manages, sorted."""

    repair: str
    """The steps after which it no longer manages the resources, as a clause in the imperative."""

    conflicts: bool
    """True if an apply would fail, or if the owner would revert its changes."""


@dataclass
class Unchecked:
    """Collects the reasons why some owners could not be checked."""

    reasons: list[str] = field(default_factory=list)

    def add(self, subject: str, reason: str) -> None:
        """Add a reason, once. The subject says which owners were not checked."""
        if (text := f"{subject}: {reason}") not in self.reasons:
            self.reasons.append(text)

    @contextmanager
    def unless_readable(self, subject: str) -> Iterator[None]:
        """End the block and add a reason if an operation fails in it."""
        try:
            yield
        except OperationError as error:
            self.add(subject, error.reason)
