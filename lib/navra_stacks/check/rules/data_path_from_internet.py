"""No resource that the internet reaches is allowed to reach a database or cache."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.traffic import traffic_rules

__all__ = ["RULE"]

_STORES = (
    ("aws_db_instance", "vpc_security_group_ids"),
    ("aws_docdb_cluster", "vpc_security_group_ids"),
    ("aws_elasticache_cluster", "security_group_ids"),
    ("aws_elasticache_replication_group", "security_group_ids"),
    ("aws_elasticache_serverless_cache", "security_group_ids"),
    ("aws_rds_cluster", "vpc_security_group_ids"),
    ("aws_redshift_cluster", "vpc_security_group_ids"),
)
"""The types with data, and their argument with security groups."""


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    public = {
        address
        for rule in traffic_rules(document, "ingress")
        if rule.is_anywhere
        for address in rule.groups
    }
    stores = {
        address: store.address
        for type_, argument in _STORES
        for store in document.all(type_)
        for address in store.refers_to(argument)
    }
    for rule in traffic_rules(document, "ingress"):
        for address in sorted(rule.groups & stores.keys()):
            open_peers = sorted((rule.peers & public) - {address})
            if open_peers:
                yield Violation(
                    rule.resource.address,
                    f"{open_peers[0]}, which the internet reaches, reaches {stores[address]}",
                    rule.argument,
                )


RULE = Rule(
    id="data-path-from-internet",
    title="No resource that the internet reaches is allowed to reach a database or cache.",
    failure="A single fault in the public tier exposes the data.",
    sources=("AWS Well-Architected SEC05-BP01",),
    severity=Severity.HIGH,
    pack="production",
    repair="Allow only the security groups of the tasks that use the data.",
    violations=_violations,
)
