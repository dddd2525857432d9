"""Misconfigurations: networks."""

from __future__ import annotations

from tests.unit.check.draft import Draft, edit, reference
from tests.unit.check.misconfigurations.registry import finds


def _group(d: Draft) -> str:
    return reference(d.first("aws_security_group")[0], "id")


@finds("security-group-open-port")
def all_ports_open_over_ipv6(d: Draft) -> str:
    return d.add(
        "aws_vpc_security_group_ingress_rule",
        "zz_open",
        security_group_id=_group(d),
        description="everything",
        ip_protocol="-1",
        cidr_ipv6="::/0",
    )


@finds("security-group-open-port")
def database_port_open_in_an_inline_rule(d: Draft) -> str:
    rule = {
        "description": "database",
        "protocol": "tcp",
        "from_port": 5432,
        "to_port": 5432,
        "cidr_blocks": ["0.0.0.0/0"],
    }
    return d.add("aws_security_group", "zz_inline", description="a group", ingress=[rule])


@finds("security-group-mixed-rules")
def group_with_both_kinds_of_rules(d: Draft) -> str:
    _, rule = d.first("aws_vpc_security_group_ingress_rule")
    inline = {
        "description": "inside",
        "protocol": "tcp",
        "from_port": 1,
        "to_port": 2,
        "cidr_blocks": ["10.0.0.0/8"],
    }
    return edit(d.referred(rule["security_group_id"]), ingress=[inline])


@finds("security-group-description")
def rule_without_description(d: Draft) -> str:
    return edit(d.first("aws_vpc_security_group_ingress_rule"), description=None)


@finds("data-path-from-internet")
def load_balancer_reaches_the_cache(d: Draft) -> str:
    _, cache = d.first("aws_elasticache_replication_group")
    return d.add(
        "aws_vpc_security_group_ingress_rule",
        "zz_shortcut",
        security_group_id=cache["security_group_ids"][0],
        referenced_security_group_id=d.first("aws_lb")[1]["security_groups"][0],
        description="shortcut",
        ip_protocol="tcp",
        from_port=6379,
        to_port=6379,
    )


@finds("data-subnets-private")
def database_in_public_subnets(d: Draft) -> str:
    return edit(d.first("aws_db_subnet_group"), subnet_ids=d.first("aws_lb")[1]["subnets"])


@finds("data-subnets-private")
def cache_in_a_public_subnet(d: Draft) -> str:
    address, group = d.first("aws_elasticache_subnet_group")
    group["subnet_ids"][0] = d.first("aws_lb")[1]["subnets"][0]
    return address


@finds("subnet-public-ip")
def subnet_that_assigns_public_addresses(d: Draft) -> str:
    return edit(d.first("aws_subnet"), map_public_ip_on_launch=True)


@finds("vpc-default-security-group")
def default_security_group_with_rules(d: Draft) -> str:
    return edit(
        d.first("aws_default_security_group"),
        ingress=[{"protocol": "-1", "self": True, "from_port": 0, "to_port": 0}],
    )


@finds("vpc-endpoint-policy")
def s3_endpoint_without_policy(d: Draft) -> str:
    return edit(d.first("aws_vpc_endpoint", lambda one: "policy" in one), policy=None)
