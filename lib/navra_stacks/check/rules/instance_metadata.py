"""The metadata of instances requires a session token."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for instance in document.all("aws_instance", "aws_launch_template"):
        if instance.block("metadata_options").string("http_tokens") == "optional":
            yield Violation(
                instance.address,
                "the credentials of the instance can be read without a token",
                "metadata_options.http_tokens",
            )


RULE = Rule(
    id="instance-metadata",
    title="The metadata of instances requires a session token.",
    failure="A request that an application forwards reads the credentials of the instance.",
    sources=(
        "FSBP EC2.8",
        "CKV_AWS_79",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair='Set `http_tokens = "required"` in `metadata_options`.',
    violations=_violations,
)
