"""An alarm on log lines that match a pattern."""

from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, refuse, shown
from navra_stacks.settings.model.field_types import Name, between

__all__ = ["BudgetRejections"]


def _check_pattern(value: str) -> str:
    # CloudWatch Logs API, PutMetricFilter: at most 1024 characters; an empty one matches all.
    if not value.strip():
        raise refuse("is empty, which matches every line", "write what the line of a rejection has")
    if len(value) > 1024:
        raise refuse(f"{shown(value)} has {len(value)} characters (at most 1024)", "shorten it")
    return value


class BudgetRejections(Settings):
    """Counts the requests that a service turned away because a budget was used up, in its log."""

    service: Name
    """The service whose log tells of them."""

    pattern: Annotated[str, AfterValidator(_check_pattern)]
    """A filter pattern of CloudWatch Logs that matches the line of one rejection:
    ``{ $.event = "budget_rejected" }``. Try it on real lines in the console: a pattern that matches
    nothing is an alarm that never rings."""

    per_five_minutes: Annotated[int, between(1, 1_000_000, "a threshold", "rejections")] = 10
    """Rejections in five minutes that raise an alarm."""
