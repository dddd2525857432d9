"""A document or plan as the rules read it: resources, known values, and references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from navra_stacks.check.values import UNKNOWN, Unknown, Values, resolve
from navra_stacks.terraform.addresses import without_indexes
from navra_stacks.terraform.document import TerraformDocument, nested_value
from navra_stacks.terraform.expressions import (
    UnresolvedError,
    expressions,
    replace_expressions,
    strings,
)

__all__ = ["CheckedDocument", "CheckedResource"]

_REFERENCE = re.compile(r"(?<![\w.\"-])((?:data\.)?[a-zA-Z][\w-]*\.[a-zA-Z_][\w-]*)")
_LOOP = re.compile(r"\bfor\s+(\w+)(?:\s*,\s*(\w+))?\s+in\b")
_PLAIN_STRING = re.compile(r'"(?:[^"\\$]|\\.|\$(?!\{))*"')
_PLAIN_REFERENCE = re.compile(r"(local|var|(?:data\.)?\w+\.[\w-]+)\.([\w-]+)")
_PREFIX = re.compile(rf"({_PLAIN_STRING.pattern})|(?<![\w.-])resource\.(?=[a-zA-Z][\w-]*\.)")
"""The optional prefix of a reference to a resource; group 1 is a string, in which it is text."""
_NOT_ADDRESSES = frozenset({"count", "each", "local", "module", "path", "self", "terraform", "var"})
"""The first parts of names that are not addresses of resources."""
_MAX_DEPTH = 20
"""The longest chain of references that is followed to find a value."""


class CheckedResource(Values):
    """A resource or data source, with the resources to which it refers."""

    def __init__(
        self,
        document: CheckedDocument,
        address: str,
        body: Mapping[str, Any],
        *,
        has_lifecycle: bool = True,
    ) -> None:
        self.document = document
        self.address = address
        self.base = without_indexes(address)
        """The address without the index of ``count`` or ``for_each``."""
        *module, type_, self.name = self.base.split(".")
        self.type = type_
        self.is_data = bool(module) and module[-1] == "data"
        prefix = module[:-1] if self.is_data else module
        super().__init__(body, document, "".join(f"{part}." for part in prefix))
        self.has_lifecycle = has_lifecycle
        """False in a plan, which does not contain the ``lifecycle`` of resources."""

    @cached_property
    def references(self) -> frozenset[str]:
        """The addresses, without indexes, that any argument refers to."""
        return frozenset(self.document.references(self.body, self.module))

    def referred(self, name: str, *types: str) -> tuple[CheckedResource, ...]:
        """Return the resources that an argument refers to, of any of the types."""
        return self.document.find(self.refers_to(name), *types)

    def ignores(self, name: str) -> bool | None:
        """Return True if changes of an argument are ignored; None if that is not known."""
        if not self.has_lifecycle:
            return None
        ignored = self._lifecycle.get("ignore_changes")
        return ignored == "all" or (
            isinstance(ignored, list) and any(_top(one) == name for one in ignored)
        )

    def lifecycle(self, name: str) -> bool | None:
        """Return a boolean of the ``lifecycle`` block; None if it is not known."""
        if not self.has_lifecycle:
            return None
        return self._nested(self._lifecycle).flag(name, False)

    @property
    def _lifecycle(self) -> Mapping[str, Any]:
        written = self.body.get("lifecycle")
        found = written[0] if isinstance(written, list) and written else written
        return found if isinstance(found, Mapping) else {}


class CheckedDocument:
    """A document or plan with its resources, known values, and references."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Read a document without its resources, which `add` adds.

        Args:
            content: The blocks of the document: ``locals``, ``variable``, ``provider`` and so on.
        """
        self.content = content
        self.declared: set[str] = set()
        """The addresses of all blocks without indexes, also of those that are not created."""
        self.resources: list[CheckedResource] = []
        """The managed resources, sorted by address."""
        self.data_sources: list[CheckedResource] = []
        self.memo: dict[object, Any] = {}
        """Results that several rules need, by a key of the function that computes them."""
        self._depth = 0

    @classmethod
    def of(cls, document: TerraformDocument) -> CheckedDocument:
        """Return the document in Terraform's JSON configuration syntax as the rules read it."""
        if any("resource." in text for text in strings(document.content)):
            document = TerraformDocument(_without_prefixes(document.content))
        checked = cls(document.content)
        inputs = cls(document.content)  # a lookup in `checked` would end before all are added
        for block in (*document.resources, *document.data_sources):
            checked.declared.add(block.address)
            if isinstance(block.body, Mapping) and _is_created(block.body, inputs):
                checked.add(block.address, block.body)
        return checked

    def add(self, address: str, body: Mapping[str, Any], *, has_lifecycle: bool = True) -> None:
        """Add a resource or data source."""
        resource = CheckedResource(self, address, body, has_lifecycle=has_lifecycle)
        self.declared.add(resource.base)
        (self.data_sources if resource.is_data else self.resources).append(resource)

    def block(self, *names: str) -> Mapping[str, Any]:
        """Return a block outside the resources, for example ``terraform``; empty if there is none.

        Args:
            names: The names of the block and the blocks around it, outermost first.
        """
        found = nested_value(self.content, *names)
        return found if isinstance(found, Mapping) else {}

    def all(self, *types: str) -> Iterator[CheckedResource]:
        """Yield the managed resources of the types."""
        for type_ in types:
            yield from self._by_type.get(type_, ())

    def find(self, addresses: Iterable[str], *types: str) -> tuple[CheckedResource, ...]:
        """Return the blocks with these addresses without indexes, of any of the types."""
        return tuple(
            resource
            for address in sorted(addresses)
            for resource in self._by_base.get(address, ())
            if not types or resource.type in types
        )

    def referring(self, resource: CheckedResource, *types: str) -> tuple[CheckedResource, ...]:
        """Return the blocks that refer to a resource, of any of the types."""
        return tuple(
            one for one in self._referring.get(resource.base, ()) if not types or one.type in types
        )

    def attached(
        self, resource: CheckedResource, argument: str, *types: str
    ) -> tuple[CheckedResource, ...] | None:
        """Return the resources of the types whose `argument` names a resource.

        Return None if none is known to name it, and one whose argument is not known, or a module,
        can name it.
        """
        names = {resource.string(name) for name in ("name", "bucket", "id", "arn")} - {None}
        found = []
        is_unknown = resource.base in self.in_modules
        for one in self.all(*types):
            referred = one.refers_to(argument)
            value = one.string(argument)
            if resource.base in referred or (not referred and value in names):
                found.append(one)
            elif not referred and value is None:
                if resource.base in one.references:  # for example ${each.value}
                    found.append(one)
                else:
                    is_unknown = True
        return tuple(found) if found or not is_unknown else None

    def is_opaque(self, argument: str, *types: str) -> bool:
        """Return True if `argument` of a resource of the types can refer to any block.

        It then has an expression that refers to no block, and whose result is not known.
        """
        return any(
            not any(True for _ in self.references(f"${{{expression}}}", one.module))
            and resolve(f"${{{expression}}}", self.scope) is UNKNOWN
            for one in self.all(*types)
            for expression in expressions(one.body.get(argument))
        )

    @cached_property
    def in_modules(self) -> frozenset[str]:
        """The addresses of the blocks that arguments of modules refer to."""
        return frozenset(self.references(self.content.get("module")))

    @cached_property
    def in_outputs(self) -> frozenset[str]:
        """The addresses of the blocks that outputs refer to."""
        return frozenset(self.references(self.content.get("output")))

    def dependencies(self, resource: CheckedResource) -> frozenset[str]:
        """Return the addresses of all blocks on which a resource depends, also indirectly."""
        found: set[str] = set()
        pending = [resource.base]
        while pending:
            for one in self._by_base.get(pending.pop(), ()):
                new = one.references - found
                found |= new
                pending += new
        return frozenset(found)

    def references(self, value: Any, module: str = "") -> Iterator[str]:
        """Yield the addresses, without indexes, of the blocks that a value refers to."""
        for name in self.names_in(value, module):
            if name in self._by_base:
                yield name

    def names_in(self, value: Any, module: str = "") -> Iterator[str]:
        """Yield each name in a value that has the form of an address, with locals followed."""
        for found in self._names_in((*expressions(value), *_plain_references(value))):
            if found.partition(".")[0] not in _NOT_ADDRESSES:
                yield f"{module}{found}"

    def inputs_in(self, value: Any) -> Iterator[str]:
        """Yield each variable, local and module in a value, for example ``var.name``.

        The names in the values of locals follow.
        """
        for found in self._names_in(expressions(value)):
            if found.partition(".")[0] in ("local", "module", "var"):
                yield found

    def _names_in(self, texts: Iterable[str], depth: int = 0) -> Iterator[str]:
        """Yield each name in expressions; that of a local is followed by those in its value."""
        for text in texts:
            for found in _names(text):
                yield found
                kind, _, name = found.partition(".")
                if kind == "local" and depth < _MAX_DEPTH:
                    local = self.block("locals").get(name)
                    yield from self._names_in(expressions(local), depth + 1)

    def scope(self, reference: str, attribute: str) -> Any:
        """Return the value of a reference, see `terraform.expressions.Scope`."""
        if self._depth >= _MAX_DEPTH:
            raise UnresolvedError("the references form a cycle")
        self._depth += 1
        try:
            value = self._value(reference, attribute)
        finally:
            self._depth -= 1
        return value

    def written(self, expression: str) -> Any:
        """Return the value of a plain reference as it is written; None for any other expression.

        Other expressions in the value are not resolved.
        """
        found = _PLAIN_REFERENCE.fullmatch(expression.strip())
        if found is None:
            return None
        if found[1] == "local":
            return self.block("locals").get(found[2])
        if found[1] == "var":
            variable = self.block("variable").get(found[2])
            return variable.get("default") if isinstance(variable, Mapping) else None
        owners = self._by_base.get(found[1], ())
        return owners[0].body.get(found[2]) if len(owners) == 1 else None

    def _value(self, reference: str, attribute: str) -> Any:
        missing = UnresolvedError(f"{reference}.{attribute} is known after an apply only")
        if reference == "local":
            written = self.block("locals")
            if attribute not in written:
                raise missing
            value = written[attribute]
        elif reference == "var":
            variable = self.block("variable").get(attribute)
            if not isinstance(variable, Mapping) or variable.get("default") is None:
                raise missing
            value = variable["default"]
        else:
            found = self._by_base.get(reference, ())
            if len(found) != 1 or found[0].body.get(attribute) is None:
                raise missing
            value = found[0].body[attribute]
        resolved = resolve(value, self.scope)
        if _contains_unknown(resolved):
            raise missing
        return resolved

    @cached_property
    def _by_type(self) -> Mapping[str, list[CheckedResource]]:
        found: dict[str, list[CheckedResource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return found

    @cached_property
    def _by_base(self) -> Mapping[str, list[CheckedResource]]:
        found: dict[str, list[CheckedResource]] = {}
        for resource in (*self.resources, *self.data_sources):
            found.setdefault(resource.base, []).append(resource)
        return found

    @cached_property
    def _referring(self) -> Mapping[str, list[CheckedResource]]:
        found: dict[str, list[CheckedResource]] = {}
        for resource in (*self.resources, *self.data_sources):
            for address in sorted(resource.references):
                found.setdefault(address, []).append(resource)
        return found


@cache
def _names(text: str) -> tuple[str, ...]:
    """Return the names in an expression that have the form of an address."""
    code = _PLAIN_STRING.sub("", text)
    variables = {name for pair in _LOOP.findall(code) for name in pair}
    found = _REFERENCE.findall(code)
    return tuple(name for name in found if name.partition(".")[0] not in variables)


def _plain_references(value: Any) -> Iterator[str]:
    """Yield the references in meta-arguments, which are not templates."""
    if not isinstance(value, Mapping):
        return
    rules = value.get("lifecycle")
    lists = [value.get("depends_on")]
    for rule in rules if isinstance(rules, list) else [rules]:
        if isinstance(rule, Mapping):
            lists.append(rule.get("replace_triggered_by"))
    for written in lists:
        if isinstance(written, list):
            yield from (
                one.removeprefix("resource.")
                for one in written
                if isinstance(one, str) and "${" not in one
            )


def _is_created(body: Mapping[str, Any], inputs: CheckedDocument) -> bool:
    """Return False if ``count`` or ``for_each`` is known to be zero or empty."""
    count = resolve(body.get("count"), inputs.scope)
    return count not in (0, "0") and resolve(body.get("for_each"), inputs.scope) not in ([], {})


def _without_prefixes(value: Any) -> Any:
    """Return a value in which references lack the optional prefix ``resource.``."""
    if isinstance(value, Mapping):
        return {name: _without_prefixes(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_prefixes(inner) for inner in value]
    if not isinstance(value, str) or "resource." not in value or "${" not in value:
        return value
    return replace_expressions(value, _without_prefix)


def _without_prefix(expression: str) -> str:
    if any("resource" in variables for variables in _LOOP.findall(expression)):
        return expression
    return _PREFIX.sub(lambda found: found[1] or "", expression)


def _top(path: object) -> str:
    """Return the argument of an entry of ``ignore_changes``."""
    return re.split(r"[.\[]", str(path).removeprefix("${").removesuffix("}"), maxsplit=1)[0]


def _contains_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_contains_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_contains_unknown, value))
    return isinstance(value, Unknown)
