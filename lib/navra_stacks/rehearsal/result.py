"""The result of a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from navra_stacks.terraform.provider_crash import ProviderCrash

__all__ = [
    "Difference",
    "InterruptionResult",
    "Leftover",
    "Phase",
    "Rehearsal",
    "RehearsedDeployment",
]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a rehearsal, with its duration in seconds."""

    name: str
    """``init``, ``seed``, ``validate``, ``plan``, ``apply``, ``second plan``, ``destroy``,
    ``leftover check``; with an interruption also ``interrupted apply`` before ``apply``; with
    deployments also ``deploy``, ``failed deploy``, ``changed setting`` and
    ``plan after deployments`` before ``destroy``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A change in the plan after the apply, which should have no changes."""

    address: str

    argument: str
    """The changed argument, for example ``health_check[0].path``, with the suffix ``(replaced)`` if
    the resource is replaced. If no argument changes, the action, for example ``delete``.
    """

    before: Any
    """The current value; ``(sensitive)`` if it must not be shown, None if no argument changes."""

    after: Any
    """The planned value; ``(known after apply)`` if it is unknown before the apply, ``(sensitive)``
    if it must not be shown, None if no argument changes.
    """


@dataclass(frozen=True, slots=True)
class Leftover:
    """A resource that exists after the destroy and did not exist before the apply."""

    service: str
    region: str

    kind: str
    """The class of the resource in the emulator, for example ``TaskDefinition``."""

    name: str

    status: str = ""
    """The status of the resource in the emulator, for example ``INACTIVE``; empty for a kind
    without a status.
    """

    reason: str = ""
    """The reason why AWS keeps the resource as well; empty for an unexpected leftover."""


@dataclass(frozen=True, slots=True)
class InterruptionResult:
    """The interruption of an apply, and the steps that were necessary to complete the apply."""

    kind: str
    """The kind of interruption: ``sigint``, ``sigkill``, ``throttle``, ``error`` or ``lost``."""

    resources: int
    """The number of resources in the state after the interrupted apply."""

    output: str
    """Terraform's error output from the interrupted apply; empty if the apply succeeded anyway. If
    the state file was unreadable, the output ends in a note on its repair.
    """

    failed_calls: tuple[str, ...] = ()
    """The API actions of the calls that the emulator made fail, in order; empty for ``sigint`` and
    ``sigkill``.
    """

    completed: tuple[str, ...] = ()
    """The addresses of tainted resources that were completed instead of replaced."""

    imported: Mapping[str, str] = field(default_factory=dict)
    """The import ID of each existing resource that was missing from the state, by address."""

    revoked: tuple[str, ...] = ()
    """The revoked default egress rules of security groups whose creation was incomplete.
    """

    unmanaged: tuple[str, ...] = ()
    """Resources that were created during the rehearsal although the document does not describe
    them. Empty if the rehearsal passed.
    """


@dataclass(frozen=True, slots=True)
class RehearsedDeployment:
    """A deployment in a rehearsal, and its outcome."""

    phase: str
    """The phase: ``deploy``, ``failed deploy`` or ``changed setting``."""

    targets: Mapping[str, str]
    """The deployed tag by service."""

    outcome: str
    """``done``, ``failed``, ``refused`` or ``unknown``. In ``failed deploy``, ``failed`` is the
    required outcome.
    """

    reason: str
    """The reason for another outcome than ``done``."""

    running: Mapping[str, str]
    """The revision that each service runs afterwards, for example ``shop-web-qa:2``."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The result of a rehearsal."""

    stack: str
    resources: int
    """The number of resources in the state after the apply."""

    phases: tuple[Phase, ...]
    provider: str
    """The version of the installed AWS provider."""

    omissions: tuple[str, ...]
    """The parts of the document that were omitted, because the installed provider or a rehearsal
    does not support them.
    """

    placeholder_values: Mapping[str, Any]
    """The placeholder value of each variable that has neither a value nor a default, by name."""

    seeded: tuple[str, ...]
    """Descriptions of the resources that were created before the apply because the document looks
    them up or refers to them by ID.
    """

    removed_protections: tuple[str, ...]
    """The protections from deletion that were removed before the destroy."""

    differences: tuple[Difference, ...]
    """The changes in the plan after the apply. Empty if the rehearsal passed."""

    leftovers: tuple[Leftover, ...]
    """The leftovers that AWS would not keep. Empty if the rehearsal passed."""

    expected_leftovers: tuple[Leftover, ...]
    """The leftovers that AWS keeps as well, each with the reason."""

    failure: str
    """The name of the phase that failed, and Terraform's output or another error message; empty if
    no phase failed.
    """

    is_complete: bool
    """Whether all phases ran, including the destroy and the leftover check."""

    crash: ProviderCrash | None = None
    """The crash of a provider that made a phase fail; None if no provider crashed."""

    interruption: InterruptionResult | None = None
    """The interruption of the apply; None if it was not interrupted, or not completed afterwards.
    """

    deployments: tuple[RehearsedDeployment, ...] = ()
    """The deployments, if the rehearsal has any."""

    tasks: Mapping[str, Any] | None = None
    """The result of the tasks in a local container engine, see `LocalResult.as_json`; None without
    them.
    """

    @property
    def passed(self) -> bool:
        """True if none of the phases that ran found a problem."""
        unmanaged = self.interruption.unmanaged if self.interruption is not None else ()
        failed_tasks = self.tasks is not None and not self.tasks["passed"]
        return not (self.failure or self.differences or self.leftovers or unmanaged or failed_tasks)

    @property
    def seconds(self) -> float:
        """The total duration in seconds."""
        return sum(phase.seconds for phase in self.phases)

    def as_json(self) -> dict[str, Any]:
        """Return the result as a value for ``json.dumps``."""
        return asdict(self) | {"passed": self.passed, "seconds": round(self.seconds, 1)}
