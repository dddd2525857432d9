"""Validation rules between secrets and the containers and data stores that use them."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["RULES"]


def check_declared_secrets(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that every secret that is injected or used by a data store is declared."""
    declared = {secret.name for secret in environment.secrets}
    references = [
        (f"services.{service.name}.{path}.secrets", name)
        for service in environment.services
        for path, container in service.containers_with_paths
        for name in container.secrets
    ]
    for field, dependency in (("database", environment.database), ("cache", environment.cache)):
        if dependency is not None:
            references += [
                (f"{field}.{path}", name) for path, name in dependency.secret_fields.items()
            ]
    for path, name in references:
        if name not in declared:
            # Not only the suggestion: another secret can have a similar name.
            repair = f"add Secret(name={name!r}) to the environment's `secrets`"
            if suggestion := suggest_repair(name, declared):
                otherwise = " Otherwise" if suggestion.endswith("?") else "; otherwise"
                repair = f"{suggestion}{otherwise}, {repair}"
            yield SettingsProblem(path, f"{name!r} is not a secret of this environment", repair)


def check_unused_secrets(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that every declared secret is injected.

    A secret that is not injected is a mistake or a needless risk.
    """
    used = {name for service in environment.services for name in service.injected_secrets}
    for secret in environment.secrets:
        if secret.name not in used:
            yield SettingsProblem(
                f"secrets.{secret.name}",
                "is not injected into any container",
                "add the name to the `secrets` of a container, or remove the secret",
            )


RULES = (
    check_declared_secrets,
    check_unused_secrets,
)
