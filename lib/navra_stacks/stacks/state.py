"""The bootstrap stack of an environment: the bucket of its Terraform state."""

from __future__ import annotations

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from constructs import Construct

from navra_stacks.constructs.state.state_bucket import StateBucket
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.state import LocalState, S3State
from navra_stacks.stacks.base import EnvironmentStack

__all__ = ["StateStack"]


class StateStack(EnvironmentStack):
    """Creates the state bucket; applied once, by hand, before the environment's own stack.

    Its own state is a local file, since the bucket does not exist yet. Losing that file loses
    nothing: the bucket and its key cannot be destroyed, and can be imported. Its Region is the one
    of the backend.
    """

    def __init__(self, scope: Construct, environment: Environment, state: S3State) -> None:
        self.state = state
        super().__init__(
            scope,
            environment,
            name=environment.names.state_stack,
            state=LocalState(),
            region=state.region,
        )

    def compose(self) -> None:
        """Create the bucket and its key."""
        self.bucket = StateBucket(
            self, "state", name=self.state.bucket, alias=self.stack_name, location=self.env.location
        )
