"""A finding: what is wrong with one resource of a document, and the repair."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

__all__ = ["Finding", "Severity"]


class Severity(IntEnum):
    """How severe a finding is."""

    LOW = 1
    """It makes operation harder."""

    MEDIUM = 2
    """It weakens a protection that others back up."""

    HIGH = 3
    """It removes a protection, or an apply fails because of it."""

    CRITICAL = 4
    """It exposes the environment or a secret, or loses data."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one resource of a document."""

    rule: str
    """The ID of the rule, for example ``alb-access-logs``, or ``schema`` for the provider's
    schema.
    """

    address: str
    """The address of the resource that must change, for example ``aws_lb.load_balancer``."""

    argument: str
    """The path of the argument, for example ``access_logs[0].enabled``; empty for the resource."""

    message: str
    """What is wrong, with the value, and what is allowed."""

    severity: Severity

    repair: str
    """The repair in terms of the settings, or of Terraform where no setting determines it."""

    @property
    def place(self) -> str:
        """The address and the argument."""
        return f"{self.address}.{self.argument}" if self.argument else self.address

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a value for ``json.dumps``."""
        return asdict(self) | {"severity": self.severity.name.lower()}
