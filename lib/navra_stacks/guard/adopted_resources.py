"""Identify the resources of a plan that existed before Terraform managed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.settings.existing.import_inventory import ImportInventory
from navra_stacks.terraform.plan import AttributePath, Change, covers

__all__ = ["AdoptedResource", "find_adopted", "read_inventories"]


@dataclass(frozen=True, slots=True)
class AdoptedResource:
    """A resource that was created outside Terraform and imported."""

    id: str | None = None
    """The import id. None if no inventory lists it."""

    changes: Mapping[str, str] | None = None
    """The arguments that the import changes, as listed in the inventory."""

    source: str = "an import of this plan"
    """The inventory file, or the plan itself."""

    def lists_change(self, path: AttributePath) -> bool:
        """True if the inventory lists a change at this path."""
        return any(covers(argument, path) for argument in self.changes or ())


def read_inventories(paths: Iterable[Path]) -> Mapping[str, AdoptedResource]:
    """Read inventory files and return their resources by address.

    Raises:
        SettingsError: an inventory is invalid, or two list different ids for one address.
    """
    resources: dict[str, AdoptedResource] = {}
    for path in paths:
        inventory = ImportInventory.read(path)
        # An inventory collects its problems for an environment to report; there is none here.
        problems = list(inventory.problems())
        for address, imported in () if problems else inventory.resources.items():
            if (other := resources.get(address)) is not None and other.id != imported.id:
                problems.append(
                    SettingsProblem(
                        f"resources.{address}.id",
                        f"is {imported.id}, but {other.id} in {other.source}",
                        "pass only the inventories of the planned stack",
                    )
                )
            resources[address] = AdoptedResource(imported.id, dict(imported.changes), str(path))
        if problems:
            raise SettingsError(str(path), problems)
    return resources


def find_adopted(
    change: Change, inventory: Mapping[str, AdoptedResource]
) -> AdoptedResource | None:
    """Return the adopted resource that a change affects, or None if it is not adopted.

    Adopted are the resources in an inventory, also after a `moved` block, and those that the plan
    imports.
    """
    for address in (change.address, change.previous_address):
        if address is not None and address in inventory:
            return inventory[address]
    return None if change.importing is None else AdoptedResource()
