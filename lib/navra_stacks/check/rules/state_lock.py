"""The state is locked while it is changed."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import Values

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    backend = Values(document.block("terraform", "backend", "s3"), document)
    if backend.is_absent("bucket") or backend.is_absent("key"):
        return  # `terraform init -backend-config` sets the rest, or there is no such backend
    if backend.flag("use_lockfile", False) is False and backend.is_absent("dynamodb_table"):
        yield Violation("terraform", "the state in S3 has no lock", "backend.s3.use_lockfile")


RULE = Rule(
    id="state-lock",
    title="The state is locked while it is changed.",
    failure="Two applies at the same time corrupt the state.",
    sources=("Terraform: the S3 backend",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `use_lockfile = true` (setting: `state=S3State(...)`).",
    violations=_violations,
)
