"""How a new revision of a service takes over, and how many tasks it runs."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.traffic_shifting import (
    LifecycleHook,
    RollbackAlarms,
    TestTraffic,
)
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import between

__all__ = ["Deployment"]

SMALLEST_LINEAR_STEP = 3
"""Percent (ECS API, ``LinearConfiguration``)."""


class Deployment(Settings):
    """The deployment strategy of a service; use the named variants.

    All but rolling shift traffic between two target groups. ECS then owns the weights of the
    listener rule and the target group of the service, and a pipeline deploys.
    """

    renamed_fields: ClassVar[Mapping[str, str]] = {"handover": "first_apply"}

    strategy: Literal["rolling", "blue_green", "linear", "canary"] = "rolling"
    """ECS's own strategies; CodeDeploy is not used."""

    minimum_healthy_percent: Annotated[int, between(0, 100, "a share", "percent")] = 100
    """Share of the desired tasks that stay healthy during a deployment, 0-100 percent."""

    maximum_percent: Annotated[int, between(100, 200, "a share", "percent")] = 200
    """Share of the desired tasks that may run during a deployment, 100-200 percent."""

    bake_minutes: Annotated[int, between(0, 1440, "a bake time", "minutes")] = 10
    """How long old and new run side by side after the shift, 0-1440 minutes; not for rolling."""

    step_percent: Annotated[int, between(1, 100, "a step", "percent")] = 10
    """Share of the traffic that moves at each step; for linear and canary."""

    step_minutes: Annotated[int, between(0, 1440, "a wait", "minutes")] = 5
    """Wait between steps, 0-1440 minutes; for linear and canary."""

    rollback: RollbackAlarms = RollbackAlarms()
    """What rolls a shift back; not for rolling, which has the circuit breaker."""

    hooks: tuple[LifecycleHook, ...] = ()
    """Functions that are asked whether a shift may go on; not for rolling."""

    test_traffic: TestTraffic | None = None
    """Requests that reach the new revision first; None where there are none. Not for rolling."""

    first_apply: bool = False
    """True for the one apply that turns a shift on where the service runs already. Terraform then
    writes what it leaves to ECS ever after: without it, it would ignore the change. Not needed
    for a new service."""

    @classmethod
    def rolling(cls, *, minimum_healthy_percent: int = 100, maximum_percent: int = 200) -> Self:
        """Replace tasks gradually; the circuit breaker rolls back a revision that never starts."""
        return cls(
            strategy="rolling",
            minimum_healthy_percent=minimum_healthy_percent,
            maximum_percent=maximum_percent,
        )

    @classmethod
    def blue_green(cls, *, bake_minutes: int = 10, **guards: Any) -> Self:
        """Start the new revision beside the old one and move all traffic at once.

        Args:
            bake_minutes: How long both run side by side after the shift.
            **guards: `rollback`, `hooks`, `test_traffic` and `first_apply`, as of every shift.
        """
        return cls(strategy="blue_green", bake_minutes=bake_minutes, **guards)

    @classmethod
    def linear(
        cls, *, percent: int = 10, minutes: int = 5, bake_minutes: int = 10, **guards: Any
    ) -> Self:
        """Move the traffic in equal steps, each of 3 percent or more."""
        return cls(
            strategy="linear",
            step_percent=percent,
            step_minutes=minutes,
            bake_minutes=bake_minutes,
            **guards,
        )

    @classmethod
    def canary(
        cls, *, percent: int = 10, minutes: int = 10, bake_minutes: int = 10, **guards: Any
    ) -> Self:
        """Move a small share of the traffic first, then the rest."""
        return cls(
            strategy="canary",
            step_percent=percent,
            step_minutes=minutes,
            bake_minutes=bake_minutes,
            **guards,
        )

    @property
    def shifts(self) -> bool:
        """Whether traffic is shifted between two target groups."""
        return self.strategy != "rolling"

    @property
    def shift_minutes(self) -> int:
        """How long a deployment waits on purpose, from the first step to the end of the bake."""
        waits = 0
        if self.strategy == "linear":
            waits = -(-100 // self.step_percent) - 1
        elif self.strategy == "canary":
            waits = 1
        return waits * self.step_minutes + self.bake_minutes

    @rule
    def _can_finish(self) -> Iterator[SettingsProblem]:
        if self.minimum_healthy_percent == 100 and self.maximum_percent == 100:
            yield SettingsProblem(
                "maximum_percent",
                "100 with a minimum of 100 lets no task start and none stop, so a deployment "
                "never finishes",
                "allow more than 100 percent, or fewer healthy tasks",
            )

    @rule
    def _fits_its_strategy(self) -> Iterator[SettingsProblem]:
        if self.shifts:
            for name, value, default in (
                ("minimum_healthy_percent", self.minimum_healthy_percent, 100),
                ("maximum_percent", self.maximum_percent, 200),
            ):
                if value != default:
                    yield SettingsProblem(
                        name,
                        f"{value} is for rolling, and {self.strategy!r} starts every task of the "
                        "new revision beside the old ones",
                        "leave it out, or use Deployment.rolling()",
                    )
            return
        for name, given in (
            ("hooks", bool(self.hooks)),
            ("test_traffic", self.test_traffic is not None),
            ("first_apply", self.first_apply),
        ):
            if given:
                yield SettingsProblem(
                    name,
                    "is given, but rolling shifts no traffic",
                    "leave it out, or use blue_green, linear or canary",
                )

    @rule
    def _steps_are_large_enough(self) -> Iterator[SettingsProblem]:
        if self.strategy == "linear" and self.step_percent < SMALLEST_LINEAR_STEP:
            yield SettingsProblem(
                "step_percent",
                f"{self.step_percent} is too small a step for linear "
                f"({SMALLEST_LINEAR_STEP}-100 percent)",
                "take larger steps, or canary for one small one",
            )
