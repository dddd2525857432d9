"""The state is stored remotely."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if "terraform" not in document.content or "cloud" in document.block("terraform"):
        return
    if not document.resources and not document.content.get("module"):
        return  # nothing is in the state
    backends = document.block("terraform", "backend")
    if not backends or "local" in backends:
        yield Violation("terraform", "the state is a local file", "backend")


RULE = Rule(
    id="state-remote",
    title="The state is stored remotely.",
    failure="The state is lost with the machine, and a second person cannot apply.",
    sources=("Terraform: State storage and locking",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `state=S3State(...)`.",
    violations=_violations,
)
