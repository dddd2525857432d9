"""An alarm on log lines that match a pattern."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator, ValidationInfo

from navra_stacks.settings.model.base import Settings, format_value, invalid
from navra_stacks.settings.model.field_types import Name, int_range

__all__ = ["LogPatternAlarm"]


def _check_pattern(value: str) -> str:
    # An empty pattern matches every line (CloudWatch Logs API, PutMetricFilter).
    if not value.strip():
        raise invalid(
            "is empty, so it matches every line",
            "use a term that occurs only in the lines to count",
        )
    return value


def _check_length(value: str, info: ValidationInfo) -> str:
    # The limit of a filter pattern and of an alarm description (CloudWatch Logs API,
    # PutMetricFilter; CloudWatch API, PutMetricAlarm).
    if len(value) > 1024:
        raise invalid(
            f"{format_value(value)} has {len(value)} characters (at most 1024)",
            f"shorten the {info.field_name}",
        )
    return value


class LogPatternAlarm(Settings):
    """An alarm on the number of lines in a service's log that match a pattern."""

    name: Name
    """The name from which the names and the Terraform addresses of the alarm and its metric are
    derived. For example, ``failed-payments`` results in the alarm
    ``<project>-<environment>-failed-payments`` and the metric ``FailedPayments``."""

    service: Name
    """The name of the service whose log group is searched."""

    pattern: Annotated[str, AfterValidator(_check_pattern), AfterValidator(_check_length)]
    """A CloudWatch Logs filter pattern that matches one line for each event, for example ``{
    $.event = "payment_refused" }``. Test the pattern in the console with real lines, because an
    alarm whose pattern matches nothing never goes into the ALARM state."""

    per_five_minutes: Annotated[int, int_range(1, 1_000_000, "threshold", "lines")] = 10
    """Number of matching lines in five minutes at which the alarm goes into the ALARM state."""

    description: Annotated[str, AfterValidator(_check_length)] | None = None
    """The alarm's description, for the person who is notified, at most 1024 characters; None for a
    description that is composed of the other fields."""

    not_secret: tuple[str, ...] = ()
    """``pattern`` or ``description``, if the text looks like a credential but is not secret."""

    @property
    def metric_name(self) -> str:
        """The name of the metric that counts the matching lines."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def alarm_description(self) -> str:
        """`description`; if it is None, a text that contains the service and the threshold."""
        if self.description is not None:
            return self.description
        return (
            f"{self.per_five_minutes} or more lines in the log of {self.service} match the pattern "
            f"of the alarm {self.name} within five minutes. Look at these lines."
        )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[LogPatternAlarmChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class LogPatternAlarmChanges(TypedDict, total=False):
        name: Name
        service: Name
        pattern: str
        per_five_minutes: int
        description: str | None
        not_secret: tuple[str, ...]
