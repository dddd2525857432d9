"""No resource repeats a default tag with its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import UNKNOWN, Values

__all__ = ["RULE"]


def _tags(values: Values) -> dict[str, tuple[object, object]]:
    """Return the tags of a resource or provider by name, each as written and with its value."""
    known = values.get("tags")
    if not isinstance(known, Mapping):
        return {}
    written = values.body.get("tags")
    texts = written if isinstance(written, Mapping) else known
    return {name: (texts.get(name), value) for name, value in known.items()}


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    providers = document.content.get("provider")
    written = providers.get("aws") if isinstance(providers, Mapping) else None
    bodies = [
        Values(body, document) for body in (written if isinstance(written, list) else [written])
    ]
    tags: dict[str, tuple[object, object]] = {}
    for body in bodies:
        if body.is_known and body.is_absent("alias"):
            for block in body.blocks("default_tags"):
                tags |= _tags(block)
    for resource in document.resources if tags else ():
        repeated = sorted(
            name
            for name, (written, value) in _tags(resource).items()
            if name in tags
            and (written == tags[name][0] or (value is not UNKNOWN and value == tags[name][1]))
        )
        if repeated and resource.is_absent("provider"):
            yield Violation(
                resource.address, f"the provider sets {', '.join(repeated)} as well", "tags"
            )


RULE = Rule(
    id="default-tags-repeated",
    title="No resource repeats a default tag with its value.",
    failure="Plans show changes without end, or fail.",
    sources=("aws#43448",),
    severity=Severity.LOW,
    pack="baseline",
    repair="Remove the tag from the resource.",
    violations=_violations,
)
