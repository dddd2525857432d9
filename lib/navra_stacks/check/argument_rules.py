"""The violations of rules on one argument, or on one attached resource, of resources."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.rule import Violation, Violations

__all__ = ["absent_argument", "lifecycle_off", "unattached", "wrong_flag"]


def wrong_flag(*types: str, argument: str, wrong: bool, default: bool, message: str) -> Violations:
    """Return the violations of a rule on a boolean argument.

    Args:
        types: The types of the resources.
        argument: The argument.
        wrong: The value that violates the rule.
        default: The value without the argument.
        message: What is wrong with a resource that has the wrong value.
    """

    def violations(document: CheckedDocument) -> Iterator[Violation]:
        for resource in document.all(*types):
            if resource.flag(argument, default) is wrong:
                yield Violation(resource.address, message, argument)

    return violations


def absent_argument(*types: str, argument: str, message: str) -> Violations:
    """Return the violations of a rule that requires an argument.

    Args:
        types: The types of the resources.
        argument: The argument.
        message: What is wrong with a resource without the argument.
    """

    def violations(document: CheckedDocument) -> Iterator[Violation]:
        for resource in document.all(*types):
            if resource.is_absent(argument):
                yield Violation(resource.address, message, argument)

    return violations


def lifecycle_off(*types: str, argument: str, message: str) -> Violations:
    """Return the violations of a rule that requires a boolean of the ``lifecycle`` block.

    Args:
        types: The types of the resources.
        argument: The argument of the block.
        message: What is wrong with a resource without it.
    """

    def violations(document: CheckedDocument) -> Iterator[Violation]:
        for resource in document.all(*types):
            if resource.lifecycle(argument) is False:
                yield Violation(resource.address, message, f"lifecycle.{argument}")

    return violations


def unattached(type_: str, *, attached: str, argument: str, message: str) -> Violations:
    """Return the violations of a rule that requires a second resource for each resource.

    Args:
        type_: The type of the resources.
        attached: The type of the second resource.
        argument: The argument with which the second one names the first one.
        message: What is wrong with a resource without a second one.
    """

    def violations(document: CheckedDocument) -> Iterator[Violation]:
        for resource in document.all(type_):
            if document.attached(resource, argument, attached) == ():
                yield Violation(resource.address, message)

    return violations
