"""The stack that bootstraps the Terraform state bucket of an environment."""

from __future__ import annotations

# isort: split
from constructs import Construct

from navra_stacks.constructs.state.state_bucket import StateBucket
from navra_stacks.constructs.state.state_log_bucket import StateLogBucket
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.state import S3State
from navra_stacks.stacks.base import EnvironmentStack

__all__ = ["StateStack"]


class StateStack(EnvironmentStack):
    """Creates the state bucket of an environment.

    Apply the stack once, by hand, before the stack of the environment.

    The state of this stack is a local file, because the bucket does not exist yet, until
    `S3State.bootstrap_state` moves it to the bucket. If the file is lost, the bucket and its KMS
    key remain and can be imported. Both are created in the Region of the backend.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        assert isinstance(environment.state, S3State)
        self.state = environment.state
        super().__init__(
            scope, environment, name=environment.names.state_stack, region=self.state.region
        )

    def compose(self) -> None:
        """Create the state bucket with its KMS key, and the bucket with its access logs."""
        self.bucket = StateBucket(
            self, "state", name=self.state.bucket, alias=self.stack_name, location=self.env.location
        )
        if (log_bucket := self.state.log_bucket) is not None:
            StateLogBucket(
                self,
                "logs",
                name=log_bucket,
                state_bucket=self.bucket,
                location=self.env.location,
            )
