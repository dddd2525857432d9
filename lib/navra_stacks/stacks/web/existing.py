"""Resources that exist already: their IDs, their import, and their move to another VPC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf import TerraformResource, TerraformStack, Token

from navra_stacks.constructs.common.address import address_of
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.compute.fargate_service import FargateService
from navra_stacks.constructs.existing.existing_ids import ExistingIdsLocal
from navra_stacks.constructs.load_balancing.load_balancer import ApplicationLoadBalancer
from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.existing.import_inventory import ImportInventory, merge_live_values
from navra_stacks.settings.model.field_types import suggest_repair
from navra_stacks.settings.model.frozen_mapping import to_mutable
from navra_stacks.settings.model.interpolation import escape_template

__all__ = ["ExistingResources"]

_OF_A_SERVICE = ("portMappings", "healthCheck", "dependsOn")
"""The members of a container definition that do not apply to a task with one container and no
traffic.
"""


class ExistingResources:
    """Writes the IDs and the import blocks of existing resources into the stack."""

    def __init__(
        self,
        stack: TerraformStack,
        environment: Environment,
        *,
        env: EnvironmentContext,
        load_balancer: ApplicationLoadBalancer,
        services: Mapping[str, FargateService],
    ) -> None:
        """Add the local value with the IDs, the import blocks and the replacement rules.

        Args:
            stack: The stack; all other areas are created already.
            environment: The environment.
            env: The context of the environment, for the names.
            load_balancer: The load balancer.
            services: The ECS services by name.

        Raises:
            SettingsError: the inventory contains an address that is not a resource of the stack.
        """
        self.overridden: dict[str, dict[str, Any]] = {}
        """The values that the settings describe and the inventory replaces by live values, by
        address and argument. They may contain tokens."""
        ids = environment.existing_ids
        if ids is not None:
            ExistingIdsLocal(stack, "recorded_ids", settings=ids, names=env.names)
        # A recorded environment stays in its VPC unless the settings allow a move.
        if ids is None or ids.leaves_vpc:
            _replace_with_security_groups(load_balancer, services)
        if environment.inventory is not None:
            # Reading the address of every resource takes a third of the synthesis.
            resources = _resources(stack) if environment.inventory.resources else {}
            self.overridden = _import(stack, environment.inventory, resources, name=env.names.stack)
            _preserve_in_one_off_tasks(environment, environment.inventory, resources)


def _replace_with_security_groups(
    load_balancer: ApplicationLoadBalancer, services: Mapping[str, FargateService]
) -> None:
    """Replace the load balancer and the services when their security groups are replaced.

    A new security group means another VPC: AWS cannot move a load balancer or a service to subnets
    of another VPC, and does not delete a security group that is in use.
    """
    replaced: dict[str, TerraformResource] = {"alb": load_balancer.resource}
    replaced |= {slug(name): service.resource for name, service in services.items()}
    for key, resource in replaced.items():
        resource.add_override(
            "lifecycle.replace_triggered_by",
            [f"aws_security_group.{key}_security_group.vpc_id"],
        )


def _resources(stack: TerraformStack) -> dict[str, TerraformResource]:
    """Return the resources of a stack by their addresses."""
    return {
        address_of(resource): resource
        for resource in stack.node.find_all()
        if isinstance(resource, TerraformResource)
    }


def _import(
    stack: TerraformStack,
    inventory: ImportInventory,
    resources: Mapping[str, TerraformResource],
    *,
    name: str,
) -> dict[str, dict[str, Any]]:
    """Add the import blocks and the live values of the inventory.

    Returns:
        The replaced values, by address and argument.
    """
    if inventory.blockers:
        raise SettingsError(
            name,
            [
                SettingsProblem(
                    f"inventory.blockers[{index}]",
                    blocker,
                    "repair it in the account and run `navra discover` again, or remove the entry "
                    "if the effect is intended",
                )
                for index, blocker in enumerate(inventory.blockers)
            ],
        )
    if not inventory.resources:
        return {}
    problems = [
        SettingsProblem(
            f"inventory.resources.{address}",
            f"is not a resource of {name}",
            suggest_repair(address, set(resources)) or "remove it from the inventory",
        )
        for address in inventory.resources
        if address.partition("[")[0] not in resources
    ]
    if problems:
        raise SettingsError(name, problems)
    imports: list[dict[str, str]] = []
    overridden: dict[str, dict[str, Any]] = {}
    for address, imported in sorted(inventory.resources.items()):
        imports.append({"to": address, "id": escape_template(imported.id)})
        if not imported.keeps and not imported.live_defaults:
            continue
        type_, _, id_ = address.partition(".")
        described = resources[address].to_terraform()["resource"][type_][id_]
        if imported.keeps:
            overridden[address] = {
                argument: described.get(argument) for argument in imported.live_arguments
            }
        values = merge_live_values(
            described, imported.live_arguments, to_mutable(imported.live_defaults)
        )
        _override(resources[address], values)
    # CDKTF 0.21's `import_from` needs a construct of the provider and takes no literal ID.
    stack.add_override("import", imports)
    return overridden


def _preserve_in_one_off_tasks(
    environment: Environment,
    inventory: ImportInventory,
    resources: Mapping[str, TerraformResource],
) -> None:
    """Give the one-off tasks of a service the live container definition that the service has.

    Otherwise a migration would have settings that the service gets only without the entry.
    """
    for service in environment.services:
        address = f"aws_ecs_task_definition.{slug(service.name)}_task_definition"
        imported = inventory.resources.get(address)
        definitions = imported and to_mutable(imported.keeps).get("container_definitions")
        if imported is None or not isinstance(definitions, list):
            continue
        name = service.container_name(service.container)
        for task in service.one_off_tasks:
            containers = [
                {key: value for key, value in one.items() if key not in _OF_A_SERVICE}
                | {"command": list(task.command), "essential": True}
                for one in definitions
                if one.get("name") == name
            ]
            if not containers:  # the settings name a container that does not run
                continue
            keeps = {
                argument: value
                for argument, value in imported.keeps.items()
                if argument not in ("family", "tags")
            }
            live = imported.replace(keeps=keeps | {"container_definitions": containers})
            id_ = f"{slug(service.name)}_{slug(task.name)}_task_definition"
            _override(
                resources[f"aws_ecs_task_definition.{id_}"],
                merge_live_values({}, live.live_arguments, {}),
            )


def _override(resource: TerraformResource, values: Mapping[str, Any]) -> None:
    """Replace arguments of a resource.

    CDKTF appends a list to the present list, merges a map into the present map, and replaces the
    present value by a string. A token is a string until synthesis resolves it to a list or map.
    """
    for argument, value in sorted(values.items()):
        replacing = Token.as_string(value) if isinstance(value, dict | list) else value
        resource.add_override(argument, replacing)
