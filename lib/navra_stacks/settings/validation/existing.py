"""Validation rules for environments with existing resources, which must not be replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair
from navra_stacks.settings.model.messages import format_value

__all__ = ["RULES"]


def check_capacity_change(
    environment: EnvironmentFields,
) -> Iterator[SettingsProblem]:
    """Check that no service sets `capacity` in an environment with `existing_ids`.

    A change of `launch_type` forces a replacement of the service. A change from `launch_type` to a
    capacity provider strategy can force a replacement as well (terraform-provider-aws #22823).
    """
    for service in environment.services:
        if environment.existing_ids is not None and service.capacity is not None:
            yield SettingsProblem(
                f"services.{service.name}.capacity",
                "can make Terraform replace the running service, because the service changes from "
                "a launch type to a capacity provider strategy",
                "remove `capacity`, which can be set only in an environment without existing_ids",
            )


def check_recorded_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the services in `existing_ids` are services of the environment."""
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
    """Check that the inventory is from the stack, the account and the Region of the environment."""
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
                f"{given!r} is not the {field} of this environment, {value!r}",
                "delete the inventory file, and create it again with `navra discover`",
            )


def check_inventory_ids(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the inventory contains the ids in `existing_ids`, and no id of another account.

    An inventory of an emulator, or one that is older than `existing_ids`, would import other
    resources than the settings describe.
    """
    inventory = environment.inventory
    if inventory is None:
        return
    recorded = {}
    if environment.existing_ids is not None:
        recorded = environment.existing_ids.by_address(environment.names)
    for address, resource in inventory.resources.items():
        field = f"inventory.resources.{address}.id"
        expected = recorded.get(address)
        # The import ID of a task definition is its ARN, which ends in the family and revision.
        if expected is not None and resource.id.rpartition("/")[2] != expected:
            yield SettingsProblem(
                field,
                f"{format_value(resource.id)} is not {expected!r}, the id in `existing_ids`",
                "create the inventory again with `navra discover`, or correct `existing_ids`",
            )
        arn = re.fullmatch(r"arn:aws[a-z-]*:[^:]*:([^:]*):([0-9]{12}):.*", resource.id)
        if arn is not None and environment.account not in (None, arn[2]):
            yield SettingsProblem(
                field,
                f"{format_value(resource.id)} is in the account {arn[2]!r}, not in the account of "
                f"this environment, {environment.account!r}",
                "delete the inventory file, and create it again with `navra discover`",
            )


RULES = (
    check_capacity_change,
    check_recorded_services,
    check_inventory_origin,
    check_inventory_ids,
)
