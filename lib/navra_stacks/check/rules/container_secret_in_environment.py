"""Secrets are not in the variables of a container."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.settings.model.credentials import is_credential, is_secret_name

__all__ = ["RULE"]

_SECRET_VALUE = re.compile(
    r"\$\{(?:random_password\.|tls_private_key\.)|\.(?:secret_string|master_password|password)\b"
    r"|\bvar\.\w*(?:password|secret|token|api_key)"
)


def _is_secret(name: str, value: str) -> bool:
    """Return True if a variable with an unknown value contains a secret."""
    return is_secret_name(name) and _SECRET_VALUE.search(value) is not None


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        for index, variable in enumerate(container.values.blocks("environment")):
            name, value = variable.text("name") or "", variable.text("value") or ""
            if is_credential(value, name=name) if "${" not in value else _is_secret(name, value):
                yield Violation(
                    container.task.address,
                    f"the variable {name} of {container.name} contains a secret",
                    container.argument(f"environment[{index}].value"),
                )


RULE = Rule(
    id="container-secret-in-environment",
    title="Secrets are not in the variables of a container.",
    failure="Everybody who can read the task definition or the state knows the secret.",
    sources=("FSBP ECS.8",),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Put the value into Secrets Manager and use `secrets` (setting: `Container.secrets`).",
    violations=_violations,
)
