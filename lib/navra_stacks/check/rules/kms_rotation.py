"""A key is rotated."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for key in document.all("aws_kms_key"):
        symmetric = (
            key.string("customer_master_key_spec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
        )
        if symmetric and key.flag("enable_key_rotation", False) is False:
            yield Violation(key.address, "it is not rotated", "enable_key_rotation")


RULE = Rule(
    id="kms-rotation",
    title="A key is rotated.",
    failure="All data of all years depends on one key.",
    sources=(
        "FSBP KMS.4",
        "CKV_AWS_7",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Set `enable_key_rotation = true`.",
    violations=_violations,
)
