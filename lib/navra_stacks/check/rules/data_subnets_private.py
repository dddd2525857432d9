"""Databases and caches are in subnets without a route to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.networks import default_routes
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for group in document.all(
        "aws_db_subnet_group",
        "aws_docdb_subnet_group",
        "aws_elasticache_subnet_group",
        "aws_redshift_subnet_group",
    ):
        for subnet in group.referred("subnet_ids", "aws_subnet"):
            if "internet" in (default_routes(document, subnet) or ()):
                yield Violation(
                    group.address, f"{subnet.address} has a route to the internet", "subnet_ids"
                )
                break


RULE = Rule(
    id="data-subnets-private",
    title="Databases and caches are in subnets without a route to the internet.",
    failure="A change of one argument or rule exposes the data to the internet.",
    sources=(
        "FSBP RDS.46",
        "AWS Well-Architected SEC05-BP01",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Use subnets whose route table has no internet gateway (setting: "
        "`network=PrivateVpc(...)`)."
    ),
    violations=_violations,
)
