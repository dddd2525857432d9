"""The bootstrap stack of an environment: the bucket that its state is kept in."""

from __future__ import annotations

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from constructs import Construct

from navra_stacks.bindings.ahead import pipelined
from navra_stacks.constructs.state.state_bucket import StateBucket
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.state import LocalState, S3State
from navra_stacks.stacks.base import EnvironmentStack

__all__ = ["StateStack"]


class StateStack(EnvironmentStack):
    """Applied once, by hand, before the environment whose state the bucket will keep.

    Its own state cannot lie in a bucket that it has yet to make, so it is a local file. Losing that
    loses nothing: the bucket and its key refuse to be destroyed, and can be imported. It works in
    the state's Region, where Terraform will look for the bucket.
    """

    @pipelined()
    def __init__(self, scope: Construct, environment: Environment, state: S3State) -> None:
        super().__init__(
            scope,
            environment,
            name=environment.names.state_stack,
            state=LocalState(),
            region=state.region,
        )
        self.bucket = StateBucket(
            self, "state", name=state.bucket, alias=self.stack_name, location=self.location
        )
