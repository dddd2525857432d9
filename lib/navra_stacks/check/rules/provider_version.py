"""The version of a provider is limited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    settings = document.content.get("terraform")
    required = settings.get("required_providers") if isinstance(settings, Mapping) else None
    for name, requirement in required.items() if isinstance(required, Mapping) else ():
        if isinstance(requirement, Mapping) and not requirement.get("version"):
            yield Violation(
                "terraform", f"any version of {name} is used", f"required_providers.{name}"
            )


RULE = Rule(
    id="provider-version",
    title="The version of a provider is limited.",
    failure="A new version of the provider changes resources unexpectedly.",
    sources=("Terraform: Provider requirements",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `version` in `required_providers`.",
    violations=_violations,
)
