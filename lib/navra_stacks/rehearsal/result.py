"""The result of a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Difference", "InterruptionResult", "Leftover", "Phase", "Rehearsal"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a rehearsal, and its duration."""

    name: str
    """``init``, ``seed``, ``validate``, ``plan``, ``apply``, ``second plan``, ``destroy``,
    ``leftover check``; with an interruption also ``interrupted apply`` before ``apply``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A change in the second plan, although the first plan was applied."""

    address: str

    argument: str
    """The changed argument: ``health_check[0].path``. Without one, the action: ``delete``."""

    before: Any
    """The current value; ``(sensitive)`` if it must not be shown."""

    after: Any
    """The planned value; ``(known after apply)`` if it is unknown before the apply."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A resource that exists after the destroy and did not exist before the apply."""

    service: str
    region: str

    kind: str
    """The resource's class in the emulator: ``TaskDefinition``."""

    name: str

    status: str = ""
    """The resource's status in the emulator: ``INACTIVE``; empty for a kind without a status."""

    reason: str = ""
    """Why AWS keeps this resource too; empty for an unexpected leftover."""


@dataclass(frozen=True, slots=True)
class InterruptionResult:
    """How an apply was interrupted, and what was necessary to complete it."""

    kind: str
    """``sigint``, ``sigkill``, ``throttle``, ``error`` or ``lost``."""

    resources: int
    """The number of resources in the state after the interrupted apply."""

    output: str
    """Terraform's error output; empty if the interrupted apply succeeded."""

    failed_calls: tuple[str, ...] = ()
    """The API calls that the emulator failed, in order."""

    completed: tuple[str, ...] = ()
    """The addresses of tainted, partly created resources that were completed, not replaced."""

    imported: Mapping[str, str] = field(default_factory=dict)
    """Resources that existed and were missing from the state: import id by address."""

    revoked: tuple[str, ...] = ()
    """Rules that allow all egress, left in partly created security groups."""

    unmanaged: tuple[str, ...] = ()
    """Resources created during the rehearsal that the document does not describe. Empty if the
    rehearsal passed."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The result of a rehearsal."""

    stack: str
    resources: int
    """The number of resources that were applied."""

    phases: tuple[Phase, ...]
    provider: str
    """The version of the AWS provider."""

    omissions: tuple[str, ...]
    """Parts of the document that were omitted: not supported by the provider or in a rehearsal."""

    placeholder_values: Mapping[str, Any]
    """The placeholder values of variables."""

    seeded: tuple[str, ...]
    """Resources that were created before the apply, since the document looks them up."""

    removed_protections: tuple[str, ...]
    """Protections that were removed before the destroy."""

    differences: tuple[Difference, ...]
    """The changes in the second plan. Empty if the rehearsal passed."""

    leftovers: tuple[Leftover, ...]
    """Unexpected leftovers. Empty if the rehearsal passed."""

    expected_leftovers: tuple[Leftover, ...]
    """Leftovers that AWS keeps too, each with its reason."""

    failure: str
    """The phase that failed and Terraform's error output; empty if none failed."""

    is_complete: bool
    """Whether all phases ran, including the destroy and the leftover check."""

    interruption: InterruptionResult | None = None

    @property
    def passed(self) -> bool:
        """True if no phase that ran found a problem."""
        unmanaged = self.interruption.unmanaged if self.interruption is not None else ()
        return not (self.failure or self.differences or self.leftovers or unmanaged)

    @property
    def seconds(self) -> float:
        """The total duration."""
        return sum(phase.seconds for phase in self.phases)

    def as_json(self) -> dict[str, Any]:
        """Return the result as a value for ``json.dumps``."""
        return asdict(self) | {"passed": self.passed, "seconds": round(self.seconds, 1)}
