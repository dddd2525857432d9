"""Scheduled actions that change the task count range of an autoscaled service."""

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem, did_you_mean
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import Name, int_range

__all__ = ["ScheduledAction"]

_MONTHS = tuple("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split())
_DAYS = tuple("SUN MON TUE WED THU FRI SAT".split())

# EventBridge, "Cron expressions reference", which Application Auto Scaling refers to.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...], str], ...] = (
    ("minutes", 0, 59, (), ""),
    ("hours", 0, 23, (), ""),
    ("day of month", 1, 31, (), r"\?|L|LW|([1-9]|[12][0-9]|3[01])W"),
    ("month", 1, 12, _MONTHS, ""),
    ("day of week", 1, 7, _DAYS, r"\?|L|[1-7]L|[1-7]#[1-5]"),
    ("year", 1970, 2199, (), ""),
)
"""For each cron field: the name of the field, the lowest and the highest number, names for the
numbers, and a regular expression for other allowed values."""

_EXAMPLE = "'0 20 ? * MON-FRI *' is 20:00 from Monday to Friday"


def _check_cron(value: str) -> str:
    inner = re.fullmatch(r"cron\((.*)\)", value)
    if inner is not None:
        raise invalid(f"{value!r} is wrapped in 'cron()'", f"did you mean {inner[1]!r}?")
    fields = value.split()
    if len(fields) != len(_FIELDS):
        names = ", ".join(name for name, *_ in _FIELDS)
        raise invalid(
            f"{value!r} has {len(fields)} fields instead of {len(_FIELDS)} ({names})",
            f"write all {len(_FIELDS)} fields; for example, {_EXAMPLE}",
        )
    for text, (name, low, high, aliases, other) in zip(fields, _FIELDS, strict=True):
        if not (other and re.fullmatch(other, text)) and not all(
            _is_item(item, low, high, aliases) for item in text.split(",")
        ):
            raise invalid(
                f"{text!r} in {value!r} is not a valid value for the field {name!r} ({low}-{high})",
                f"correct the field {name!r}; for example, {_EXAMPLE}",
            )
    if (fields[2] == "?") == (fields[4] == "?"):
        raise invalid(
            f"{value!r} does not have '?' in exactly one of the fields 'day of month' and 'day of "
            "week'",
            f"use '?' in the field that does not matter; for example, {_EXAMPLE}",
        )
    return " ".join(fields)


def _is_item(text: str, low: int, high: int, aliases: tuple[str, ...]) -> bool:
    """Return True if `text` is a value, a range or ``*``, optionally followed by a step."""
    base, slash, step = text.partition("/")
    if slash and (re.fullmatch(r"[0-9]{1,4}", step) is None or int(step) == 0):
        return False
    if base == "*":
        return True
    return all(
        end in aliases or (re.fullmatch(r"[0-9]{1,4}", end) is not None and low <= int(end) <= high)
        for end in base.split("-", 1)
    )


def _check_timezone(value: str) -> str:
    known = zoneinfo.available_timezones()
    # A machine without a time zone database knows no names, so it cannot check any.
    if known and value not in known:
        raise invalid(
            f"{value!r} is not an IANA time zone",
            did_you_mean(value, known, "use a name such as 'Europe/Berlin'"),
        )
    return value


class ScheduledAction(Settings):
    """An action that changes the task count range of an autoscaled service at certain times.

    For example, actions can stop a service at night.
    """

    former_names: ClassVar[Mapping[str, str]] = {
        "minimum": "min_capacity",
        "maximum": "max_capacity",
    }

    name: Name
    """The name of the action, for example ``evening``."""

    cron: Annotated[str, AfterValidator(_check_cron)]
    """The times of the action, as six cron fields (minutes, hours, day of month, month, day of
    week, year). For example, ``0 20 ? * MON-FRI *`` is 20:00 from Monday to Friday."""

    timezone: Annotated[str, AfterValidator(_check_timezone)] = "UTC"
    """The IANA time zone of `cron`, for example ``Europe/Berlin``."""

    min_capacity: Annotated[int, int_range(0, 5000, "number of tasks")]
    """The minimum number of tasks after the action, 0-5000. If `min_capacity` and `max_capacity`
    are 0, the action stops the service."""

    max_capacity: Annotated[int, int_range(0, 5000, "number of tasks")]
    """The maximum number of tasks after the action, 0-5000."""

    @rule
    def _check_range(self) -> Iterator[SettingsProblem]:
        if self.min_capacity > self.max_capacity:
            yield SettingsProblem(
                "min_capacity",
                f"{self.min_capacity} is above max_capacity {self.max_capacity}",
                "lower min_capacity, or raise max_capacity",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ScheduledActionChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class ScheduledActionChanges(TypedDict, total=False):
        name: Name
        cron: str
        timezone: str
        min_capacity: int
        max_capacity: int
