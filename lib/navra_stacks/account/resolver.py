"""One search: each resource is looked for once, when its turn comes or another one needs it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.account.aws_reader import Account
from navra_stacks.account.finders import DATA_SOURCES, FINDERS
from navra_stacks.account.lookup_types import Candidate, Unsearchable, UnusableResourceError
from navra_stacks.terraform.document import Block, TerraformDocument
from navra_stacks.terraform.expressions import UnresolvedError, evaluated, references

__all__ = ["AbsentError", "Outcome", "ResolvedBlock", "Search"]


NOTHING = "it finds nothing"


class AbsentError(UnresolvedError):
    """What an argument refers to does not exist, so neither does what needs it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of looking for one resource."""

    candidates: tuple[Candidate, ...] = ()
    fault: str = ""
    """Why what there is cannot be used."""
    unknown: str = ""
    """Why nobody can tell whether it exists."""

    @property
    def found(self) -> Candidate | None:
        """The only candidate."""
        return self.candidates[0] if len(self.candidates) == 1 else None


class ResolvedBlock:
    """A resource or data source, its arguments evaluated in the account."""

    def __init__(self, search: Search, block: Block, instance: str = "", each: Any = None) -> None:
        self.block = block
        self.account = search.account
        self._search = search
        self._instance = instance
        self._each = each

    @property
    def address(self) -> str:
        return f"{self.block.address}{self._instance}"

    @property
    def recorded(self) -> str | None:
        recorded = self._search.local("recorded", {})
        return recorded.get(self.address) if isinstance(recorded, dict) else None

    def __getitem__(self, argument: str) -> Any:
        if argument not in self.block.body:
            raise UnresolvedError(f"the document gives no {argument}")
        return evaluated(self.block.body[argument], self._scope)

    def get(self, argument: str, default: Any = None) -> Any:
        return self[argument] if argument in self.block.body else default

    def referring(self, type_: str, attribute: str) -> Iterator[ResolvedBlock]:
        wanted = f"{self.block.address}.{attribute}"
        for other in self.beside(type_):
            if any(reference == wanted for reference in references(dict(other.block.body))):
                yield other

    def beside(self, type_: str) -> Iterator[ResolvedBlock]:
        return self._search.wanted(type_)

    def found(self) -> Candidate | None:
        return self._search.outcome(self).found

    def _scope(self, owner: str, name: str) -> Any:
        if owner == "each" and self._each is not None:
            return self._each if name == "value" else json.loads(self._instance[1:-1])
        return self._search.value(owner, name)


class Search:
    """Looks for all that a document describes; a :class:`Survey` afterwards."""

    def __init__(
        self, document: TerraformDocument, account: Account, variables: Mapping[str, object]
    ) -> None:
        self.account = account
        self._variables = dict(variables)
        self._declared = document.content.get("variable", {})
        self._locals = _joined(document.content.get("locals", {}))
        self._by_address = {
            block.address: block for block in (*document.data_sources, *document.resources)
        }
        self._outcomes: dict[str, Outcome] = {}
        self._running: set[str] = set()

    def outcomes(self) -> Iterator[tuple[ResolvedBlock, Outcome]]:
        """Everything the document has, and what became of it."""
        for block in self._by_address.values():
            try:
                instances = tuple(self._instances(block))
            except UnresolvedError as unknown:
                yield (
                    ResolvedBlock(self, block),
                    Outcome(unknown=f"its instances are not known: {unknown}"),
                )
                continue
            for sought in instances:
                yield sought, self.outcome(sought)

    def outcome(self, sought: ResolvedBlock) -> Outcome:
        """What became of one; it is looked for now if it was not before."""
        address = sought.address
        if address not in self._outcomes:
            if address in self._running:  # it asks for what asks for it
                return Outcome()
            self._running.add(address)
            try:
                self._outcomes[address] = self._looked_for(sought)
            finally:
                self._running.remove(address)
        return self._outcomes[address]

    def wanted(self, type_: str) -> Iterator[ResolvedBlock]:
        """The resources and data sources of a type, as far as their instances are known."""
        for block in self._by_address.values():
            if block.type == type_:
                try:
                    yield from self._instances(block)
                except UnresolvedError:
                    continue

    def found(self, type_: str) -> dict[str, Candidate]:
        """Of the resources and data sources of a type those that exist, by address."""
        return {
            sought.address: candidate
            for sought in self.wanted(type_)
            if (candidate := self.outcome(sought).found) is not None
        }

    def ids(self) -> set[tuple[str, str]]:
        """The type and id of every candidate there is, alone or among others."""
        return {
            (sought.block.type, candidate.id)
            for sought, outcome in self.outcomes()
            for candidate in outcome.candidates
        }

    def local(self, name: str, default: Any) -> Any:
        """A local value, as it is written."""
        return self._locals.get(name, default)

    def value(self, owner: str, name: str) -> Any:
        """What ``var.x``, ``local.x`` or an attribute of an address is.

        Raises:
            NotKnownError: it cannot be told; `AbsentError` where it belongs to what does not exist.
        """
        if owner == "var":
            return self._variable(name)
        if owner == "local" and name in self._locals:
            return evaluated(self._locals[name], self.value)
        if (block := self._by_address.get(owner)) is None:
            raise UnresolvedError(f"${{{owner}.{name}}} is only known to Terraform")
        sought = ResolvedBlock(self, block)
        outcome = self.outcome(sought)
        if (found := outcome.found) is not None:
            if name in found.attributes:
                return found.attributes[name]
            if name == "id":
                return found.id
        elif block.kind == "data" and not outcome.candidates:
            raise UnresolvedError(
                f"it needs {owner}: {outcome.fault or outcome.unknown or NOTHING}"
            )
        if name in block.body:
            return sought[name]
        if found is not None:
            raise UnresolvedError(f"the {name} of {owner} is only known to Terraform")
        if outcome.fault or outcome.unknown:
            raise UnresolvedError(f"it needs {owner}: {outcome.fault or outcome.unknown}")
        if outcome.candidates:
            raise UnresolvedError(f"it needs {owner}, which {len(outcome.candidates)} could be")
        raise AbsentError(f"{owner} does not exist")

    def _variable(self, name: str) -> Any:
        if name in self._variables:
            return self._variables[name]
        if "default" in self._declared.get(name, {}):
            return self._declared[name]["default"]
        raise UnresolvedError(f"it needs a value for var.{name}")

    def _instances(self, block: Block) -> Iterator[ResolvedBlock]:
        """The resource, or one each where it has ``for_each`` or ``count``."""
        if "for_each" in block.body:
            each = evaluated(block["for_each"], self.value)
            pairs = each.items() if isinstance(each, Mapping) else ((one, one) for one in each)
            for key, value in pairs:
                yield ResolvedBlock(self, block, f"[{json.dumps(key)}]", value)
        elif "count" in block.body:
            for index in range(int(evaluated(block["count"], self.value))):
                yield ResolvedBlock(self, block, f"[{index}]")
        else:
            yield ResolvedBlock(self, block)

    def _looked_for(self, sought: ResolvedBlock) -> Outcome:
        block = sought.block
        table = DATA_SOURCES if block.kind == "data" else FINDERS
        finder = table.get(block.type)
        if finder is None:
            return Outcome(unknown=f"nobody can look for {block.type} yet")
        if isinstance(finder, Unsearchable):
            return Outcome(unknown=finder.reason)
        try:
            return Outcome(candidates=_distinct(finder(sought)))
        except AbsentError:
            return Outcome()
        except UnresolvedError as unknown:
            return Outcome(unknown=str(unknown))
        except UnusableResourceError as fault:
            return Outcome(fault=str(fault))


def _distinct(candidates: Any) -> tuple[Candidate, ...]:
    by_id: dict[str, Candidate] = {}
    for one in candidates:
        by_id.setdefault(one.id, one)
    return tuple(by_id.values())


def _joined(given: Any) -> dict[str, Any]:
    """The local values of all blocks, of which Terraform's JSON may have several."""
    blocks = given if isinstance(given, list) else [given]
    return {name: value for block in blocks for name, value in block.items()}
