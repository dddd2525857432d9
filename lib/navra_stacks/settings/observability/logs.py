"""The log groups of services and their retention."""

import re
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, refuse

__all__ = ["Logs", "RetentionDays"]


# CloudWatch Logs API, PutRetentionPolicy, retentionInDays.
_OFFERED_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _check_days(value: int) -> int:
    if value not in _OFFERED_DAYS:
        nearest = min(_OFFERED_DAYS, key=lambda days: abs(days - value))
        raise refuse(
            f"{value} days is not a retention that CloudWatch offers "
            f"({', '.join(map(str, _OFFERED_DAYS))})",
            f"the nearest is {nearest}",
        )
    return value


def _check_prefix(value: str) -> str:
    if re.fullmatch(r"/?[A-Za-z0-9_.#-]+(/[A-Za-z0-9_.#-]+)*", value) is None or len(value) > 200:
        raise refuse(
            f"{value!r} is not the beginning of a log group's name",
            "use at most 200 letters, digits and _ - . # with single slashes, as in '/ecs'",
        )
    if value.lstrip("/").startswith("aws/") or value.lstrip("/") == "aws":
        raise refuse(f"{value!r} is reserved for AWS's own services", "as in '/ecs'")
    return value


RetentionDays = Annotated[int, AfterValidator(_check_days)]


class Logs(Settings):
    """The log groups of the services."""

    group_prefix: Annotated[str, AfterValidator(_check_prefix)]
    """What stands before the task definition family in a log group's name: ``/ecs``."""

    retention_days: RetentionDays
    """How long log events are kept, in days, as CloudWatch offers it; never for ever."""
