"""How the load balancer asks a service whether it is well."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.settings.model.field_types import UrlPath, between

__all__ = ["HealthCheck"]


def _check_matcher(value: str) -> str:
    written = re.fullmatch(r"[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?)*", value) is not None
    ranges = [part.partition("-") for part in value.split(",")] if written else []
    if not written or any(not 200 <= int(a) <= int(b or a) <= 499 for a, _, b in ranges):
        raise refuse(
            f"{value!r} is not a matcher", "use codes of 200-499: '200', '200,302', '200-299'"
        )
    return value


Matcher = Annotated[str, AfterValidator(_check_matcher)]


class HealthCheck(Settings):
    """How the load balancer decides that a task may take traffic."""

    path: UrlPath
    """The path that is asked, on the container's port."""

    interval_seconds: Annotated[int, between(5, 300, "an interval", "seconds")] = 15
    """Time between checks, 5-300 seconds."""

    timeout_seconds: Annotated[int, between(2, 120, "a timeout", "seconds")] = 5
    """Time for an answer, 2-120 seconds, below the interval."""

    healthy_threshold: Annotated[int, between(2, 10, "a threshold", "checks")] = 2
    """Good answers in a row that make a target healthy, 2-10."""

    unhealthy_threshold: Annotated[int, between(2, 10, "a threshold", "checks")] = 3
    """Bad answers in a row that make a target unhealthy, 2-10."""

    matcher: Matcher = "200"
    """HTTP codes of a good answer: ``200``, ``200,302``, ``200-299``."""

    @rule
    def _answers_in_time(self) -> Iterator[SettingsProblem]:
        if self.timeout_seconds >= self.interval_seconds:
            yield SettingsProblem(
                "timeout_seconds",
                f"{self.timeout_seconds} is not below interval_seconds {self.interval_seconds}",
                "lower the timeout",
            )
