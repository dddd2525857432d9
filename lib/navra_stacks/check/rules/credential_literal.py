"""The document contains no credential as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.settings.model.credential_formats import FORMATS
from navra_stacks.terraform.expressions import strings

__all__ = ["RULE"]

_OTHERS = frozenset({"//", "alarm_description", "container_definitions", "dashboard_body"})
"""Arguments that other rules check, and long ones without secrets, as are policies."""

_SHORTEST = 16
"""The length of the shortest credential that a format recognizes."""


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    pattern = re.compile("|".join(f"(?:{known.pattern})" for known in FORMATS))
    harmless: set[str] = set()
    for resource in (*document.resources, *document.data_sources):
        for name, value in resource.body.items():
            if name in _OTHERS or name.endswith("policy"):
                continue
            texts = {text for text in strings(value) if len(text) >= _SHORTEST} - harmless
            if any(map(pattern.search, texts)):
                yield Violation(resource.address, "it contains a credential as text", name)
            else:
                harmless |= texts


RULE = Rule(
    id="credential-literal",
    title="The document contains no credential as text.",
    failure="Everybody who can read the code can use the credential.",
    sources=(
        "CKV_SECRET_2",
        "AWS Well-Architected SEC02-BP03",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Remove the credential from the code, and revoke it.",
    violations=_violations,
)
