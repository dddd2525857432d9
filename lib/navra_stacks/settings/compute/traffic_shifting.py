"""What guards a shift of traffic: alarms that roll back, hooks that test, requests that preview."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule, shown
from navra_stacks.settings.model.field_types import between

__all__ = ["LifecycleHook", "RollbackAlarms", "TestTraffic"]

RehearsalContext = Literal[
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
]
"""Stages of a deployment at which ECS asks a hook (ECS API, ``DeploymentLifecycleHook``)."""


def _check_function(value: str) -> str:
    if (
        re.fullmatch(
            r"arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?",
            value,
        )
        is None
    ):
        raise refuse(
            f"{shown(value)} is not the ARN of a Lambda function",
            "as in 'arn:aws:lambda:us-east-1:123456789012:function:smoke-test'",
        )
    return value


def _check_header(value: str) -> str:
    # ELB API, HttpHeaderConditionConfig: 1-40 characters of a token, no wildcards.
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}", value) is None or "*" in value:
        raise refuse(
            f"{value!r} is not the name of a header",
            "use 1-40 letters, digits and hyphens, as in 'X-Preview'",
        )
    if value.lower() == "host":
        raise refuse("'Host' cannot be matched as a header", "name a header of your own")
    return value


def _check_header_value(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._~-]{1,128}", value) is None:
        raise refuse(
            f"{shown(value)} is not a value to match", "use 1-128 letters, digits and . _ ~ -"
        )
    return value


class RollbackAlarms(Settings):
    """When a shift is rolled back; of both target groups of the service, on their own."""

    errors_a_minute: Annotated[int, between(1, 1_000_000, "a number of answers")] = 10
    """5xx answers of the tasks in a minute that count as failing."""

    error_minutes: Annotated[int, between(1, 60, "a time", "minutes")] = 2
    """Failing minutes in a row that roll back. Unhealthy tasks roll back once they have been so
    for longer than the service's health check grace."""


class LifecycleHook(Settings):
    """A Lambda function that ECS asks at some stages whether a deployment may go on."""

    function_arn: Annotated[str, AfterValidator(_check_function)]
    """The function, which must exist; with a version or an alias, or without."""

    stages: tuple[RehearsalContext, ...]
    """The stages at which it is asked."""

    @rule
    def _has_stages(self) -> Iterator[SettingsProblem]:
        if not self.stages:
            yield SettingsProblem(
                "stages", "is empty", "name the stages at which the function is asked"
            )
        for stage, count in Counter(self.stages).items():
            if count > 1:
                yield SettingsProblem("stages", f"{stage!r} is given {count} times", "name it once")


class TestTraffic(Settings):
    """Requests that reach the new revision before everyone's do: those with a certain header.

    Whoever knows the header and its value reaches it; it is no secret.
    """

    __test__ = False
    """Pytest takes it for no test because of its name."""

    header: Annotated[str, AfterValidator(_check_header)]
    """The header's name: ``X-Preview``."""

    value: Annotated[str, AfterValidator(_check_header_value)]
    """The header's value."""

    priority: Annotated[int, between(1, 50000, "the priority of a listener rule")]
    """The listener rule's priority, below that of the rule that takes everyone's requests."""
