"""Autoscaling of a service's task count."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.scheduled_scaling import ScheduledAction
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import int_range

__all__ = ["Autoscaling"]


class Autoscaling(Settings):
    """Autoscaling of a service by target tracking: task count range, target values, schedules."""

    former_names: ClassVar[Mapping[str, str]] = {
        "minimum": "min_capacity",
        "maximum": "max_capacity",
    }

    min_capacity: Annotated[int, int_range(0, 5000, "number of tasks")] = 2
    """The minimum number of tasks, 0-5000."""

    max_capacity: Annotated[int, int_range(1, 5000, "number of tasks")] = 6
    """The maximum number of tasks, 1-5000."""

    cpu_percent: Annotated[int, int_range(10, 90, "target value", "percent")] | None = 60
    """Target value for the average CPU utilization, 10-90 percent; None to ignore CPU
    utilization."""

    memory_percent: Annotated[int, int_range(10, 90, "target value", "percent")] | None = None
    """Target value for the average memory utilization, 10-90 percent; None to ignore memory
    utilization."""

    requests_per_target: Annotated[int, int_range(1, 1_000_000, "number of requests")] | None = None
    """Target value for the number of requests per minute and task, 1-1,000,000; None to ignore
    requests."""

    scale_out_cooldown_seconds: Annotated[int, int_range(0, 3600, "cooldown", "seconds")] = 60
    """Cooldown after adding tasks, 0-3600 seconds."""

    scale_in_cooldown_seconds: Annotated[int, int_range(0, 3600, "cooldown", "seconds")] = 300
    """Cooldown after removing tasks, 0-3600 seconds."""

    schedules: tuple[ScheduledAction, ...] = ()
    """Actions that set another task count range at certain times. If there are actions, AWS changes
    the range outside Terraform, so Terraform sets `min_capacity` and `max_capacity` only once, and
    ignores later changes of both."""

    @rule
    def _check_range(self) -> Iterator[SettingsProblem]:
        if self.min_capacity > self.max_capacity:
            yield SettingsProblem(
                "min_capacity",
                f"{self.min_capacity} is above max_capacity {self.max_capacity}",
                "lower min_capacity, or raise max_capacity",
            )

    @rule
    def _check_targets(self) -> Iterator[SettingsProblem]:
        if self.cpu_percent is self.memory_percent is self.requests_per_target is None:
            yield SettingsProblem(
                "cpu_percent",
                "no target value is set",
                "set cpu_percent, memory_percent or requests_per_target, or turn autoscaling off",
            )

    @rule
    def _check_schedules(self) -> Iterator[SettingsProblem]:
        for name, count in Counter(action.name for action in self.schedules).items():
            if count > 1:
                yield SettingsProblem(
                    "schedules",
                    f"{count} actions are named {name!r}",
                    "give each action a different name",
                )
        ranges = {(action.min_capacity, action.max_capacity) for action in self.schedules}
        if ranges and (self.min_capacity, self.max_capacity) not in ranges:
            yield SettingsProblem(
                "schedules",
                f"no action restores the range {self.min_capacity}-{self.max_capacity}, so this "
                "range would be lost after the first action",
                f"add an action with min_capacity {self.min_capacity} and max_capacity "
                f"{self.max_capacity}",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[AutoscalingChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class AutoscalingChanges(TypedDict, total=False):
        min_capacity: int
        max_capacity: int
        cpu_percent: int | None
        memory_percent: int | None
        requests_per_target: int | None
        scale_out_cooldown_seconds: int
        scale_in_cooldown_seconds: int
        schedules: tuple[ScheduledAction, ...]
