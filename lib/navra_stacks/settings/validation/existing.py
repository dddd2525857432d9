"""Validation rules for environments with existing resources, which must keep running."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["RULES"]


def check_capacity_change(
    environment: EnvironmentFields,
) -> Iterator[SettingsProblem]:
    """Check that recorded services keep Fargate: a change of the capacity can replace a service.

    A change of `launch_type` forces replacement, and so can its change to a capacity provider
    strategy (terraform-provider-aws #22823).
    """
    for service in environment.services:
        if environment.existing_ids is not None and service.capacity is not None:
            yield SettingsProblem(
                f"services.{service.name}.capacity",
                "would replace the running service, which was recorded with Fargate only",
                "remove it, and try Spot in an environment without existing_ids",
            )


def check_recorded_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that recorded ids belong to services of the environment."""
    if environment.existing_ids is None:
        return
    for field in ("service_security_groups", "task_definition_revisions"):
        for name in getattr(environment.existing_ids, field):
            if name not in environment.service_names:
                yield SettingsProblem(
                    f"existing_ids.{field}.{name}",
                    "is not a service of this environment",
                    suggest_repair(name, environment.service_names),
                )


def check_inventory_origin(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the inventory is from this environment's stack, account and Region."""
    inventory = environment.inventory
    if inventory is None or not inventory.resources:
        return
    expected = {
        "stack": environment.names.stack,
        "account": environment.account,
        "region": environment.region,
    }
    for field, value in expected.items():
        given = getattr(inventory, field)
        # An account that is not known yet (None) can be the same one.
        if given is not None and value is not None and given != value:
            yield SettingsProblem(
                f"inventory.{field}",
                f"{given!r} does not match this environment's {value!r}",
                "delete the file, and create a new one with `navra discover`",
            )


RULES = (
    check_capacity_change,
    check_recorded_services,
    check_inventory_origin,
)
