"""Patches for VPC networking."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.subnets import SubnetBackend

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = [
    "allow_changing_all_protocol_rules",
    "delete_default_network_acl_with_vpc",
    "delete_nat_gateway_interface",
    "describe_rules_with_source_group",
    "mark_only_subnets_of_the_default_vpc_as_default",
    "remove_deleted_vpc_endpoints",
]


def allow_changing_all_protocol_rules() -> None:
    """Make ModifySecurityGroupRules accept a rule for all protocols, which has no ports.

    Remove this patch when moto does not require ports for such a rule.
    """

    @around(SecurityGroupBackend)
    def modify_security_group_rules(
        modify: Any, backend: Any, group_id: str, rules: dict[str, dict[str, Any]]
    ) -> None:
        for rule in rules.values():
            if rule.get("IpProtocol") == "-1":
                rule.setdefault("FromPort", -1)
                rule.setdefault("ToPort", -1)
        modify(backend, group_id, rules)


def describe_rules_with_source_group() -> None:
    """Make DescribeSecurityGroupRules return the description of a rule whose source is a group.

    Remove this patch when moto returns the description of such a rule, as it does for a rule whose
    source is a CIDR block.
    """
    rule_class: Any = SecurityGroupRule
    original = rule_class.description.fget
    rule_class.description = property(
        lambda rule: original(rule) or rule.source_group.get("Description")
    )


def delete_nat_gateway_interface() -> None:
    """Make DeleteNatGateway delete the network interface, and disassociate the Elastic IP from it.

    Remove this patch when moto's DeleteNatGateway deletes the interface.
    """

    @around(EC2Backend)
    def delete_nat_gateway(delete: Any, backend: Any, nat_gateway_id: str) -> Any:
        gateway = delete(backend, nat_gateway_id)
        interface = backend.enis.pop(gateway._eni.id, None)
        for address in backend.addresses:
            if interface is not None and address.eni is interface:
                address.eni = address.association_id = None
        return gateway


def delete_default_network_acl_with_vpc() -> None:
    """Make DeleteVpc also delete the default network ACL of the VPC.

    Remove this patch when moto's DeleteVpc deletes the network ACL.
    """

    @around(EC2Backend)
    def delete_vpc(delete: Any, backend: Any, vpc_id: str) -> Any:
        vpc = delete(backend, vpc_id)
        for acl in list(backend.network_acls.values()):
            if acl.vpc_id == vpc_id and acl.default:
                del backend.network_acls[acl.id]
        return vpc


def mark_only_subnets_of_the_default_vpc_as_default() -> None:
    """Make CreateSubnet create no default subnet in a VPC that is not the default VPC.

    Remove this patch when moto no longer takes the first subnet of a zone as the default subnet,
    which matters in a zone without one, such as a local zone.
    """

    @around(SubnetBackend)
    def create_subnet(create: Any, backend: Any, vpc_id: str, *others: Any, **named: Any) -> Any:
        subnet = create(backend, vpc_id, *others, **named)
        if not backend.get_vpc(vpc_id).is_default:
            subnet.default_for_az = subnet.map_public_ip_on_launch = False
        return subnet


def remove_deleted_vpc_endpoints() -> None:
    """Make DeleteVpcEndpoints remove the endpoints at once.

    Remove this patch when moto no longer lists deleted endpoints in the state ``deleted`` forever.
    """

    @around(EC2Backend)
    def delete_vpc_endpoints(delete: Any, backend: Any, vpce_ids: list[str] | None = None) -> Any:
        result = delete(backend, vpce_ids)
        for id_ in vpce_ids or []:
            backend.vpc_end_points.pop(id_, None)
        return result
