"""A parameter group requires TLS."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import UNKNOWN

__all__ = ["RULE"]

_PARAMETERS = {
    "aurora-mysql": "require_secure_transport",
    "aurora-postgresql": "rds.force_ssl",
    "mariadb": "require_secure_transport",
    "mysql": "require_secure_transport",
    "postgres": "rds.force_ssl",
}
"""The parameter that requires TLS, by the start of the family."""


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for group in document.all("aws_db_parameter_group", "aws_rds_cluster_parameter_group"):
        family = group.string("family") or ""
        name = next((value for key, value in _PARAMETERS.items() if family.startswith(key)), None)
        if name is None or group.has_unknown("parameter"):
            continue
        values = [
            parameter.get("value")
            for parameter in group.blocks("parameter")
            if parameter.get("name") in (name, UNKNOWN)
        ]
        if UNKNOWN not in values and not {"1", "ON", "on"}.intersection(map(str, values)):
            yield Violation(group.address, f"it does not set {name} to 1", "parameter")


RULE = Rule(
    id="rds-force-tls",
    title="A parameter group requires TLS.",
    failure="Queries and passwords travel unencrypted if the client does not require TLS.",
    sources=(
        "FSBP RDS.38",
        "CKV2_AWS_69",
        "AWS: Requiring an SSL connection to a PostgreSQL DB instance",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set the parameter `rds.force_ssl` (MySQL: `require_secure_transport`) to 1.",
    violations=_violations,
)
