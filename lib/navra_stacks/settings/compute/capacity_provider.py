"""Capacity providers of a service: Fargate and Fargate Spot."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import int_range

__all__ = ["CapacityProviderStrategy"]


class CapacityProviderStrategy(Settings):
    """The division of a service's tasks between Fargate and Fargate Spot.

    Spot costs less, but AWS can interrupt a task with two minutes' notice, so the application must
    stop within the stop timeout of its container. A service without a capacity provider strategy
    runs on Fargate only.
    """

    base: Annotated[int, int_range(0, 100_000, "number of tasks")] = 1
    """Number of tasks that always run on Fargate, 0-100000. The weights apply to all further
    tasks."""

    fargate_weight: Annotated[int, int_range(0, 1000, "weight")] = 1
    """Weight of Fargate for the tasks beyond `base`, 0-1000."""

    spot_weight: Annotated[int, int_range(0, 1000, "weight")] = 1
    """Weight of Fargate Spot for the tasks beyond `base`, 0-1000."""

    @rule
    def _check_weights(self) -> Iterator[SettingsProblem]:
        if self.fargate_weight == 0 and self.spot_weight == 0:
            yield SettingsProblem(
                "spot_weight",
                "is 0, and fargate_weight is 0 as well",
                "raise spot_weight or fargate_weight above 0",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[CapacityProviderStrategyChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class CapacityProviderStrategyChanges(TypedDict, total=False):
        base: int
        fargate_weight: int
        spot_weight: int
