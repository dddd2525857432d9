"""The provider is limited to the account of the environment."""

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
    for body in written if isinstance(written, list) else [written]:
        if isinstance(body, Mapping):
            values = Values(body, document)
            if not values.is_absent("endpoints"):
                continue  # an emulator
            if values.flag("skip_requesting_account_id", False) is not False:
                continue
            if values.is_absent("allowed_account_ids") and values.is_absent("assume_role"):
                alias = values.text("alias")
                yield Violation(
                    "provider.aws",
                    "any account can be changed"
                    + (f" by the provider with the alias {alias}" if alias else ""),
                    "allowed_account_ids",
                )


RULE = Rule(
    id="provider-account",
    title="The provider is limited to the account of the environment.",
    failure="An apply with the wrong credentials changes another account.",
    sources=("AWS provider: allowed_account_ids",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `allowed_account_ids` (setting: `Environment.account`).",
    violations=_violations,
)
