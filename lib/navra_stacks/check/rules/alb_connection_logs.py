"""An Application Load Balancer writes connection logs."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in application_balancers(document):
        if balancer.block("connection_logs").flag("enabled", False) is False:
            yield Violation(
                balancer.address, "connection logs are not enabled", "connection_logs.enabled"
            )


RULE = Rule(
    id="alb-connection-logs",
    title="An Application Load Balancer writes connection logs.",
    failure="Without the connection log, an attack or an error cannot be reconstructed.",
    sources=("AWS: Connection logs for your Application Load Balancer",),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Set `connection_logs` with a bucket and `enabled = true` (setting: "
        "`hardening.access_logs`)."
    ),
    violations=_violations,
)
