"""No argument contains a secret as text."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.secret_arguments import secret_values

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for resource, path, value in secret_values(document, write_only=True):
        known = value if isinstance(value, str) else None
        if known and "${" not in known:
            yield Violation(resource.address, "the secret value is in the document", path)


RULE = Rule(
    id="secret-in-document",
    title="No argument contains a secret as text.",
    failure="Everybody who can read the code knows the secret.",
    sources=("AWS Well-Architected SEC02-BP03",),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair=(
        "Let AWS generate the value, or pass it in a write-only argument from an ephemeral "
        "resource."
    ),
    violations=_violations,
)
