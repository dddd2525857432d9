"""Which resources of a plan existed before Terraform, and what was said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.settings.existing.import_inventory import ImportInventory
from navra_stacks.terraform.plan import Change, Place, covers

__all__ = ["AdoptedResource", "adopted_of", "of_inventories"]


@dataclass(frozen=True, slots=True)
class AdoptedResource:
    """A resource that was made by hand."""

    id: str | None = None
    """What it is imported by; None where no inventory lists it."""

    changes: Mapping[str, str] | None = None
    """The arguments that the import changes, as the inventory lists them."""

    source: str = "an import of this plan"
    """Where that is written."""

    def lists(self, place: Place) -> bool:
        """Whether the inventory lists a change at this place."""
        return any(covers(argument, place) for argument in self.changes or ())


def of_inventories(paths: Iterable[Path]) -> Mapping[str, AdoptedResource]:
    """What the inventories in these files list, by address.

    Raises:
        SettingsError: an inventory is at fault, or two say different things of one address.
    """
    listed: dict[str, AdoptedResource] = {}
    for path in paths:
        inventory = ImportInventory.read(path)
        # It keeps its problems for an environment, and here is none.
        problems = list(inventory.problems())
        for address, one in () if problems else inventory.resources.items():
            if (other := listed.get(address)) is not None and other.id != one.id:
                wrong = f"is {one.id}, and {other.id} in {other.source}"
                problems.append(
                    SettingsProblem(f"resources.{address}.id", wrong, "a plan is of one stack")
                )
            listed[address] = AdoptedResource(one.id, dict(one.changes), str(path))
        if problems:
            raise SettingsError(str(path), problems)
    return listed


def adopted_of(change: Change, listed: Mapping[str, AdoptedResource]) -> AdoptedResource | None:
    """What is known of a resource that was adopted; None of any other.

    Adopted is what an inventory lists, also where it was moved since, and what the plan imports.
    """
    for address in (change.address, change.previous_address):
        if address is not None and address in listed:
            return listed[address]
    return None if change.importing is None else AdoptedResource()
