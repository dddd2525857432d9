"""Networks."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = [
    "a_nat_gateway_takes_its_interface_with_it",
    "a_rule_for_every_protocol_can_be_changed",
    "a_rule_that_names_a_group_has_a_description",
    "a_vpc_endpoint_is_gone_once_deleted",
    "a_vpc_takes_its_default_acl_with_it",
]


def a_rule_for_every_protocol_can_be_changed() -> None:
    """Which has no ports. Goes when moto's ModifySecurityGroupRules asks for none of it."""

    @around(SecurityGroupBackend)
    def modify_security_group_rules(
        modify: Any, backend: Any, group_id: str, rules: dict[str, dict[str, Any]]
    ) -> None:
        for rule in rules.values():
            if rule.get("IpProtocol") == "-1":
                rule.setdefault("FromPort", -1)
                rule.setdefault("ToPort", -1)
        modify(backend, group_id, rules)


def a_rule_that_names_a_group_has_a_description() -> None:
    """As one that names a range. Goes when moto's DescribeSecurityGroupRules tells it."""
    rule_class: Any = SecurityGroupRule
    told = rule_class.description.fget
    rule_class.description = property(
        lambda rule: told(rule) or rule.source_group.get("Description")
    )


def a_nat_gateway_takes_its_interface_with_it() -> None:
    """And lets go of its address. Goes when moto's DeleteNatGateway leaves no interface."""

    @around(EC2Backend)
    def delete_nat_gateway(delete: Any, backend: Any, nat_gateway_id: str) -> Any:
        gateway = delete(backend, nat_gateway_id)
        interface = backend.enis.pop(gateway._eni.id, None)
        for address in backend.addresses:
            if interface is not None and address.eni is interface:
                address.eni = address.association_id = None
        return gateway


def a_vpc_takes_its_default_acl_with_it() -> None:
    """Goes when moto's DeleteVpc leaves none."""

    @around(EC2Backend)
    def delete_vpc(delete: Any, backend: Any, vpc_id: str) -> Any:
        vpc = delete(backend, vpc_id)
        for acl in list(backend.network_acls.values()):
            if acl.vpc_id == vpc_id and acl.default:
                del backend.network_acls[acl.id]
        return vpc


def a_vpc_endpoint_is_gone_once_deleted() -> None:
    """Moto says `deleted` for ever; goes when that ends."""

    @around(EC2Backend)
    def delete_vpc_endpoints(delete: Any, backend: Any, vpce_ids: list[str] | None = None) -> Any:
        answer = delete(backend, vpce_ids)
        for id_ in vpce_ids or []:
            backend.vpc_end_points.pop(id_, None)
        return answer
