"""What exists in the account already: imported, and not replaced."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResource, TerraformStack, Token

from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.settings.existing.import_inventory import ImportInventory
from navra_stacks.settings.model.field_types import suggest_repair
from navra_stacks.settings.model.interpolation import literal, literals

__all__ = ["adopt"]


def adopt(stack: TerraformStack, inventory: ImportInventory, *, name: str) -> None:
    """Import what is in the inventory, and take its value where ours would replace it.

    Args:
        stack: The stack, once all its resources are made.
        inventory: What exists.
        name: What an error calls the stack.

    Raises:
        SettingsError: the inventory has an address that the stack has not.
    """
    if not inventory.resources:
        return  # asking each resource for its address is a third of what is said to node
    resources = {
        f"{one.terraform_resource_type}.{one.friendly_unique_id}": one
        for one in stack.node.find_all()
        if isinstance(one, TerraformResource)
    }
    problems = [
        SettingsProblem(
            f"inventory.resources.{address}",
            f"is no resource of {name}",
            suggest_repair(address, set(resources)) or "take it out of the inventory",
        )
        for address in inventory.resources
        if address.partition("[")[0] not in resources
    ]
    if problems:
        raise SettingsError(name, problems)
    imports = []
    for address, one in sorted(inventory.resources.items()):
        imports.append({"to": address, "id": literal(one.id)})
        for argument, value in one.kept_arguments.items():
            resources[address].add_override(argument, _whole(literals(value)))
    # CDKTF 0.21's own `import_from` wants a provider's construct and writes no id of ours.
    if imports:
        stack.add_override("import", imports)


def _whole(value: Any) -> Any:
    """A value of an override that takes the place of what is there.

    CDKTF appends a list to the one that is there, and merges a map into it. A text it puts in its
    place, and one that stands for something else becomes that only afterwards.
    """
    return Token.as_string(value) if isinstance(value, dict | list) else value
