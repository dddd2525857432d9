"""Daily and weekly windows for backups and maintenance of a database or a cache."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import invalid

__all__ = [
    "DailyWindow",
    "WeeklyWindow",
    "daily_window",
    "overlap",
    "overlap_daily",
    "overlap_problems",
]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])"


def _daily_minutes(value: str) -> tuple[int, int]:
    """Return the start within the day and the length of a daily window, in minutes."""
    times = re.fullmatch(rf"{_TIME}-{_TIME}", value)
    if times is None:
        raise ValueError(value)
    start, end = (int(times[n]) * 60 + int(times[n + 1]) for n in (1, 3))
    return start, (end - start) % _DAY


def _weekly_minutes(value: str) -> tuple[int, int]:
    """Return the start within the week and the length of a weekly window, in minutes."""
    day = f"({'|'.join(_DAYS)})"
    parts = re.fullmatch(rf"{day}:{_TIME}-{day}:{_TIME}", value)
    if parts is None:
        raise ValueError(value)
    start, end = (
        _DAYS.index(parts[n]) * _DAY + int(parts[n + 1]) * 60 + int(parts[n + 2]) for n in (1, 4)
    )
    return start, (end - start) % (7 * _DAY)


def _check_daily(value: str) -> str:
    try:
        _, length = _daily_minutes(value)
    except ValueError:
        raise invalid(
            f"{value!r} is not a valid daily window", "use times in UTC, for example '03:00-04:00'"
        ) from None
    if length < 30:
        raise invalid(f"{value!r} is {length} minutes long", "use a window of 30 minutes or more")
    return value


def _check_weekly(value: str) -> str:
    try:
        _, length = _weekly_minutes(value)
    except ValueError:
        raise invalid(
            f"{value!r} is not a valid weekly window",
            "use times in UTC, for example 'sun:04:30-sun:05:30'",
        ) from None
    # RDS requires at least 30 minutes, ElastiCache 60; both allow at most 24 hours.
    if not 60 <= length <= _DAY:
        raise invalid(
            f"{value!r} is {length} minutes long", "use a window of 60 minutes to 24 hours"
        )
    return value


DailyWindow = Annotated[str, AfterValidator(_check_daily)]
"""A daily window of 30 minutes or more in UTC, for example ``03:00-04:00``."""

WeeklyWindow = Annotated[str, AfterValidator(_check_weekly)]
"""A weekly window of 60 minutes to 24 hours in UTC, for example ``sun:04:30-sun:05:30``."""


def overlap(daily: str, weekly: str) -> bool:
    """Return True if a daily and a weekly window have a minute in common."""
    daily_start, daily_length = _daily_minutes(daily)
    weekly_start, weekly_length = _weekly_minutes(weekly)
    week = 7 * _DAY
    for day in range(7):
        start = day * _DAY + daily_start
        if (start - weekly_start) % week < weekly_length:
            return True
        if (weekly_start - start) % week < daily_length:
            return True
    return False


def overlap_daily(first: str, second: str) -> bool:
    """Return True if two daily windows have a minute in common."""
    (start, length), (other_start, other_length) = _daily_minutes(first), _daily_minutes(second)
    return (other_start - start) % _DAY < length or (start - other_start) % _DAY < other_length


def daily_window(hour: int, hours: int) -> str:
    """Return the daily window that starts at the hour `hour` and lasts `hours` hours."""
    return f"{hour:02}:00-{(hour + hours) % 24:02}:00"


def overlap_problems(
    field: str, daily: str, maintenance: str, *, service: str
) -> Iterator[SettingsProblem]:
    """Yield a problem if a daily window overlaps the weekly maintenance window.

    Args:
        field: The name of the field that contains the daily window.
        daily: The daily window.
        maintenance: The weekly maintenance window.
        service: The AWS service that rejects the overlap.
    """
    if overlap(daily, maintenance):
        yield SettingsProblem(
            field,
            f"{daily!r} overlaps maintenance_window {maintenance!r}, which {service} does not "
            "allow",
            f"move {field} or maintenance_window",
        )
