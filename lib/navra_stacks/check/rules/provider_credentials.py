"""The provider takes its credentials from the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import Values
from navra_stacks.settings.model.credential_formats import FORMATS

__all__ = ["RULE"]

_PATTERNS = {
    "access_key": r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    "secret_key": r"[A-Za-z0-9/+]{40}",
    "token": "|".join(f"(?:{known.pattern}).*" for known in FORMATS),
}
"""The credentials of a provider, and their form: an emulator accepts any text."""


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    providers = document.content.get("provider")
    for name, configurations in providers.items() if isinstance(providers, Mapping) else ():
        for body in configurations if isinstance(configurations, list) else [configurations]:
            if not isinstance(body, Mapping) or "endpoints" in body:
                continue  # an emulator, for which any key is valid
            values = Values(body, document)
            for argument, pattern in _PATTERNS.items():
                if argument == "secret_key" and (
                    values.flag("skip_credentials_validation", False) is not False
                ):
                    continue  # an emulator, which can have a key of the same length
                written = values.string(argument)
                if written and re.fullmatch(pattern, written):
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
