"""References are to blocks that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.terraform.expressions import expressions

__all__ = ["RULE"]

_INPUTS = {"local": "locals", "module": "module", "var": "variable"}


def _iterators(value: object) -> Iterator[str]:
    """Yield the names by which the ``dynamic`` blocks in a value refer to their elements."""
    if isinstance(value, list):
        for inner in value:
            yield from _iterators(inner)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _iterators(inner)
            for generated in inner if isinstance(inner, list) else [inner]:
                if name == "dynamic" and isinstance(generated, Mapping):
                    yield from _generated(generated)


def _generated(blocks: Mapping[str, object]) -> Iterator[str]:
    for type_, written in blocks.items():
        yield type_
        for one in written if isinstance(written, list) else [written]:
            if isinstance(one, Mapping) and isinstance(one.get("iterator"), str):
                yield one["iterator"].removeprefix("${").removesuffix("}").strip()


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if "terraform" not in document.content:
        return  # a plan, or one of the files of a module
    prefixes = {one.type.partition("_")[0] for one in (*document.resources, *document.data_sources)}
    inputs = {kind: document.content.get(block) for kind, block in _INPUTS.items()}
    for resource in (*document.resources, *document.data_sources):
        # The first word of a reference, the reference, and its argument.
        missing: list[tuple[str, str, str]] = []
        for argument, value in resource.body.items():
            if argument in ("//", "lifecycle"):
                continue
            if argument != "depends_on" and next(expressions(value), None) is None:
                continue
            written = {argument: value} if argument == "depends_on" else value
            for name in dict.fromkeys(document.names_in(written)):
                type_ = name.removeprefix("data.").partition(".")[0]
                prefix, underscore, _ = type_.partition("_")
                if underscore and prefix in prefixes and name not in document.declared:
                    missing.append((name.partition(".")[0], name, argument))
            for name in dict.fromkeys(document.inputs_in(value)):
                kind, _, label = name.partition(".")
                known = inputs[kind]
                # Another file of the module can declare all blocks of a kind.
                if known and isinstance(known, Mapping) and label not in known:
                    missing.append((kind, name, argument))
        iterators = set(_iterators(resource.body)) if missing else set()
        for word, name, argument in missing:
            if word == "data" or word not in iterators:
                yield Violation(resource.address, f"there is no {name}", argument)


RULE = Rule(
    id="reference-undeclared",
    title="References are to blocks that exist.",
    failure="Terraform rejects the document.",
    sources=("Terraform: References to named values",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Correct the reference, or declare the resource.",
    violations=_violations,
)
