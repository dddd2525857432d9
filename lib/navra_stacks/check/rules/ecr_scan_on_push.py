"""Images are scanned for vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if any(True for _ in document.all("aws_ecr_registry_scanning_configuration")):
        return
    for repository in document.all("aws_ecr_repository"):
        scanning = repository.block("image_scanning_configuration")
        if scanning.flag("scan_on_push", False) is False:
            yield Violation(
                repository.address,
                "images are not scanned",
                "image_scanning_configuration.scan_on_push",
            )


RULE = Rule(
    id="ecr-scan-on-push",
    title="Images are scanned for vulnerabilities.",
    failure="Known vulnerabilities are deployed unnoticed.",
    sources=(
        "FSBP ECR.1",
        "CKV_AWS_163",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `scan_on_push = true`.",
    violations=_violations,
)
