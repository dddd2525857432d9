"""Which Fargate capacity the tasks of a service run on."""

from collections.abc import Iterator
from typing import Annotated

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import between

__all__ = ["CapacityProviderStrategy"]


class CapacityProviderStrategy(Settings):
    """Fargate and Fargate Spot in a proportion.

    Spot costs less and may be taken back with two minutes' notice, so the application must stop
    within its stop timeout. A service that has no mix runs on Fargate alone.
    """

    base: Annotated[int, between(0, 100_000, "a number of tasks")] = 1
    """Tasks that always run on Fargate, before the weights apply; 0-100000."""

    fargate_weight: Annotated[int, between(0, 1000, "a weight")] = 1
    """Fargate's share of the tasks beyond the base; 0-1000."""

    spot_weight: Annotated[int, between(0, 1000, "a weight")] = 1
    """Fargate Spot's share of the tasks beyond the base; 0-1000."""

    @rule
    def _has_a_share(self) -> Iterator[SettingsProblem]:
        if self.fargate_weight == 0 and self.spot_weight == 0:
            yield SettingsProblem(
                "spot_weight", "is 0, and so is fargate_weight", "give one of them a share"
            )
