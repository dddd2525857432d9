"""Safeguards of traffic shifting: rollback alarms, lifecycle hooks, test traffic."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, format_value, invalid, rule
from navra_stacks.settings.model.field_types import int_range

__all__ = ["LifecycleHook", "RollbackAlarms", "TestTraffic"]

LifecycleStage = Literal[
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
]
"""Stages of a deployment at which ECS can invoke a hook (ECS API, ``DeploymentLifecycleHook``)."""


def _check_function(value: str) -> str:
    if (
        re.fullmatch(
            r"arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?",
            value,
        )
        is None
    ):
        raise invalid(
            f"{format_value(value)} is not a valid ARN of a Lambda function",
            "use an ARN such as 'arn:aws:lambda:us-east-1:123456789012:function:smoke-test'",
        )
    return value


def _check_header(value: str) -> str:
    # ELB API, HttpHeaderConditionConfig: 1-40 characters of a token, no wildcards.
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}", value) is None or "*" in value:
        raise invalid(
            f"{value!r} is not a valid header name",
            "use 1-40 letters, digits and hyphens, for example 'X-Preview'",
        )
    if value.lower() == "host":
        raise invalid(
            "'Host' is not allowed as the header of test traffic, because a listener rule matches "
            "'Host' only with a host-header condition, not with an http-header condition",
            "use another header, for example 'X-Preview'",
        )
    return value


def _check_header_value(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._~-]{1,128}", value) is None:
        raise invalid(
            f"{format_value(value)} is not a valid header value",
            "use 1-128 letters, digits and . _ ~ -",
        )
    return value


class RollbackAlarms(Settings):
    """Thresholds of the alarms that roll back a traffic shift.

    The thresholds apply separately to each of the service's two target groups.
    """

    errors_a_minute: Annotated[int, int_range(1, 1_000_000, "number of responses")] = 10
    """If the tasks send at least this number of 5xx responses in one minute, that minute counts as
    failing."""

    error_minutes: Annotated[int, int_range(1, 60, "time", "minutes")] = 2
    """Number of consecutive failing minutes after which ECS rolls back. ECS also rolls back if
    tasks are unhealthy for longer than the service's `health_check_grace_seconds`."""

    start_minutes: Annotated[int, int_range(5, 1440, "time", "minutes")] | None = None
    """Time after which ECS rolls back if the tasks of the new revision have not become healthy,
    5-1440 minutes; None for no limit. Without a limit, a deployment whose tasks stop before the
    load balancer registers them stays in progress. Longer than image pull and start together, so
    that a slow start does not end the deployment. Needs `Hardening.container_insights`."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[RollbackAlarmsChanges]") -> Self: ...


class LifecycleHook(Settings):
    """A Lambda function that decides at certain stages whether a deployment continues."""

    function_arn: Annotated[str, AfterValidator(_check_function)]
    """The ARN of the function, which must exist; optionally with a version or an alias."""

    stages: tuple[LifecycleStage, ...]
    """The stages at which ECS invokes the function."""

    @rule
    def _check_stages(self) -> Iterator[SettingsProblem]:
        if not self.stages:
            yield SettingsProblem(
                "stages", "is empty", "list the stages at which ECS invokes the function"
            )
        for stage, count in Counter(self.stages).items():
            if count > 1:
                yield SettingsProblem(
                    "stages", f"{stage!r} is listed {count} times", "list each stage once"
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[LifecycleHookChanges]") -> Self: ...


class TestTraffic(Settings):
    """Test requests with a certain header, routed to the new revision before the traffic shift.

    The header is not a secret: any client that sends it reaches the new revision.
    """

    __test__ = False
    """Prevents pytest from collecting the class as a test because of its name."""

    header: Annotated[str, AfterValidator(_check_header)]
    """The name of the header, for example ``X-Preview``."""

    value: Annotated[str, AfterValidator(_check_header_value)]
    """The value of the header."""

    priority: Annotated[int, int_range(1, 50000, "priority of a listener rule")]
    """The priority of the listener rule for test traffic, 1-50000; lower than the priority of
    the service's production rule."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[TestTrafficChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class LifecycleHookChanges(TypedDict, total=False):
        function_arn: str
        stages: tuple[LifecycleStage, ...]

    class RollbackAlarmsChanges(TypedDict, total=False):
        errors_a_minute: int
        error_minutes: int
        start_minutes: int | None

    class TestTrafficChanges(TypedDict, total=False):
        header: str
        value: str
        priority: int
