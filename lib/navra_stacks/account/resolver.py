"""Look up the resources of a document in an account, each after the resources it refers to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.finders import DATA_SOURCES, FINDERS
from navra_stacks.account.lookup_types import Candidate, Unsearchable, UnusableResourceError
from navra_stacks.terraform.document import Block, TerraformDocument
from navra_stacks.terraform.expressions import UnresolvedError, evaluate, references

__all__ = ["MissingReferenceError", "Outcome", "ResolvedBlock", "Resolver"]


NOT_FOUND = "not found"

T = TypeVar("T")


class MissingReferenceError(UnresolvedError):
    """An argument of a resource or data source refers to a resource that does not exist.

    The resource that has the argument cannot exist either.
    """


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of looking up one resource or data source."""

    candidates: tuple[Candidate, ...] = ()
    unusable: str = ""
    """The reason why the resource can be neither imported nor created before a repair, or why the
    data source cannot be read; empty if there is none.
    """
    not_searchable: str = ""
    """The reason why it is not known whether the resource exists; empty if it is known."""

    @property
    def match(self) -> Candidate | None:
        """The candidate, if there is exactly one; else None."""
        return self.candidates[0] if len(self.candidates) == 1 else None


class ResolvedBlock:
    """A resource or data source whose arguments are evaluated with the results of other lookups."""

    def __init__(
        self, resolver: Resolver, block: Block, instance: str = "", each: Any = None
    ) -> None:
        self.block = block
        self._resolver = resolver
        self._instance = instance
        self._each = each

    @property
    def address(self) -> str:
        return f"{self.block.address}{self._instance}"

    @property
    def account(self) -> AwsAccount:
        return self._resolver.account_of(self.block)

    @property
    def recorded_id(self) -> str | None:
        recorded = self._resolver.local("recorded", {})
        return recorded.get(self.address) if isinstance(recorded, dict) else None

    def __getitem__(self, argument: str) -> Any:
        if argument not in self.block.body:
            raise UnresolvedError(f"the document does not set {argument}")
        return evaluate(self.block.body[argument], self._scope)

    def get(self, argument: str, default: Any = None) -> Any:
        return self[argument] if argument in self.block.body else default

    def referenced_by(self, type_: str, attribute: str) -> Iterator[ResolvedBlock]:
        return self._resolver.targets_that_refer(type_, f"{self.block.address}.{attribute}")

    def siblings(self, type_: str) -> Iterator[ResolvedBlock]:
        return self._resolver.targets(type_)

    def summarized(self, type_: str, summarize: Callable[[Iterable[ResolvedBlock]], T]) -> T:
        return self._resolver.summarized(type_, summarize)

    def match(self) -> Candidate | None:
        return self._resolver.outcome(self).match

    def _scope(self, owner: str, name: str) -> Any:
        if owner == "each" and self._each is not None:
            return self._each if name == "value" else json.loads(self._instance[1:-1])
        return self._resolver.value(owner, name)


class Resolver:
    """Looks up every resource of a document, and provides the :class:`LookupResults`."""

    def __init__(
        self, document: TerraformDocument, account: AwsAccount, variables: Mapping[str, object]
    ) -> None:
        self.account = account
        self._variables = dict(variables)
        self._declared = document.content.get("variable", {})
        self._locals = _merge_locals(document.content.get("locals", {}))
        self._by_address = {
            block.address: block for block in (*document.data_sources, *document.resources)
        }
        self._by_type: dict[str, list[Block]] = {}
        for block in self._by_address.values():
            self._by_type.setdefault(block.type, []).append(block)
        self._by_reference: dict[str, dict[str, list[Block]]] = {}
        self._summaries: dict[tuple[str, Any], Any] = {}
        self._roles = dict(_roles_of_providers(document))
        self._outcomes: dict[str, Outcome] = {}
        self._in_progress: set[str] = set()
        self._circular = 0
        """Number of outcomes that were requested while they were being determined."""

    def account_of(self, block: Block) -> AwsAccount:
        """Return the account of a block's provider: another one if the provider assumes a role."""
        role = self._roles.get(block.get("provider"))
        return (
            self.account if role is None else self.account.assume_role(evaluate(role, self.value))
        )

    def outcomes(self) -> Iterator[tuple[ResolvedBlock, Outcome]]:
        """Yield each resource and data source of the document with its outcome."""
        for block in self._by_address.values():
            try:
                instances = tuple(self._instances(block))
            except UnresolvedError as error:
                yield (
                    ResolvedBlock(self, block),
                    Outcome(not_searchable=f"its instances are not known ({error})"),
                )
                continue
            for target in instances:
                yield target, self.outcome(target)

    def outcome(self, target: ResolvedBlock) -> Outcome:
        """Return the outcome for one resource; the first call looks up the resource."""
        address = target.address
        if address not in self._outcomes:
            if address in self._in_progress:  # the document has a circular reference
                self._circular += 1
                return Outcome()
            self._in_progress.add(address)
            try:
                self._outcomes[address] = self._look_up(target)
            finally:
                self._in_progress.remove(address)
        return self._outcomes[address]

    def targets(self, type_: str) -> Iterator[ResolvedBlock]:
        """Yield the resources and data sources of a type whose instances are known."""
        return self._known_instances(self._by_type.get(type_, ()))

    def targets_that_refer(self, type_: str, reference: str) -> Iterator[ResolvedBlock]:
        """Yield the `targets` of a type that contain a reference, such as ``aws_lb.web.arn``."""
        by_reference = self._by_reference.get(type_)
        if by_reference is None:
            by_reference = self._by_reference[type_] = {}
            for block in self._by_type.get(type_, ()):
                for contained in dict.fromkeys(references(block.body)):
                    by_reference.setdefault(contained, []).append(block)
        return self._known_instances(by_reference.get(reference, ()))

    def summarized(self, type_: str, summarize: Callable[[Iterable[ResolvedBlock]], T]) -> T:
        """Return the summary of all `targets` of a type, which is made once.

        Where the summary needs a match that is not known yet, because that resource is being looked
        up, the summary is incomplete, and is made again by the next call.
        """
        key = (type_, summarize)
        if key in self._summaries:
            found: T = self._summaries[key]
            return found
        circular = self._circular
        summary = summarize(self.targets(type_))
        if self._circular == circular:
            self._summaries[key] = summary
        return summary

    def _known_instances(self, blocks: Iterable[Block]) -> Iterator[ResolvedBlock]:
        for block in blocks:
            try:
                yield from self._instances(block)
            except UnresolvedError:
                continue

    def matches(self, type_: str) -> dict[str, Candidate]:
        """Return the only match of each resource and data source of a type, by address."""
        return {
            target.address: candidate
            for target in self.targets(type_)
            if (candidate := self.outcome(target).match) is not None
        }

    def candidate_ids(self) -> set[tuple[str, str]]:
        """Return the type and ID of every candidate, including candidates of ambiguous matches."""
        return {
            (target.block.type, candidate.id)
            for target, outcome in self.outcomes()
            for candidate in outcome.candidates
        }

    def local(self, name: str, default: Any) -> Any:
        """Return the expression of a local value, not evaluated."""
        return self._locals.get(name, default)

    def value(self, owner: str, name: str) -> Any:
        """Return the value of a variable, of a local value, or of an attribute.

        Args:
            owner: ``var``, ``local``, or the address of a resource or data source.
            name: The name of the variable, local value or attribute.

        Raises:
            UnresolvedError: the value is not known.
            MissingReferenceError: the value belongs to a resource that does not exist.
        """
        if owner == "var":
            return self._variable(name)
        if owner == "local" and name in self._locals:
            return evaluate(self._locals[name], self.value)
        if (block := self._by_address.get(owner)) is None:
            raise UnresolvedError(f"${{{owner}.{name}}} is known only to Terraform")
        target = ResolvedBlock(self, block)
        outcome = self.outcome(target)
        if (match := outcome.match) is not None:
            if name in match.attributes:
                return match.attributes[name]
            if name == "id":
                return match.id
        elif block.kind == "data" and not outcome.candidates:
            reason = outcome.unusable or outcome.not_searchable or NOT_FOUND
            raise UnresolvedError(f"it depends on {owner} ({reason})")
        if name in block.body:
            return target[name]
        if match is not None:
            raise UnresolvedError(f"the {name} of {owner} is known only to Terraform")
        if outcome.unusable or outcome.not_searchable:
            raise UnresolvedError(
                f"it depends on {owner} ({outcome.unusable or outcome.not_searchable})"
            )
        if outcome.candidates:
            raise UnresolvedError(
                f"it depends on {owner}, which matches {len(outcome.candidates)} existing resources"
            )
        raise MissingReferenceError(f"{owner} does not exist")

    def _variable(self, name: str) -> Any:
        if name in self._variables:
            return self._variables[name]
        if "default" in self._declared.get(name, {}):
            return self._declared[name]["default"]
        raise UnresolvedError(f"it needs a value for var.{name}")

    def _instances(self, block: Block) -> Iterator[ResolvedBlock]:
        """Yield a resource, or each of its instances if it has ``for_each`` or ``count``."""
        if "for_each" in block.body:
            each = evaluate(block["for_each"], self.value)
            pairs = each.items() if isinstance(each, Mapping) else ((key, key) for key in each)
            for key, value in pairs:
                yield ResolvedBlock(self, block, f"[{json.dumps(key)}]", value)
        elif "count" in block.body:
            for index in range(int(evaluate(block["count"], self.value))):
                yield ResolvedBlock(self, block, f"[{index}]")
        else:
            yield ResolvedBlock(self, block)

    def _look_up(self, target: ResolvedBlock) -> Outcome:
        block = target.block
        table = DATA_SOURCES if block.kind == "data" else FINDERS
        finder = table.get(block.type)
        if finder is None:
            return Outcome(
                not_searchable=f"not searched for: the lookup does not support {block.type}"
            )
        if isinstance(finder, Unsearchable):
            return Outcome(not_searchable=finder.reason)
        try:
            return Outcome(candidates=_distinct(finder(target)))
        except MissingReferenceError:
            return Outcome()
        except UnresolvedError as error:
            return Outcome(not_searchable=str(error))
        except UnusableResourceError as error:
            return Outcome(unusable=str(error))


def _distinct(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    by_id: dict[str, Candidate] = {}
    for candidate in candidates:
        by_id.setdefault(candidate.id, candidate)
    return tuple(by_id.values())


def _roles_of_providers(document: TerraformDocument) -> Iterator[tuple[str, Any]]:
    """Yield the role that each provider with an alias assumes, by the value of ``provider``."""
    providers = document.content.get("provider", {}).get("aws", [])
    for provider in providers if isinstance(providers, list) else [providers]:
        roles = provider.get("assume_role") or []
        for role in roles if isinstance(roles, list) else [roles]:
            if "alias" in provider and "role_arn" in role:
                yield f"aws.{provider['alias']}", role["role_arn"]


def _merge_locals(blocks: Any) -> dict[str, Any]:
    """Return all local values, from one ``locals`` object or a list of objects."""
    blocks = blocks if isinstance(blocks, list) else [blocks]
    return {name: value for block in blocks for name, value in block.items()}
