"""Import inventory: the existing resources of an environment, in a file next to its module."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TypedDict, Unpack

from pydantic import Field

from navra_stacks.errors import NavraError, SettingsError, SettingsProblem
from navra_stacks.files import write_file
from navra_stacks.settings.model.base import Settings, format_value, rule
from navra_stacks.settings.model.credentials import find_credentials, is_credential
from navra_stacks.settings.model.field_types import AccountId, Region, str_pattern
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenJson, FrozenMapping, to_mutable
from navra_stacks.settings.model.interpolation import escape_templates

__all__ = ["JSON_TEXTS", "ImportInventory", "ImportedResource", "merge_live_values"]

JSON_TEXTS = frozenset({"container_definitions"})
"""Arguments whose value is a JSON string. The inventory file contains them as plain JSON, which
is easier to read."""

SUFFIX = ".inventory.json"
"""The part of an inventory file's name that follows the name of the environment's module."""

Address = Annotated[
    str,
    str_pattern(
        r'(?!data\.)[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_-]*(\[([0-9]+|"[^"\\]+")\])?',
        "is not a valid address of a resource",
        "write the type and the name of the resource, for example 'aws_lb.load_balancer'",
    ),
]
"""The Terraform address of a managed resource in the root module, or of one instance of a resource
that has ``count`` or ``for_each``."""

ImportId = Annotated[
    str,
    str_pattern(
        r"\S(.*\S)?", "is not a valid import ID", "use the ID that `terraform import` expects"
    ),
]


class ImportedResource(Settings):
    """An existing resource that Terraform imports instead of creating it a second time."""

    id: ImportId
    """The Terraform import ID, which is an ARN, a name or several of them joined, depending on
    the type."""

    keeps: FrozenMapping[str, FrozenJson] = EMPTY
    """Live values of the arguments whose value in the settings would force a replacement, by
    argument. The live value is used instead of the value in the settings. A live value of None
    omits the argument, because the live resource has no value for it."""

    live_defaults: FrozenMapping[str, FrozenJson] = EMPTY
    """Live values of arguments that the document does not set, by argument. Without them, the
    provider's default would replace the live value. If the settings set the argument later, their
    value is used. The value of ``tags`` is added to the resource's tags."""

    changes: FrozenMapping[str, str] = EMPTY
    """Descriptions of the changes that the first apply makes in place, by the path of the changed
    argument. A path includes all arguments below it."""

    @property
    def live_arguments(self) -> dict[str, Any]:
        """The values in `keeps` as Terraform arguments: those in `JSON_TEXTS` as JSON strings."""
        return {
            name: (
                json.dumps(to_mutable(value), ensure_ascii=False)
                if name in JSON_TEXTS and not isinstance(value, str | None)
                else to_mutable(value)
            )
            for name, value in sorted(self.keeps.items())
        }

    @rule
    def _check_credentials(self) -> Iterator[SettingsProblem]:
        paths = ["id"] if is_credential(self.id) else []
        paths += [f"keeps.{path}" for path in find_credentials(self.keeps)]
        paths += [f"live_defaults.{path}" for path in find_credentials(self.live_defaults)]
        paths += [f"changes.{name}" for name, text in self.changes.items() if _shows(name, text)]
        for path in paths:
            yield SettingsProblem(
                path,
                "looks like a credential (the value is not shown), and would be stored in code, "
                "plan and state",
                "remove the resource from the inventory, and store the value in Secrets Manager",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ImportedResourceChanges]") -> Self: ...


def merge_live_values(
    described: Mapping[str, Any], keeps: Mapping[str, Any], live_defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments that live values change in a resource of a document.

    Args:
        described: The arguments of the resource in the document.
        keeps: As `ImportedResource.live_arguments`.
        live_defaults: As `ImportedResource.live_defaults`.

    Returns:
        The new values, by argument; None for an argument that the document must omit.
    """
    values: dict[str, Any] = escape_templates(dict(keeps))
    for argument, value in escape_templates(dict(live_defaults)).items():
        if argument == "tags":
            values.setdefault("tags", value | (described.get("tags") or {}))
        elif described.get(argument) is None:
            values.setdefault(argument, value)
    return values


def _shows(argument: str, text: str) -> bool:
    """Return True if the description of a change contains a credential.

    The description contains the old and the new value in quotes, which are checked one by one.
    """
    name = argument.rpartition(".")[2]
    values = [value.strip('"') for value in text.split(" -> ")]
    return is_credential(text) or (
        len(values) > 1 and any(is_credential(value, name=name) for value in values)
    )


class ImportInventory(Settings):
    """The existing resources of an environment that `navra discover` found in the account.

    Terraform imports these resources. The inventory changes the document in no other way, except
    for the arguments in `keeps` and `live_defaults`.
    """

    stack: str | None = None
    """The name of the environment's stack, for example ``shop-qa``; None if `navra discover` has
    not run yet."""

    account: AccountId | None = None
    """The id of the account in which the resources were found; None if `navra discover` has not run
    yet."""

    region: Region | None = None
    """The Region in which the resources were found; None if `navra discover` has not run yet."""

    resources: FrozenMapping[Address, ImportedResource] = EMPTY
    """The resources that were found, by Terraform address."""

    blockers: tuple[str, ...] = ()
    """The reasons why the environment must not be applied, each with the address of its resource. A
    document is synthesized only if there are none."""

    path: Path | None = Field(default=None, exclude=True)
    """The path of the inventory file; None if the inventory is not from a file."""

    @classmethod
    def next_to(cls, module: str | Path) -> Self:
        """Return the inventory from the file next to an environment's module.

        The file is ``qa.inventory.json`` for the module ``qa.py``. The inventory is empty if the
        file does not exist yet.

        Args:
            module: The path of the module, for example ``__file__``.

        Raises:
            SettingsError: as for :meth:`read`.
        """
        path = Path(module).with_suffix(SUFFIX)
        return cls.read(path) if path.exists() else cls(path=path)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Return the inventory from a file.

        This method does not raise an error for invalid values. The environment that contains the
        inventory reports them.

        Raises:
            NavraError: the file does not exist.
            SettingsError: the file cannot be read, is not a JSON object, or has a duplicate key.
        """
        path = Path(path)
        duplicates: list[str] = []
        try:
            content = json.loads(
                path.read_text(encoding="utf-8"),
                object_pairs_hook=lambda pairs: _record_duplicates(pairs, duplicates),
            )
        except FileNotFoundError:
            name = path.name.removesuffix(SUFFIX) if path.name.endswith(SUFFIX) else "ENV"
            raise NavraError(
                f"{path} does not exist; create it with `navra discover {name}`"
            ) from None
        except OSError as error:
            raise _unreadable(path, f"cannot be read: {error.strerror}") from None
        except (RecursionError, ValueError) as error:
            raise _unreadable(path, f"is not JSON: {error}") from None
        if not isinstance(content, dict):
            raise _unreadable(path, f"contains {format_value(content)} instead of a JSON object")
        if duplicates:
            raise SettingsError(
                str(path),
                [
                    SettingsProblem(
                        name, "appears more than once in an object", "keep only the correct entry"
                    )
                    for name in duplicates
                ],
                source="inventory",
            )
        return cls(**content | {"path": path})

    def write(self, path: Path) -> None:
        """Write the inventory atomically to the file `path`.

        Raises:
            NavraError: the file cannot be written.
        """
        write_file(path, self.to_json())

    def to_json(self) -> str:
        """Return the content of the inventory file; equal inventories result in the same bytes."""
        resources = {}
        for address, resource in sorted(self.resources.items()):
            optional = {
                "keeps": to_mutable(resource.keeps),
                "live_defaults": to_mutable(resource.live_defaults),
                "changes": to_mutable(resource.changes),
            }
            resources[address] = {"id": resource.id} | {k: v for k, v in optional.items() if v}
        head = {"stack": self.stack, "account": self.account, "region": self.region}
        content: dict[str, Any] = {**head, "resources": resources}
        if self.blockers:
            content["blockers"] = self.blockers
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

    @rule
    def _check_origin(self) -> Iterator[SettingsProblem]:
        if self.resources:
            for name in ("stack", "account", "region"):
                if getattr(self, name) is None:
                    yield SettingsProblem(
                        name, "is missing", "create the inventory with `navra discover`"
                    )

    @rule
    def _check_keeps(self) -> Iterator[SettingsProblem]:
        for address, resource in self.resources.items():
            if not address.endswith("]"):
                continue
            for field in ("keeps", "live_defaults"):
                if getattr(resource, field):
                    yield SettingsProblem(
                        f"resources.{address}.{field}",
                        "is not allowed, because the resource block of this instance describes "
                        "several resources",
                        f"remove `{field}`, and set the values in the settings of the environment",
                    )

    @rule
    def _check_ids(self) -> Iterator[SettingsProblem]:
        keys = {
            address: (address.partition(".")[0], resource.id)
            for address, resource in self.resources.items()
        }
        counts = Counter(keys.values())
        for address, key in keys.items():
            if counts[key] > 1:
                others = [
                    other
                    for other, other_key in keys.items()
                    if other != address and other_key == key
                ]
                yield SettingsProblem(
                    f"resources.{address}.id",
                    f"{format_value(key[1])} is also the import ID of {', '.join(others)}",
                    "keep the entry with the correct address, and remove the others",
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ImportInventoryChanges]") -> Self: ...


def _record_duplicates(pairs: list[tuple[str, Any]], duplicates: list[str]) -> dict[str, Any]:
    duplicates += [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    return dict(pairs)


def _unreadable(path: Path, message: str) -> SettingsError:
    repair = "correct the file or its permissions, or delete it and run `navra discover`"
    return SettingsError(str(path), [SettingsProblem("", message, repair)], source="inventory")


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class ImportInventoryChanges(TypedDict, total=False):
        stack: str | None
        account: AccountId | None
        region: Region | None
        resources: FrozenMapping[Address, ImportedResource]
        blockers: tuple[str, ...]
        path: Path | None

    class ImportedResourceChanges(TypedDict, total=False):
        id: ImportId
        keeps: FrozenMapping[str, FrozenJson]
        live_defaults: FrozenMapping[str, FrozenJson]
        changes: FrozenMapping[str, str]
