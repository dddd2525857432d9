"""How a new revision of a service takes over, and how many tasks it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from navra_stacks.errors import Problem
from navra_stacks.settings.base import Settings, rule
from navra_stacks.settings.scalars import between

__all__ = ["Autoscaling", "Deployment"]


class Deployment(Settings):
    """The deployment strategy of a service; use the named variants."""

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

    @classmethod
    def rolling(cls, *, minimum_healthy_percent: int = 100, maximum_percent: int = 200) -> Self:
        """Replace tasks gradually; the circuit breaker rolls back a revision that never starts."""
        return cls(
            strategy="rolling",
            minimum_healthy_percent=minimum_healthy_percent,
            maximum_percent=maximum_percent,
        )

    @classmethod
    def blue_green(cls, *, bake_minutes: int = 10) -> Self:
        """Start the new revision beside the old one and move all traffic at once."""
        return cls(strategy="blue_green", bake_minutes=bake_minutes)

    @classmethod
    def linear(cls, *, percent: int = 10, minutes: int = 5, bake_minutes: int = 10) -> Self:
        """Move the traffic in equal steps."""
        return cls(
            strategy="linear", step_percent=percent, step_minutes=minutes, bake_minutes=bake_minutes
        )

    @classmethod
    def canary(cls, *, percent: int = 10, minutes: int = 10, bake_minutes: int = 10) -> Self:
        """Move a small share of the traffic first, then the rest."""
        return cls(
            strategy="canary", step_percent=percent, step_minutes=minutes, bake_minutes=bake_minutes
        )

    @rule
    def _can_finish(self) -> Iterator[Problem]:
        if self.minimum_healthy_percent == 100 and self.maximum_percent == 100:
            yield Problem(
                "maximum_percent",
                "100 with a minimum of 100 lets no task start and none stop, so a deployment "
                "never finishes",
                "allow more than 100 percent, or fewer healthy tasks",
            )


class Autoscaling(Settings):
    """How many tasks a service runs: a range, and the loads that it is held at."""

    minimum: Annotated[int, between(0, 5000, "a number of tasks")] = 2
    """The least tasks that run."""

    maximum: Annotated[int, between(1, 5000, "a number of tasks")] = 6
    """The most tasks that run."""

    cpu_percent: Annotated[int, between(10, 90, "a target", "percent")] | None = 60
    """Average CPU that the number of tasks is held at, 10-90 percent; None leaves CPU out."""

    memory_percent: Annotated[int, between(10, 90, "a target", "percent")] | None = None
    """Average memory that the number of tasks is held at; None leaves memory out."""

    requests_per_target: Annotated[int, between(1, 1_000_000, "a number of requests")] | None = None
    """Requests a minute and task that the number of tasks is held at; None leaves them out."""

    scale_out_cooldown_seconds: Annotated[int, between(0, 3600, "a wait", "seconds")] = 60
    """Wait after adding tasks, in seconds."""

    scale_in_cooldown_seconds: Annotated[int, between(0, 3600, "a wait", "seconds")] = 300
    """Wait after removing tasks, in seconds."""

    @rule
    def _range(self) -> Iterator[Problem]:
        if self.minimum > self.maximum:
            yield Problem(
                "minimum", f"{self.minimum} is above maximum {self.maximum}", "lower one of them"
            )

    @rule
    def _has_a_target(self) -> Iterator[Problem]:
        if self.cpu_percent is self.memory_percent is self.requests_per_target is None:
            yield Problem("cpu_percent", "no target is given", "give one, or leave autoscaling off")
