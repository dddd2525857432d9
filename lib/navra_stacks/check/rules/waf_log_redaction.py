"""A WAF log contains no credentials."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for logging in document.all("aws_wafv2_web_acl_logging_configuration"):
        if logging.has_unknown("redacted_fields"):
            continue
        redacted = {
            (field.block("single_header").string("name") or "").lower()
            for field in logging.blocks("redacted_fields")
        }
        missing = sorted({"authorization", "cookie"} - redacted)
        if missing:
            yield Violation(
                logging.address,
                f"it contains the header{'s' if len(missing) > 1 else ''} {' and '.join(missing)}",
                "redacted_fields",
            )


RULE = Rule(
    id="waf-log-redaction",
    title="A WAF log contains no credentials.",
    failure="Everybody with access to the log can use the sessions of the users.",
    sources=("AWS: Logging AWS WAF web ACL traffic",),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Add `redacted_fields` for the headers `authorization` and `cookie` (setting: "
        "`hardening.waf`)."
    ),
    violations=_violations,
)
