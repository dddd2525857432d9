"""Old images expire."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for repository in document.all("aws_ecr_repository"):
        if document.attached(repository, "repository", "aws_ecr_lifecycle_policy") == ():
            yield Violation(repository.address, "old images never expire")


RULE = Rule(
    id="ecr-lifecycle",
    title="Old images expire.",
    failure="Images are stored and paid for without end.",
    sources=("FSBP ECR.3",),
    severity=Severity.LOW,
    pack="baseline",
    repair="Add an `aws_ecr_lifecycle_policy`.",
    violations=_violations,
)
