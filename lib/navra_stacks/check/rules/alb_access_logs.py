"""An Application Load Balancer writes access logs."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in application_balancers(document):
        if balancer.block("access_logs").flag("enabled", False) is False:
            yield Violation(balancer.address, "access logs are not enabled", "access_logs.enabled")


RULE = Rule(
    id="alb-access-logs",
    title="An Application Load Balancer writes access logs.",
    failure="Without the access log, an attack or an error cannot be reconstructed.",
    sources=(
        "FSBP ELB.5",
        "CKV_AWS_91",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Set `access_logs` with a bucket and `enabled = true` (setting: `hardening.access_logs`)."
    ),
    violations=_violations,
)
