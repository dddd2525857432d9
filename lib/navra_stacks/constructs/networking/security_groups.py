"""Security groups and the rules between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.errors import NavraError

__all__ = ["ANYWHERE", "Connections", "Peer"]


class Peer(NamedTuple):
    """One end of a connection: a security group, an IPv4 range, or a prefix list."""

    key: str
    """The part that identifies the peer in the logical IDs of rules."""

    security_group_id: str | None = None
    """The ID of the security group; None for another kind of peer."""

    cidr: str | None = None
    """The IPv4 range in CIDR notation; None for another kind of peer."""

    prefix_list_id: str | None = None
    """The ID of the prefix list; None for another kind of peer."""

    managed_elsewhere: bool = False
    """Whether another stack manages the security group; no rules are added to such a group."""

    @property
    def group_id(self) -> str:
        """The ID of the security group, for a peer that is one."""
        assert self.security_group_id is not None, f"{self.key} is not a security group"
        return self.security_group_id


ANYWHERE = Peer("anywhere", cidr="0.0.0.0/0")
"""Every IPv4 address."""


_DESTROY_LAST = TerraformResourceLifecycle(create_before_destroy=True)
"""With this lifecycle, a service whose port changes is updated before the rules for the old port
are destroyed.
"""


class Connections(Construct):
    """Creates the security groups of an environment and all of their rules.

    Each rule is a standalone resource, because two groups whose inline rules refer to each other
    would form a dependency cycle, and inline rules conflict with standalone rules.
    """

    def __init__(self, scope: Construct, id_: str, *, vpc_id: str, restricted_egress: bool) -> None:
        super().__init__(scope, id_)
        self._vpc_id = vpc_id
        self._restricted_egress = restricted_egress
        self._keys: set[str] = set()
        self._connections: set[tuple[str, str, int]] = set()
        self._rules: dict[str, list[ITerraformDependable]] = {}
        self._dependents: dict[str, Callable[[ITerraformDependable], None]] = {}

    def rules_of(self, peer: Peer) -> list[ITerraformDependable]:
        """Return the rules that `allow` has created for connections from and to a peer."""
        return self._rules.get(peer.key, [])

    def add_dependent(self, peer: Peer, add: Callable[[ITerraformDependable], None]) -> None:
        """Call `add` with each rule that `allow` creates from now on from or to a peer."""
        self._dependents[peer.key] = add

    def group(self, key: str, *, name: str, description: str, initiates: bool = True) -> Peer:
        """Create a security group.

        Unless egress is restricted, a rule allows its members all outbound traffic.

        Args:
            key: The part that identifies the group in logical IDs.
            name: The name of the security group.
            description: The description of a new security group; Terraform ignores a change,
                which would replace the group.
            initiates: Whether members of the group open connections. If they do not, for example
                in the group of a database, the group has no egress rule.

        Raises:
            NavraError: another group has the key.
        """
        if key in self._keys:
            raise NavraError(f"the stack already has a security group {key!r}; use another key")
        self._keys.add(key)
        group = with_logical_id(
            SecurityGroup(
                self,
                f"{key}_security_group",
                name=name,
                description=description,
                vpc_id=self._vpc_id,
                tags={"Name": name},
                # A changed description would replace the group.
                lifecycle=TerraformResourceLifecycle(ignore_changes=["description"]),
            ),
            f"{key}_security_group",
        )
        peer = Peer(key, security_group_id=group.id)
        if initiates and not self._restricted_egress:
            self._egress(peer, ANYWHERE, None, "Everything out")
        return peer

    def allow(
        self, source: Peer, destination: Peer, port: int, description: str
    ) -> list[VpcSecurityGroupIngressRule | VpcSecurityGroupEgressRule]:
        """Allow TCP connections from `source` to `port` of `destination`.

        Adds an ingress rule to the security group of `destination`, unless it is managed elsewhere,
        and, if egress is restricted, an egress rule to the security group of `source`. A peer that
        is not a security group gets no rule. A service whose security group is one of the two
        depends on the rules: they are created before its tasks start.

        Raises:
            NavraError: the port is not a number from 1 to 65535, or the connection is allowed
                already.
        """
        if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
            raise NavraError(
                f"connection from {source.key} to {destination.key}: {port!r} is not a valid port "
                "(1-65535); for ranges and other protocols, create a rule of the AWS bindings"
            )
        connection = (source.key, destination.key, port)
        if connection in self._connections:
            raise NavraError(
                f"the connection from {source.key} to port {port} of {destination.key} is allowed "
                "already; remove the second call of `allow`"
            )
        self._connections.add(connection)
        rules: list[VpcSecurityGroupIngressRule | VpcSecurityGroupEgressRule] = []
        if destination.security_group_id is not None and not destination.managed_elsewhere:
            rules.append(self._ingress(source, destination, port, description))
        if source.security_group_id is not None and self._restricted_egress:
            rules.append(self._egress(source, destination, port, description))
        for peer in (source, destination):
            self._rules.setdefault(peer.key, []).extend(rules)
            if (add := self._dependents.get(peer.key)) is not None:
                for rule in rules:
                    add(rule)
        return rules

    def _ingress(
        self, source: Peer, destination: Peer, port: int, description: str
    ) -> VpcSecurityGroupIngressRule:
        logical_id = f"{destination.key}_from_{source.key}_{port}"
        return with_logical_id(
            VpcSecurityGroupIngressRule(
                self,
                logical_id,
                security_group_id=str(destination.security_group_id),
                referenced_security_group_id=source.security_group_id,
                cidr_ipv4=source.cidr,
                prefix_list_id=source.prefix_list_id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=description,
                lifecycle=_DESTROY_LAST,
            ),
            logical_id,
        )

    def _egress(
        self, source: Peer, destination: Peer, port: int | None, description: str
    ) -> VpcSecurityGroupEgressRule:
        suffix = "" if port is None else f"_{port}"
        logical_id = f"{source.key}_to_{destination.key}{suffix}"
        return with_logical_id(
            VpcSecurityGroupEgressRule(
                self,
                logical_id,
                security_group_id=str(source.security_group_id),
                referenced_security_group_id=destination.security_group_id,
                cidr_ipv4=destination.cidr,
                prefix_list_id=destination.prefix_list_id,
                ip_protocol="-1" if port is None else "tcp",
                from_port=port,
                to_port=port,
                description=description,
                lifecycle=_DESTROY_LAST,
            ),
            logical_id,
        )
