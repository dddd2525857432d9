"""Names and retention of the services' log groups."""

import re
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, invalid
from navra_stacks.settings.model.field_types import WholeNumber

__all__ = ["Logs", "RetentionDays"]


# CloudWatch Logs API, PutRetentionPolicy, retentionInDays.
_OFFERED_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _check_days(value: int) -> int:
    if value not in _OFFERED_DAYS:
        nearest = min(_OFFERED_DAYS, key=lambda days: abs(days - value))
        raise invalid(
            f"{value} days is not a retention that CloudWatch Logs offers "
            f"({', '.join(map(str, _OFFERED_DAYS))})",
            f"use {nearest}, the nearest offered value",
        )
    return value


def _check_prefix(value: str) -> str:
    if re.fullmatch(r"/?[A-Za-z0-9_.#-]+(/[A-Za-z0-9_.#-]+)*", value) is None or len(value) > 200:
        raise invalid(
            f"{value!r} is not a valid prefix of a log group name",
            "use at most 200 letters, digits and _ - . #, with single slashes and no slash at "
            "the end, for example '/ecs'",
        )
    if value.lstrip("/").startswith("aws/") or value.lstrip("/") == "aws":
        raise invalid(
            f"{value!r} is reserved for AWS services",
            "use another prefix, for example '/ecs'",
        )
    return value


RetentionDays = Annotated[WholeNumber, AfterValidator(_check_days)]


class Logs(Settings):
    """Names and retention of the services' CloudWatch log groups."""

    group_prefix: Annotated[str, AfterValidator(_check_prefix)]
    """The prefix of each log group's name, for example ``/ecs``, at most 200 characters. The prefix
    is followed by a slash and the task definition family."""

    retention_days: RetentionDays
    """Retention of the log events in days, one of the values that CloudWatch Logs offers;
    unlimited retention is not allowed."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[LogsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class LogsChanges(TypedDict, total=False):
        group_prefix: str
        retention_days: RetentionDays
