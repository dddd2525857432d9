"""A target group has a health check."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import TARGET_GROUPS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for group in document.all(*TARGET_GROUPS):
        if group.string("target_type") == "lambda":
            continue
        if group.is_absent("health_check"):
            if group.string("protocol") not in ("HTTP", "HTTPS"):
                continue  # the default check of a connection, or a protocol that is not known
            yield Violation(group.address, "it has no health_check block", "health_check")
        elif group.block("health_check").flag("enabled", True) is False:
            yield Violation(group.address, "its health check is disabled", "health_check.enabled")


RULE = Rule(
    id="target-group-health-check",
    title="A target group has a health check.",
    failure=(
        "Requests are sent to tasks that do not respond, and a broken deployment counts as healthy."
    ),
    sources=("CKV_AWS_261",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Add a `health_check` block with a path (setting: `Service.health_check`).",
    violations=_violations,
)
