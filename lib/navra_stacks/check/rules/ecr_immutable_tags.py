"""The tags of images cannot be changed."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for repository in document.all("aws_ecr_repository"):
        if repository.string("image_tag_mutability", "MUTABLE") == "MUTABLE":
            yield Violation(repository.address, "its tags can be changed", "image_tag_mutability")


RULE = Rule(
    id="ecr-immutable-tags",
    title="The tags of images cannot be changed.",
    failure="A tag that was tested runs another image.",
    sources=(
        "FSBP ECR.2",
        "CKV_AWS_51",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair='Set `image_tag_mutability = "IMMUTABLE"`.',
    violations=_violations,
)
