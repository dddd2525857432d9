"""The state is locked while it is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import Values

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    settings = document.content.get("terraform")
    backends = settings.get("backend") if isinstance(settings, Mapping) else None
    backend = backends.get("s3") if isinstance(backends, Mapping) else None
    if isinstance(backend, Mapping):
        values = Values(backend, document)
        if values.is_absent("bucket") or values.is_absent("key"):
            return  # `terraform init -backend-config` sets the rest
        if values.flag("use_lockfile", False) is False and values.is_absent("dynamodb_table"):
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
