"""Access and connection logs of the load balancer."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import int_range
from navra_stacks.settings.state import BucketName

__all__ = ["AccessLogs"]


class AccessLogs(Settings):
    """Access and connection logs of the load balancer, in a separate S3 bucket."""

    retention_days: Annotated[int, int_range(1, 3650, "retention", "days")] = 365
    """Retention of the logs, 1-3650 days."""

    bucket_name: BucketName | None = None
    """The name of the bucket, which must be unique across all of AWS; None for a name that is
    composed of project, environment, account and Region."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[AccessLogsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class AccessLogsChanges(TypedDict, total=False):
        retention_days: int
        bucket_name: BucketName | None
