"""The rules of an environment between secrets and those that use them."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["RULES"]


def secrets_are_declared(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """What is injected, or filled, is a secret of the environment."""
    declared = {secret.name for secret in environment.secrets}
    wanted = [
        (f"services.{service.name}.{place}.secrets", name)
        for service in environment.services
        for place, container in service.placed_containers
        for name in container.secrets
    ]
    for field, dependency in (("database", environment.database), ("cache", environment.cache)):
        if dependency is not None:
            wanted.append((f"{field}.url_secret", dependency.url_secret))
    for place, name in wanted:
        if name not in declared:
            repair = suggest_repair(name, declared) or "declare it under `secrets`"
            yield SettingsProblem(place, f"{name!r} is no secret of this environment", repair)


def secrets_are_used(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A secret that nobody reads is a mistake, or a risk for nothing."""
    used = {name for service in environment.services for name in service.injected}
    for secret in environment.secrets:
        if secret.name not in used:
            yield SettingsProblem(
                f"secrets.{secret.name}",
                "is injected into no container",
                "name it under a container's `secrets`, or leave it out",
            )


RULES = (
    secrets_are_declared,
    secrets_are_used,
)
