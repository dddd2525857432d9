"""The bootstrap stack of an environment: the bucket that its state is kept in."""

from __future__ import annotations

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from cdktf import TerraformStack
from constructs import Construct

from navra_stacks.constructs.state_bucket import StateBucket
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.state import S3State
from navra_stacks.stack import TERRAFORM_VERSION, local_state, pinned

__all__ = ["StateStack"]


class StateStack(TerraformStack):
    """Applied once, by hand, before the environment whose state the bucket will keep.

    Its own state cannot lie in a bucket that it has yet to make, so it is a local file. Losing that
    loses nothing: the bucket and its key refuse to be destroyed, and can be imported.
    """

    def __init__(self, scope: Construct, environment: Environment, state: S3State) -> None:
        super().__init__(scope, environment.names.state_stack)
        self.environment = environment
        self.stack_name = environment.names.state_stack
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        local_state(self, self.stack_name)
        location = pinned(self, environment)
        self.bucket = StateBucket(
            self, "state", name=state.bucket, alias=self.stack_name, location=location
        )
