"""Weekly and daily windows in which AWS may work on a database or a cache."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import refuse

__all__ = [
    "DailyWindow",
    "WeeklyWindow",
    "from_hour",
    "overlap",
    "overlap_daily",
    "overlap_problems",
]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])"


def _daily_minutes(value: str) -> tuple[int, int]:
    """Start within a day, and length, in minutes."""
    times = re.fullmatch(rf"{_TIME}-{_TIME}", value)
    if times is None:
        raise ValueError(value)
    start, end = (int(times[n]) * 60 + int(times[n + 1]) for n in (1, 3))
    return start, (end - start) % _DAY


def _weekly_minutes(value: str) -> tuple[int, int]:
    """Start within a week, and length, in minutes."""
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
        raise refuse(f"{value!r} is not a daily window", "as in '03:00-04:00', in UTC") from None
    if length < 30:
        raise refuse(f"{value!r} is {length} minutes long", "give it 30 minutes or more")
    return value


def _check_weekly(value: str) -> str:
    try:
        _, length = _weekly_minutes(value)
    except ValueError:
        raise refuse(
            f"{value!r} is not a weekly window", "as in 'sun:04:30-sun:05:30', in UTC"
        ) from None
    # RDS: 30 minutes at least; ElastiCache: 60; both: 24 hours at most.
    if not 60 <= length <= _DAY:
        raise refuse(f"{value!r} is {length} minutes long", "give it 60 minutes to 24 hours")
    return value


DailyWindow = Annotated[str, AfterValidator(_check_daily)]
"""A time of every day in UTC: ``03:00-04:00``."""

WeeklyWindow = Annotated[str, AfterValidator(_check_weekly)]
"""A time of every week in UTC: ``sun:04:30-sun:05:30``."""


def overlap(daily: str, weekly: str) -> bool:
    """Whether a daily window and a weekly one have a minute in common."""
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


def overlap_daily(one: str, other: str) -> bool:
    """Whether two daily windows have a minute in common."""
    (start, length), (other_start, other_length) = _daily_minutes(one), _daily_minutes(other)
    return (other_start - start) % _DAY < length or (start - other_start) % _DAY < other_length


def from_hour(hour: int, hours: int) -> str:
    """The daily window of so many hours that begins with the `hour`."""
    return f"{hour:02}:00-{(hour + hours) % 24:02}:00"


def overlap_problems(
    field: str, daily: str, maintenance: str, *, refused_by: str
) -> Iterator[SettingsProblem]:
    """What is wrong with a daily window beside the `maintenance_window`."""
    if overlap(daily, maintenance):
        yield SettingsProblem(
            field,
            f"{daily!r} overlaps maintenance_window {maintenance!r}, which {refused_by} refuses",
            "move one of them",
        )
