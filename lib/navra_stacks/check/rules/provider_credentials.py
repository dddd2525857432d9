"""The provider takes its credentials from the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    providers = document.content.get("provider")
    for name, configurations in providers.items() if isinstance(providers, Mapping) else ():
        for body in configurations if isinstance(configurations, list) else [configurations]:
            if not isinstance(body, Mapping) or "endpoints" in body:
                continue  # an emulator, for which any key is valid
            for argument in ("access_key", "secret_key", "token"):
                value = body.get(argument)
                if isinstance(value, str) and value and "${" not in value:
                    yield Violation(f"provider.{name}", f"{argument} is in the document", argument)
                    break


RULE = Rule(
    id="provider-credentials",
    title="The provider takes its credentials from the environment.",
    failure="Everybody who can read the code, or the plan, can use the credentials.",
    sources=("CKV_AWS_41",),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Remove the keys; use a role, a profile or environment variables.",
    violations=_violations,
)
