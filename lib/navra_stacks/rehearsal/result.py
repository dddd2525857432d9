"""What a rehearsal found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Difference", "Interrupted", "Leftover", "Phase", "Rehearsal"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A step, and how long it took."""

    name: str
    """``init``, ``preconditions``, ``validate``, ``plan``, ``apply``, ``second plan``, ``destroy``,
    ``last look``; with an interruption also ``interrupted apply`` before ``apply``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second plan would change, though the first was applied."""

    address: str

    argument: str
    """Where: ``health_check[0].path``; the action alone, ``delete``, where no argument is."""

    before: Any
    """What is there; ``(sensitive)`` where it must not be shown."""

    after: Any
    """What would be; ``(known after apply)`` where only that tells."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that is there after the destroy and was not before the apply."""

    service: str
    region: str

    kind: str
    """As the emulator calls it: ``TaskDefinition``."""

    name: str

    status: str = ""
    """In the emulator's words: ``INACTIVE``; empty where such a thing has none."""

    reason: str = ""
    """Why AWS keeps this too; empty where nothing should be left."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """How an apply was interrupted, and what it took to go on."""

    kind: str
    """``sigint``, ``sigkill``, ``throttle``, ``error`` or ``lost``."""

    resources: int
    """How many were in the state when it had ended."""

    said: str
    """What Terraform said; empty where it ended as if nothing had happened."""

    struck: tuple[str, ...] = ()
    """The calls that failed, in order."""

    completed: tuple[str, ...] = ()
    """What was tainted, made only in part, and was completed instead of replaced."""

    imported: Mapping[str, str] = field(default_factory=dict)
    """What existed and was in no state: its import id by address."""

    revoked: tuple[str, ...] = ()
    """Rules that let everything out, left in security groups that were made halfway."""

    beside: tuple[str, ...] = ()
    """What exists in the end, was not there before, and no resource describes; nothing, if all is
    well."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was run, and what came out."""

    stack: str
    resources: int
    """How many resources were applied."""

    phases: tuple[Phase, ...]
    provider: str
    """The version of the AWS provider that ran."""

    omissions: tuple[str, ...]
    """What of the document was not run, because the provider or an empty account has it not."""

    stand_ins: Mapping[str, Any]
    """Values that were made up for variables."""

    preconditions: tuple[str, ...]
    """What was made beforehand, because the document looks it up."""

    lifted: tuple[str, ...]
    """Protections that were lifted for the destroy."""

    differences: tuple[Difference, ...]
    """What the second plan would change; nothing, if all is well."""

    left: tuple[Leftover, ...]
    """What remains and should not."""

    kept: tuple[Leftover, ...]
    """What remains on AWS too, each with its reason."""

    failure: str
    """What stopped it: the phase and what Terraform said; empty where nothing did."""

    is_whole: bool
    """Whether it went to its end: it was destroyed, and looked at."""

    interrupted: Interrupted | None = None

    @property
    def as_promised(self) -> bool:
        """Whether everything that ran came out as it should."""
        beside = self.interrupted.beside if self.interrupted is not None else ()
        return not (self.failure or self.differences or self.left or beside)

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return sum(phase.seconds for phase in self.phases)

    def as_json(self) -> dict[str, Any]:
        """All of it, for ``json.dumps``."""
        return asdict(self) | {"as_promised": self.as_promised, "seconds": round(self.seconds, 1)}
