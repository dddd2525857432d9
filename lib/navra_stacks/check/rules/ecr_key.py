"""Images are encrypted with a customer managed key."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for repository in document.all("aws_ecr_repository"):
        encryption = repository.block("encryption_configuration")
        if encryption.string("encryption_type", "AES256") == "AES256":
            yield Violation(
                repository.address,
                "it is encrypted with the key of S3",
                "encryption_configuration.encryption_type",
            )


RULE = Rule(
    id="ecr-key",
    title="Images are encrypted with a customer managed key.",
    failure="Access to the images cannot be revoked.",
    sources=(
        "FSBP ECR.5",
        "CKV_AWS_136",
    ),
    severity=Severity.LOW,
    pack="production",
    repair=(
        'Set `encryption_type = "KMS"` (setting: `hardening.customer_managed_keys`). This '
        "replaces an existing repository."
    ),
    violations=_violations,
)
