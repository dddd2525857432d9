"""An alarm on log lines that match a pattern."""

from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, refuse, shown
from navra_stacks.settings.model.field_types import Name, between

__all__ = ["LogPatternAlarm"]


def _check_pattern(value: str) -> str:
    # CloudWatch Logs API, PutMetricFilter: at most 1024 characters; an empty one matches all.
    if not value.strip():
        raise refuse("is empty, which matches every line", "give a term that the lines contain")
    if len(value) > 1024:
        raise refuse(f"{shown(value)} has {len(value)} characters (at most 1024)", "shorten it")
    return value


class LogPatternAlarm(Settings):
    """Counts the lines of a service's log that match a pattern, and goes into ALARM on too many."""

    name: Name
    """Part of the names of the alarm and its metric, and of their Terraform addresses:
    ``budget-rejections`` is the alarm ``<project>-<environment>-budget-rejections`` and the metric
    ``BudgetRejections``."""

    service: Name
    """The service whose log group is searched."""

    pattern: Annotated[str, AfterValidator(_check_pattern)]
    """A filter pattern of CloudWatch Logs that matches one line of each event:
    ``{ $.event = "payment_refused" }``. Try it on real lines in the console: a pattern that matches
    nothing is an alarm that never goes into ALARM."""

    per_five_minutes: Annotated[int, between(1, 1_000_000, "a threshold", "lines")] = 10
    """Matching lines in five minutes at which the alarm goes into ALARM."""

    description: str | None = None
    """The alarm's description, for the person who is notified; a sentence made of the other fields
    where absent."""

    @property
    def metric_name(self) -> str:
        """The name of the metric that counts the lines."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def alarm_description(self) -> str:
        """The given description, else one that names the service, the threshold and the pattern."""
        if self.description is not None:
            return self.description
        return (
            f"{self.per_five_minutes} lines or more of the log of {self.service} match "
            f"{self.pattern} within five minutes. Look at these lines."
        )
