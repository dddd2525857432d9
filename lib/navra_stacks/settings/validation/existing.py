"""The rules of an environment over what existed before it, which must go on running."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["RULES"]


def running_services_keep_their_capacity(
    environment: EnvironmentFields,
) -> Iterator[SettingsProblem]:
    """Another capacity may replace what runs.

    `launch_type` forces replacement, and so may its change to a strategy
    (terraform-provider-aws #22823).
    """
    for service in environment.services:
        if environment.existing_ids is not None and service.capacity is not None:
            yield SettingsProblem(
                f"services.{service.name}.capacity",
                "would replace the service that runs, which was recorded with Fargate alone",
                "leave it out here, and try Spot in an environment that is not recorded",
            )


def records_name_services(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A recorded id is that of a service that there is."""
    if environment.existing_ids is None:
        return
    for field in ("service_security_groups", "task_definition_revisions"):
        for name in getattr(environment.existing_ids, field):
            if name not in environment.service_names:
                yield SettingsProblem(
                    f"existing_ids.{field}.{name}",
                    "is no service",
                    suggest_repair(name, environment.service_names),
                )


def inventory_is_of_this_environment(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """An inventory is of the stack, the account and the Region that it was found in."""
    inventory = environment.inventory
    if inventory is None or not inventory.resources:
        return
    ours = {
        "stack": environment.names.stack,
        "account": environment.account,
        "region": environment.region,
    }
    for field, value in ours.items():
        given = getattr(inventory, field)
        # An account that nobody knows yet may be that one.
        if given is not None and value is not None and given != value:
            yield SettingsProblem(
                f"inventory.{field}",
                f"{given!r} is another than this environment's, {value!r}",
                "delete the file, and write this environment's by `navra discover`",
            )


RULES = (
    running_services_keep_their_capacity,
    records_name_services,
    inventory_is_of_this_environment,
)
