"""A secret is encrypted with a customer managed key."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for secret in document.all("aws_secretsmanager_secret"):
        if secret.is_absent("kms_key_id"):
            yield Violation(secret.address, "it is encrypted with the key of AWS", "kms_key_id")


RULE = Rule(
    id="secret-key",
    title="A secret is encrypted with a customer managed key.",
    failure="Access to the secret cannot be limited or revoked by its key.",
    sources=("CKV_AWS_149",),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `kms_key_id` (setting: `hardening.customer_managed_keys`).",
    violations=_violations,
)
