"""A cache accepts no connection without TLS."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cache in document.all("aws_elasticache_replication_group"):
        if cache.string("transit_encryption_mode") == "preferred":
            yield Violation(
                cache.address,
                "the mode preferred accepts connections without TLS; use required",
                "transit_encryption_mode",
            )


RULE = Rule(
    id="cache-transit-mode",
    title="A cache accepts no connection without TLS.",
    failure="A client without TLS connects unnoticed, and its data travels unencrypted.",
    sources=("AWS: ElastiCache in-transit encryption",),
    severity=Severity.HIGH,
    pack="baseline",
    repair='Set `transit_encryption_mode = "required"` once all clients use TLS.',
    violations=_violations,
)
