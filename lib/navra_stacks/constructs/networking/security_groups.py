"""Security groups, and the only way in which traffic is allowed between them."""

from __future__ import annotations

from typing import NamedTuple

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed

__all__ = ["ANYWHERE", "Connections", "Peer"]


class Peer(NamedTuple):
    """One end of a connection: a security group, or a range of addresses or a list of them."""

    key: str
    """Its part in the addresses of rules."""

    security_group_id: str | None = None
    """The group, where it is one."""

    cidr: str | None = None
    """The IPv4 range, where it is one."""

    prefix_list_id: str | None = None
    """The list of ranges that AWS keeps, where it is one."""

    foreign: bool = False
    """Whether the group is somebody else's, in which no rule is written."""


ANYWHERE = Peer("anywhere", cidr="0.0.0.0/0")
"""Every IPv4 address."""


_OUTLIVES = TerraformResourceLifecycle(create_before_destroy=True)
"""A service moves to another port before the rules of the old one go."""


class Connections(Construct):
    """The security groups of an environment and every rule of theirs.

    Rules stand alone, one resource each: rules written inside a group fight with those, and two
    groups that name each other would form a cycle.
    """

    def __init__(self, scope: Construct, id_: str, *, vpc_id: str, restricted_egress: bool) -> None:
        super().__init__(scope, id_)
        self._vpc_id = vpc_id
        self._restricted_egress = restricted_egress

    def group(self, key: str, *, name: str, description: str, initiates: bool = True) -> Peer:
        """A new security group. Unless egress is restricted, everything may leave it.

        What never `initiates` a connection, as a database, gets no way out in either case.
        """
        group = addressed(
            SecurityGroup(
                self,
                f"{key}_security_group",
                name=name,
                description=description,
                vpc_id=self._vpc_id,
                tags={"Name": name},
                # AWS cannot change a description, so another wording would replace the group.
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
        """Let `source` open TCP connections to `port` of `destination`.

        Both directions are written: into the destination's group, and, where egress is
        restricted, out of the source's.
        """
        rules: list[VpcSecurityGroupIngressRule | VpcSecurityGroupEgressRule] = []
        if destination.security_group_id is not None and not destination.foreign:
            rules.append(self._ingress(source, destination, port, description))
        if source.security_group_id is not None and self._restricted_egress:
            rules.append(self._egress(source, destination, port, description))
        return rules

    def _ingress(
        self, source: Peer, destination: Peer, port: int, description: str
    ) -> VpcSecurityGroupIngressRule:
        address = f"{destination.key}_from_{source.key}_{port}"
        return addressed(
            VpcSecurityGroupIngressRule(
                self,
                address,
                security_group_id=str(destination.security_group_id),
                referenced_security_group_id=source.security_group_id,
                cidr_ipv4=source.cidr,
                prefix_list_id=source.prefix_list_id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=description,
                lifecycle=_OUTLIVES,
            ),
            address,
        )

    def _egress(
        self, source: Peer, destination: Peer, port: int | None, description: str
    ) -> VpcSecurityGroupEgressRule:
        suffix = "" if port is None else f"_{port}"
        address = f"{source.key}_to_{destination.key}{suffix}"
        return addressed(
            VpcSecurityGroupEgressRule(
                self,
                address,
                security_group_id=str(source.security_group_id),
                referenced_security_group_id=destination.security_group_id,
                cidr_ipv4=destination.cidr,
                prefix_list_id=destination.prefix_list_id,
                ip_protocol="-1" if port is None else "tcp",
                from_port=port,
                to_port=port,
                description=description,
                lifecycle=_OUTLIVES,
            ),
            address,
        )
