"""References are to blocks that exist."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if "terraform" not in document.content:
        return  # a plan, or one of the files of a module
    declared = {one.base for one in (*document.resources, *document.data_sources)}
    prefixes = {one.type.partition("_")[0] for one in (*document.resources, *document.data_sources)}
    for resource in (*document.resources, *document.data_sources):
        for argument, value in resource.body.items():
            if argument in ("//", "lifecycle"):
                continue
            written = {argument: value} if argument == "depends_on" else value
            for name in dict.fromkeys(document.names_in(written)):
                type_ = name.removeprefix("data.").partition(".")[0]
                prefix, underscore, _ = type_.partition("_")
                if underscore and prefix in prefixes and name not in declared:
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
