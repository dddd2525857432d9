"""The target group health check of a service."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import UrlPath, int_range

__all__ = ["HealthCheck"]


def _check_matcher(value: str) -> str:
    well_formed = re.fullmatch(r"[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?)*", value) is not None
    ranges = [part.partition("-") for part in value.split(",")] if well_formed else []
    if not well_formed or any(not 200 <= int(a) <= int(b or a) <= 499 for a, _, b in ranges):
        raise invalid(
            f"{value!r} is not a valid list of status codes",
            "use codes from 200 to 499, for example '200', '200,302' or '200-299'",
        )
    return value


Matcher = Annotated[str, AfterValidator(_check_matcher)]


class HealthCheck(Settings):
    """The health check of a target group, which decides whether a task receives traffic."""

    path: UrlPath
    """The path that the load balancer requests on the container's port."""

    interval_seconds: Annotated[int, int_range(5, 300, "interval", "seconds")] = 15
    """Time between two checks, 5-300 seconds."""

    timeout_seconds: Annotated[int, int_range(2, 120, "timeout", "seconds")] = 5
    """Time to wait for a response, 2-120 seconds; it must be less than `interval_seconds`."""

    healthy_threshold: Annotated[int, int_range(2, 10, "threshold", "checks")] = 2
    """Consecutive successful checks after which a target is healthy, 2-10."""

    unhealthy_threshold: Annotated[int, int_range(2, 10, "threshold", "checks")] = 3
    """Consecutive failed checks after which a target is unhealthy, 2-10."""

    matcher: Matcher = "200"
    """HTTP status codes of a successful check, from 200 to 499, for example ``200``, ``200,302`` or
    ``200-299``."""

    @rule
    def _check_timeout(self) -> Iterator[SettingsProblem]:
        if self.timeout_seconds >= self.interval_seconds:
            yield SettingsProblem(
                "timeout_seconds",
                f"{self.timeout_seconds} is not below interval_seconds {self.interval_seconds}",
                "lower timeout_seconds, or raise interval_seconds",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[HealthCheckChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class HealthCheckChanges(TypedDict, total=False):
        path: UrlPath
        interval_seconds: int
        timeout_seconds: int
        healthy_threshold: int
        unhealthy_threshold: int
        matcher: Matcher
