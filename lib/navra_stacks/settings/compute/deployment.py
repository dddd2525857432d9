"""Deployment strategies of a service: rolling, blue/green, linear and canary."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.traffic_shifting import (
    LifecycleHook,
    RollbackAlarms,
    TestTraffic,
)
from navra_stacks.settings.model.arguments import variant
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import int_range

__all__ = ["Deployment"]

_SHIFTING_FIELDS = (
    *("bake_minutes", "rollback", "hooks", "test_traffic", "first_apply"),
    "source_account_condition",
)
"""The fields that have an effect only if a deployment shifts traffic."""

_STEP_FIELDS = ("step_percent", "step_minutes")
"""The fields that have an effect only if the traffic is shifted in steps."""

SMALLEST_LINEAR_STEP = 3
"""The smallest `step_percent` of the ``linear`` strategy (ECS API, ``LinearConfiguration``)."""


class ShiftOptions(TypedDict, total=False):
    """The options of all strategies that shift traffic."""

    rollback: RollbackAlarms
    hooks: tuple[LifecycleHook, ...]
    test_traffic: TestTraffic | None
    first_apply: bool
    source_account_condition: bool


class Deployment(Settings):
    """The deployment strategy of a service; create it with one of the class methods.

    All strategies except ``rolling`` shift traffic between two target groups. With these
    strategies, ECS manages the weights of the listener rule and the service's target group, and a
    pipeline must deploy the service (`Service.deployed_by`).
    """

    former_names: ClassVar[Mapping[str, str]] = {
        "handover": "first_apply",
        "shifts": "shifts_traffic",
    }

    strategy: Literal["rolling", "blue_green", "linear", "canary"] = "rolling"
    """The deployment strategy of ECS; CodeDeploy is not used."""

    minimum_healthy_percent: Annotated[int, int_range(0, 100, "share", "percent")] = 100
    """Minimum number of healthy tasks during a deployment with the ``rolling`` strategy, as a
    percentage of the desired number of tasks, 0-100."""

    maximum_percent: Annotated[int, int_range(100, 200, "share", "percent")] = 200
    """Maximum number of tasks during a deployment with the ``rolling`` strategy, as a percentage of
    the desired number of tasks, 100-200."""

    bake_minutes: Annotated[int, int_range(0, 1440, "bake time", "minutes")] = 10
    """Time for which both revisions run after the traffic shift, 0-1440 minutes. Not for the
    ``rolling`` strategy."""

    step_percent: Annotated[int, int_range(1, 100, "step", "percent")] = 10
    """Share of the traffic that one step shifts: each step of the ``linear`` strategy, 3-100
    percent, or the first step of the ``canary`` strategy, 1-100 percent."""

    step_minutes: Annotated[int, int_range(0, 1440, "wait", "minutes")] = 5
    """Time between the steps of the ``linear`` or ``canary`` strategy, 0-1440 minutes."""

    rollback: RollbackAlarms = RollbackAlarms()
    """Alarms that trigger the rollback of a traffic shift. Not for the ``rolling`` strategy,
    which uses the circuit breaker."""

    hooks: tuple[LifecycleHook, ...] = ()
    """Lambda functions that approve the stages of a deployment. Not for the ``rolling``
    strategy."""

    test_traffic: TestTraffic | None = None
    """Test requests that are routed to the new revision before the traffic shift; None to route
    no test requests. Not for the ``rolling`` strategy."""

    first_apply: bool = False
    """True for the one apply that changes a running service from the ``rolling`` strategy to
    another strategy. In that apply, Terraform also writes the arguments that ECS manages and that
    Terraform otherwise ignores. Not needed for a new service."""

    formerly_shifted: bool = False
    """True for a service with the ``rolling`` strategy that had another strategy before. ECS keeps
    the rollback alarms of a service until it receives others, so they are turned off explicitly,
    and the alarms of the primary target group remain. Leave it True while the service has the
    ``rolling`` strategy."""

    source_account_condition: bool = False
    """True to let ECS assume the roles that shift traffic only for this account
    (``aws:SourceAccount``). Off by default, because it is not documented and not verified that ECS
    sends the account: without it, no deployment could shift traffic. A role can be passed within
    its account only, so another account cannot use it in any case."""

    @classmethod
    @variant
    def rolling(
        cls,
        *,
        minimum_healthy_percent: int = 100,
        maximum_percent: int = 200,
        formerly_shifted: bool = False,
    ) -> Self:
        """Return the strategy that replaces tasks gradually.

        The circuit breaker rolls a deployment back if the new tasks do not start.

        Args:
            minimum_healthy_percent: Minimum number of healthy tasks, in percent of the desired
                number, 0-100.
            maximum_percent: Maximum number of tasks, in percent of the desired number, 100-200.
            formerly_shifted: True for a service that had another strategy before.
        """
        return cls(
            strategy="rolling",
            minimum_healthy_percent=minimum_healthy_percent,
            maximum_percent=maximum_percent,
            formerly_shifted=formerly_shifted,
        )

    @classmethod
    @variant
    def blue_green(cls, *, bake_minutes: int = 10, **options: Unpack[ShiftOptions]) -> Self:
        """Return the strategy that starts all new tasks, then shifts all traffic at once.

        Args:
            bake_minutes: Time for which both revisions run after the shift, 0-1440 minutes.
            **options: `rollback`, `hooks`, `test_traffic` and `first_apply`, as for every strategy
                that shifts traffic.
        """
        return cls(strategy="blue_green", bake_minutes=bake_minutes, **options)

    @classmethod
    @variant
    def linear(
        cls,
        *,
        percent: int = 10,
        minutes: int = 5,
        bake_minutes: int = 10,
        **options: Unpack[ShiftOptions],
    ) -> Self:
        """Return the strategy that shifts the traffic in equal steps.

        Args:
            percent: Share of the traffic that is shifted in each step, 3-100 percent.
            minutes: Time between two steps, 0-1440 minutes.
            bake_minutes: Time for which both revisions run after the last step, 0-1440 minutes.
            **options: See `blue_green`.
        """
        return cls(
            strategy="linear",
            step_percent=percent,
            step_minutes=minutes,
            bake_minutes=bake_minutes,
            **options,
        )

    @classmethod
    @variant
    def canary(
        cls,
        *,
        percent: int = 10,
        minutes: int = 10,
        bake_minutes: int = 10,
        **options: Unpack[ShiftOptions],
    ) -> Self:
        """Return the strategy that shifts a small share of the traffic first, then the rest.

        Args:
            percent: Share of the traffic that is shifted first, 1-100 percent.
            minutes: Time before the rest of the traffic is shifted, 0-1440 minutes.
            bake_minutes: Time for which both revisions run after the last step, 0-1440 minutes.
            **options: See `blue_green`.
        """
        return cls(
            strategy="canary",
            step_percent=percent,
            step_minutes=minutes,
            bake_minutes=bake_minutes,
            **options,
        )

    @property
    def shifts_traffic(self) -> bool:
        """True if a deployment shifts traffic between two target groups."""
        return self.strategy != "rolling"

    @property
    def shift_minutes(self) -> int:
        """Minutes that a deployment waits between the steps and during the bake time, in total.

        The number is meaningful only if `shifts_traffic` is True.
        """
        waits = 0
        if self.strategy == "linear":
            waits = -(-100 // self.step_percent) - 1
        elif self.strategy == "canary":
            waits = 1
        return waits * self.step_minutes + self.bake_minutes

    @rule
    def _check_percents(self) -> Iterator[SettingsProblem]:
        if self.minimum_healthy_percent == 100 and self.maximum_percent == 100:
            yield SettingsProblem(
                "maximum_percent",
                "100 with minimum_healthy_percent 100 lets ECS neither start nor stop a task, so a "
                "deployment never finishes",
                "raise maximum_percent, or lower minimum_healthy_percent",
            )

    @rule
    def _check_strategy(self) -> Iterator[SettingsProblem]:
        if self.shifts_traffic:
            for name, value, default in (
                ("minimum_healthy_percent", self.minimum_healthy_percent, 100),
                ("maximum_percent", self.maximum_percent, 200),
            ):
                if value != default:
                    yield SettingsProblem(
                        name,
                        f"{value} has no effect with the strategy {self.strategy!r}, which starts "
                        "all tasks of the new revision before it stops old tasks",
                        f"remove {name}, or use Deployment.rolling()",
                    )
            if self.formerly_shifted:
                yield SettingsProblem(
                    "formerly_shifted",
                    f"is set, but the strategy {self.strategy!r} shifts traffic and uses the "
                    "rollback alarms",
                    "remove formerly_shifted, or use Deployment.rolling()",
                )
            if self.strategy == "blue_green":
                yield from self._unused(
                    _STEP_FIELDS, "shifts all traffic at once", "Deployment.linear() or canary()"
                )
            return
        # The alarms that remain after a former strategy have the thresholds of `rollback`.
        fields = [n for n in _SHIFTING_FIELDS if not (n == "rollback" and self.formerly_shifted)]
        yield from self._unused(
            (*fields, *_STEP_FIELDS),
            "does not shift traffic",
            "Deployment.blue_green(), linear() or canary()",
        )

    def _unused(self, fields: Sequence[str], why: str, others: str) -> Iterator[SettingsProblem]:
        for name in fields:
            if not self._is_default(name):
                yield SettingsProblem(
                    name,
                    f"is set, but has no effect with the {self.strategy!r} strategy, which {why}",
                    f"remove {name}, or use {others}",
                )

    @rule
    def _check_step(self) -> Iterator[SettingsProblem]:
        if self.strategy == "linear" and self.step_percent < SMALLEST_LINEAR_STEP:
            yield SettingsProblem(
                "step_percent",
                f"{self.step_percent} is too small for a step of the 'linear' strategy "
                f"({SMALLEST_LINEAR_STEP}-100 percent)",
                "raise step_percent, or use Deployment.canary() for a single small step",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DeploymentChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class DeploymentChanges(TypedDict, total=False):
        strategy: Literal["rolling", "blue_green", "linear", "canary"]
        minimum_healthy_percent: int
        maximum_percent: int
        bake_minutes: int
        step_percent: int
        step_minutes: int
        rollback: RollbackAlarms
        hooks: tuple[LifecycleHook, ...]
        test_traffic: TestTraffic | None
        first_apply: bool
        formerly_shifted: bool
        source_account_condition: bool
