"""Access and connection logs of the load balancer."""

from typing import Annotated

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import between
from navra_stacks.settings.state import BucketName

__all__ = ["AccessLogs"]


class AccessLogs(Settings):
    """Request and connection logs of the load balancer, in a bucket of their own."""

    retention_days: Annotated[int, between(1, 3650, "a retention", "days")] = 365
    """How long the logs are kept, 1-3650 days."""

    bucket_name: BucketName | None = None
    """The bucket's name, unique among all of AWS; made of the project, the environment, the account
    and the Region where absent."""
