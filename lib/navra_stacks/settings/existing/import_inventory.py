"""What of an environment exists already, resource by resource: a file that lies beside it."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from navra_stacks.errors import NavraError, SettingsError, SettingsProblem
from navra_stacks.settings.model.base import Settings, rule, shown
from navra_stacks.settings.model.credentials import credentials_in, is_credential
from navra_stacks.settings.model.field_types import AccountId, Region, matching
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenJson, FrozenMapping, to_mutable

__all__ = ["JSON_TEXTS", "ImportInventory", "ImportedResource"]

JSON_TEXTS = frozenset({"container_definitions"})
"""Arguments that are a text of JSON, which the file spells out so that people can read it."""

Address = Annotated[
    str,
    matching(
        r'(?!data\.)[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_-]*(\[([0-9]+|"[^"\\]+")\])?',
        "is not the address of a resource",
        "write its type and its name, as in 'aws_lb.load_balancer'",
    ),
]
"""The Terraform address of a managed resource at the top of a document, or of one of several that
``count`` or ``for_each`` makes."""

ImportId = Annotated[
    str, matching(r"\S(.*\S)?", "is not an id to import by", "give what `terraform import` takes")
]


class ImportedResource(Settings):
    """One resource that exists already, and is imported rather than made a second time."""

    id: ImportId
    """What Terraform imports it by: an ARN, a name, or several joined, as its type wants."""

    keeps: FrozenMapping[str, FrozenJson] = EMPTY
    """The arguments for which the settings would force a replacement, each with the value that is
    live, which is taken instead; None where it has none, and the argument is left out."""

    changes: FrozenMapping[str, str] = EMPTY
    """The arguments that the first apply changes in place, by place, each with what was told of
    it; a place covers what lies within it."""

    @property
    def kept_arguments(self) -> dict[str, Any]:
        """`keeps` as Terraform's arguments: plain JSON, and text where the argument is text."""
        return {
            name: (
                json.dumps(to_mutable(value), ensure_ascii=False)
                if name in JSON_TEXTS and not isinstance(value, str | None)
                else to_mutable(value)
            )
            for name, value in sorted(self.keeps.items())
        }

    @rule
    def _keeps_no_credential(self) -> Iterator[SettingsProblem]:
        places = [f"keeps.{place}" for place in credentials_in(self.keeps)]
        places += [f"changes.{name}" for name, told in self.changes.items() if is_credential(told)]
        for place in places:
            yield SettingsProblem(
                place,
                "looks like a credential (its value is not shown), which would end up in code, "
                "plan and state",
                "leave the resource out of the inventory, and put the value into Secrets Manager",
            )


class ImportInventory(Settings):
    """What of an environment exists already, as `navra discover` found it in the account.

    A resource in it is imported; no other resource and no byte of them changes with it.
    """

    stack: str | None = None
    """The environment's stack: ``shop-qa``. None where nothing was looked for yet."""

    account: AccountId | None = None
    """The account in which it was found."""

    region: Region | None = None
    """The Region in which it was found."""

    resources: FrozenMapping[Address, ImportedResource] = EMPTY
    """What was found, by Terraform address."""

    path: Path | None = None
    """The file that it is kept in; None where it is in none."""

    @classmethod
    def beside(cls, module: str | Path) -> Self:
        """The inventory beside an environment's module: of ``qa.py`` it is ``qa.inventory.json``.

        Empty where there is no such file yet. Give it ``__file__``.

        Raises:
            SettingsError: as for :meth:`read`.
        """
        path = Path(module).with_suffix(".inventory.json")
        return cls.read(path) if path.exists() else cls(path=path)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """The inventory in a file. What is wrong with its content is told by its environment.

        Raises:
            SettingsError: it cannot be read, is not a JSON object, or names something twice.
        """
        path = Path(path)
        twice: list[str] = []
        try:
            content = json.loads(
                path.read_text(encoding="utf-8"),
                object_pairs_hook=lambda pairs: _once(pairs, twice),
            )
        except OSError as error:
            raise _unreadable(path, f"cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise _unreadable(path, f"is not JSON: {error}") from None
        if not isinstance(content, dict):
            raise _unreadable(path, f"{shown(content)} is not an inventory")
        if twice:
            raise SettingsError(
                path.name,
                [
                    SettingsProblem(name, "is named twice", "keep the one that is right")
                    for name in twice
                ],
            )
        return cls(**content | {"path": path})

    def write(self, path: Path) -> None:
        """Put it into a file, which holds either all of it or what it held before.

        Raises:
            NavraError: the file cannot be written.
        """
        text = self.to_json()
        try:
            file, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            try:
                with os.fdopen(file, "w", encoding="utf-8") as unfinished:
                    unfinished.write(text)
                unfinished_path = Path(name)
                unfinished_path.chmod(0o644)
                unfinished_path.replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise NavraError(f"{path} cannot be written: {error.strerror}") from None

    def to_json(self) -> str:
        """Its file, to the byte: the same inventory is always the same text."""
        resources = {}
        for address, one in sorted(self.resources.items()):
            more = {"keeps": to_mutable(one.keeps), "changes": to_mutable(one.changes)}
            resources[address] = {"id": one.id} | {k: v for k, v in more.items() if v}
        head = {"stack": self.stack, "account": self.account, "region": self.region}
        content = head | {"resources": resources}
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

    @rule
    def _is_of_one_environment(self) -> Iterator[SettingsProblem]:
        if self.resources:
            for name in ("stack", "account", "region"):
                if getattr(self, name) is None:
                    yield SettingsProblem(
                        name, "is missing", "write the inventory by `navra discover`"
                    )

    @rule
    def _keeps_what_one_block_describes(self) -> Iterator[SettingsProblem]:
        for address, one in self.resources.items():
            if address.endswith("]") and one.keeps:
                yield SettingsProblem(
                    f"resources.{address}.keeps",
                    "cannot be kept, since one block describes several resources",
                    "leave it out, and describe the value in the settings",
                )

    @rule
    def _imports_each_once(self) -> Iterator[SettingsProblem]:
        kinds = [(address.partition(".")[0], one.id) for address, one in self.resources.items()]
        counted = Counter(kinds)
        for address, one in self.resources.items():
            type_ = address.partition(".")[0]
            if counted[type_, one.id] > 1:
                others = [
                    other
                    for other, theirs in self.resources.items()
                    if other != address and (other.partition(".")[0], theirs.id) == (type_, one.id)
                ]
                yield SettingsProblem(
                    f"resources.{address}.id",
                    f"{shown(one.id)} is that of {', '.join(others)} too",
                    "one thing is imported once",
                )


def _once(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    twice += [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    return dict(pairs)


def _unreadable(path: Path, wrong: str) -> SettingsError:
    repair = "mend it, or delete it and write it anew by `navra discover`"
    return SettingsError(path.name, [SettingsProblem("", wrong, repair)])
