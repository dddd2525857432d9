"""No resource repeats a default tag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import Values

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    providers = document.content.get("provider")
    written = providers.get("aws") if isinstance(providers, Mapping) else None
    bodies = [
        Values(body, document) for body in (written if isinstance(written, list) else [written])
    ]
    tags: dict[str, object] = {}
    for body in bodies:
        if body.is_known and body.is_absent("alias"):
            for block in body.blocks("default_tags"):
                known = block.get("tags")
                tags |= known if isinstance(known, Mapping) else {}
    for resource in document.resources:
        own = resource.body.get("tags")
        repeated = sorted(tags.keys() & own.keys()) if isinstance(own, Mapping) else []
        if repeated and resource.is_absent("provider"):
            yield Violation(
                resource.address, f"the provider sets {', '.join(repeated)} as well", "tags"
            )


RULE = Rule(
    id="default-tags-repeated",
    title="No resource repeats a default tag.",
    failure="Plans show changes without end, or fail.",
    sources=("aws#43448",),
    severity=Severity.LOW,
    pack="baseline",
    repair="Remove the tag from the resource.",
    violations=_violations,
)
