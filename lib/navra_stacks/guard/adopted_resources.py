"""Identify the resources in a plan that existed before Terraform managed them."""

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
    """A resource that was created outside Terraform, and is or will be imported into it."""

    id: str | None = None
    """The import ID. None if no inventory lists the resource."""

    changes: Mapping[str, str] | None = None
    """The arguments that the import may change, each with a description of the change. None if no
    inventory lists the resource."""

    source: str = "imported by this plan"
    """The path of the inventory that lists the resource. By default a phrase for messages about a
    resource that no inventory lists."""

    def lists_change(self, path: AttributePath) -> bool:
        """Return True if the inventory lists a change of `path` or of a block around it."""
        return any(covers(argument, path) for argument in self.changes or ())


def read_inventories(paths: Iterable[Path]) -> Mapping[str, AdoptedResource]:
    """Read inventory files, and return the resources of all of them by address.

    Raises:
        NavraError: a file does not exist.
        SettingsError: an inventory is invalid, or two list different import IDs for one address.
    """
    resources: dict[str, AdoptedResource] = {}
    for path in paths:
        inventory = ImportInventory.read(path)
        # `read` leaves invalid values for an environment to report. Here there is no environment.
        problems = list(inventory.problems())
        for address, imported in () if problems else inventory.resources.items():
            if (other := resources.get(address)) is not None and other.id != imported.id:
                problems.append(
                    SettingsProblem(
                        f"resources.{address}.id",
                        f"{imported.id!r} does not match {other.id!r} in {other.source}",
                        "pass only inventories of the planned stack, or correct the wrong ID",
                    )
                )
            resources[address] = AdoptedResource(imported.id, dict(imported.changes), str(path))
        if problems:
            raise SettingsError(str(path), problems, source="inventory")
    return resources


def find_adopted(
    change: Change, inventory: Mapping[str, AdoptedResource]
) -> AdoptedResource | None:
    """Return the adopted resource that `change` affects, or None if the resource is not adopted.

    A resource is adopted if the inventory lists its address, or its address before a `moved` block,
    or if the plan imports the resource.
    """
    for address in (change.address, change.previous_address):
        if address is not None and address in inventory:
            return inventory[address]
    return None if change.importing is None else AdoptedResource()
