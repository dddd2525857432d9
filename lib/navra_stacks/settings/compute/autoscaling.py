"""Autoscaling of a service's task count."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.scheduled_scaling import ScheduledAction
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import between

__all__ = ["Autoscaling"]


class Autoscaling(Settings):
    """How many tasks a service runs: a range, and the loads that it is held at."""

    renamed_fields: ClassVar[Mapping[str, str]] = {
        "minimum": "min_capacity",
        "maximum": "max_capacity",
    }

    min_capacity: Annotated[int, between(0, 5000, "a number of tasks")] = 2
    """The least tasks that run."""

    max_capacity: Annotated[int, between(1, 5000, "a number of tasks")] = 6
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

    schedules: tuple[ScheduledAction, ...] = ()
    """Actions that set another range at certain times. They own the range from then on, so
    Terraform sets `min_capacity` and `max_capacity` once, and leaves them alone afterwards."""

    @rule
    def _range(self) -> Iterator[SettingsProblem]:
        if self.min_capacity > self.max_capacity:
            yield SettingsProblem(
                "min_capacity",
                f"{self.min_capacity} is above max_capacity {self.max_capacity}",
                "lower one of them",
            )

    @rule
    def _has_a_target(self) -> Iterator[SettingsProblem]:
        if self.cpu_percent is self.memory_percent is self.requests_per_target is None:
            yield SettingsProblem(
                "cpu_percent", "no target is given", "give one, or leave autoscaling off"
            )

    @rule
    def _schedules_fit_together(self) -> Iterator[SettingsProblem]:
        for name, count in Counter(action.name for action in self.schedules).items():
            if count > 1:
                yield SettingsProblem(
                    "schedules", f"{count} are named {name!r}", "name each differently"
                )
        ranges = {(action.min_capacity, action.max_capacity) for action in self.schedules}
        if ranges and (self.min_capacity, self.max_capacity) not in ranges:
            yield SettingsProblem(
                "schedules",
                f"none gives the range {self.min_capacity}-{self.max_capacity} back, so it would "
                "be gone after the first action",
                f"add an action with min_capacity {self.min_capacity} and max_capacity "
                f"{self.max_capacity}",
            )
