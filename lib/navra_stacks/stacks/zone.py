"""The stack that creates the delegated hosted zone of an environment."""

from __future__ import annotations

# isort: split
from cdktf import TerraformOutput, Token
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.hosted_zone import DelegatedHostedZone
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.base import EnvironmentStack

__all__ = ["ZoneStack"]


class ZoneStack(EnvironmentStack):
    """Creates the delegated hosted zone of an environment.

    Apply the stack once, before the stack of the environment: the certificate of the environment is
    validated by a record in the zone, which DNS resolvers find only after the delegation.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, name=environment.names.zone_stack)

    def compose(self) -> None:
        """Create the zone, and the output with its NS record for the parent zone."""
        domain = self.environment.domain
        self.zone = DelegatedHostedZone(self, "zone", settings=domain, env=self.env)
        with_logical_id(
            TerraformOutput(
                self,
                "name_server_record",
                # As text, because for an object cdktf 0.21 calls a deprecated function of node,
                # which prints a warning.
                value=Token.as_string(self.zone.name_server_record),
                description=f"NS record to create in the zone {self.zone.parent}",
            ),
            "name_server_record",
        )
