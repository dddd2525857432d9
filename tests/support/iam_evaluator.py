"""Evaluate requests against identity-based IAM policies, as AWS documents it.

Sources, all in the IAM User Guide: "Policy evaluation logic", "IAM JSON policy elements: Condition
operators" and "Condition operators for multiple context keys or values".

Only what the policies of this repository use is known. Anything else raises `UnknownElementError`,
because an element that is ignored could allow a request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from navra_stacks.terraform.document import TerraformDocument

__all__ = [
    "Decision",
    "Request",
    "UnknownElementError",
    "actions_of",
    "evaluate",
    "is_allowed",
    "statements_by_action",
    "statements_of",
]

Context = Mapping[str, str | Sequence[str]]

VERSION = "2012-10-17"
STATEMENT_ELEMENTS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
SET_OPERATORS = ("ForAllValues", "ForAnyValue")


class UnknownElementError(Exception):
    """A policy contains something that the evaluator does not know."""


class Decision(Enum):
    """The result of an evaluation."""

    ALLOWED = "allowed"
    EXPLICITLY_DENIED = "explicitly denied"
    IMPLICITLY_DENIED = "implicitly denied"


@dataclass(frozen=True)
class Request:
    """A request to AWS. It is allowed if its action is allowed on each of its resources."""

    action: str

    resources: tuple[str, ...] = ("*",)
    """The ARNs of the resources; ``*`` for an action without resource-level permissions."""

    context: Context = field(default_factory=dict)
    """The condition keys that AWS sends. A key with several values has a list of them."""


def is_allowed(request: Request, *policies: str | Mapping[str, Any]) -> bool:
    """Return whether the policies together allow a request.

    Args:
        request: The request.
        policies: The policies, as JSON text or as its content.

    Raises:
        UnknownElementError: a policy contains something that the evaluator does not know.
    """
    return evaluate(request, *policies) is Decision.ALLOWED


def evaluate(request: Request, *policies: str | Mapping[str, Any]) -> Decision:
    """Return the decision about a request: an explicit deny, then an allow, then the implicit deny.

    Args:
        request: The request.
        policies: The policies, as JSON text or as its content.

    Raises:
        UnknownElementError: a policy contains something that the evaluator does not know.
    """
    statements = [statement for policy in policies for statement in _statements(policy)]
    if not request.resources:
        raise ValueError(f"{request.action} has no resource; write '*'")
    decisions = {_decision(request, arn, statements) for arn in request.resources}
    for decision in (Decision.EXPLICITLY_DENIED, Decision.IMPLICITLY_DENIED):
        if decision in decisions:
            return decision
    return Decision.ALLOWED


def statements_of(document: TerraformDocument, policy: str) -> list[dict[str, Any]]:
    """Return the statements of an inline policy of a document, by the name of the policy."""
    text = document.one("aws_iam_role_policy", name=policy)["policy"]
    found: list[dict[str, Any]] = json.loads(text)["Statement"]
    return found


def actions_of(statement: Mapping[str, Any]) -> list[str]:
    return _as_list(statement["Action"])


def statements_by_action(document: TerraformDocument, policy: str) -> dict[str, dict[str, Any]]:
    """Return the statement that allows each action of an inline policy; the last one of several."""
    return {
        action: statement
        for statement in statements_of(document, policy)
        if statement["Effect"] == "Allow"
        for action in actions_of(statement)
    }


def _decision(request: Request, arn: str, statements: Sequence[_Statement]) -> Decision:
    effects = {one.effect for one in statements if one.matches(request, arn)}
    if "Deny" in effects:
        return Decision.EXPLICITLY_DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.IMPLICITLY_DENIED


def _statements(policy: str | Mapping[str, Any]) -> list[_Statement]:
    content = json.loads(policy) if isinstance(policy, str) else policy
    if unknown := content.keys() - {"Version", "Id", "Statement"}:
        raise UnknownElementError(f"elements of a policy: {sorted(unknown)}")
    if content.get("Version") != VERSION:
        raise UnknownElementError(f"version of the policy language: {content.get('Version')}")
    statements = content["Statement"]
    return [_Statement(one) for one in _as_list(statements)]


class _Statement:
    """A statement, all of which is read at once: an unknown element is never skipped."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        if unknown := content.keys() - STATEMENT_ELEMENTS:
            raise UnknownElementError(f"elements of a statement: {sorted(unknown)}")
        self.effect = content.get("Effect")
        if self.effect not in ("Allow", "Deny"):
            raise UnknownElementError(f"effect: {self.effect}")
        self._actions = _Patterns(content, "Action", ignore_case=True)
        self._resources = _Patterns(content, "Resource")
        self._conditions = [
            _Condition(operator, key, _as_list(values))
            for operator, keys in content.get("Condition", {}).items()
            for key, values in keys.items()
        ]

    def matches(self, request: Request, arn: str) -> bool:
        return (
            self._actions.match(request.action)
            and self._resources.match(arn)
            and all(condition.is_met(request.context) for condition in self._conditions)
        )


class _Patterns:
    """The patterns of an element, or of its opposite that begins with ``Not``."""

    def __init__(
        self, content: Mapping[str, Any], element: str, *, ignore_case: bool = False
    ) -> None:
        opposite = f"Not{element}"
        if (element in content) == (opposite in content):
            raise UnknownElementError(f"a statement needs either {element} or {opposite}")
        self._is_opposite = opposite in content
        patterns = _as_list(content[opposite if self._is_opposite else element])
        for pattern in patterns:
            _refuse_variables(pattern)
        flags = re.IGNORECASE if ignore_case else 0
        self._patterns = [_wildcards(pattern, flags) for pattern in patterns]

    def match(self, value: str) -> bool:
        return any(one.fullmatch(value) for one in self._patterns) is not self._is_opposite


class _Condition:
    """One key of a condition: all keys of all operators must be met."""

    def __init__(self, operator: str, key: str, values: Sequence[Any]) -> None:
        prefix, _, name = operator.rpartition(":")
        if prefix and prefix not in SET_OPERATORS:
            raise UnknownElementError(f"condition operator: {operator}")
        self._set_operator = prefix
        self._if_exists = name.endswith("IfExists")
        name = name.removesuffix("IfExists")
        self._is_null = name == "Null"
        if self._is_null and (self._if_exists or prefix):
            raise UnknownElementError(f"condition operator: {operator}")
        self._key = key.lower()
        self._is_negated = "Not" in name
        self._values = [_text(value) for value in values]
        for value in self._values:
            _refuse_variables(value)
        if not self._is_null:
            if name not in OPERATORS:
                raise UnknownElementError(f"condition operator: {operator}")
            self._equals = OPERATORS[name]

    def is_met(self, context: Context) -> bool:
        found = {key.lower(): value for key, value in context.items()}.get(self._key)
        sent = None if found is None else _as_list(found)
        if self._is_null:
            return ("true" if sent is None else "false") in self._values
        if sent is None and self._if_exists:
            return True
        if self._set_operator == "ForAllValues":
            return all(map(self._matches, sent or ()))
        if self._set_operator == "ForAnyValue":
            return any(map(self._matches, sent or ()))
        if sent is None:
            return self._is_negated
        if not isinstance(found, str):
            raise UnknownElementError(
                f"{self._key} has several values, but its operator is for a single one"
            )
        return self._matches(found)

    def _matches(self, sent: str) -> bool:
        """Return whether one value of the request matches any value of the policy.

        With a negated operator: whether it matches none of them.
        """
        return any(self._equals(sent, value) for value in self._values) is not self._is_negated


def _equal(sent: str, value: str) -> bool:
    return sent == value


def _like(sent: str, value: str) -> bool:
    return _wildcards(value).fullmatch(sent) is not None


def _arn_like(sent: str, value: str) -> bool:
    """Compare each of the six parts of two ARNs; wildcards do not extend over a colon of the first
    five.
    """
    pairs = list(zip(sent.split(":", 5), value.split(":", 5), strict=False))
    return len(pairs) == 6 and all(_like(one, other) for one, other in pairs)


def _same_boolean(sent: str, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise UnknownElementError(f"boolean: {value}")
    return sent.lower() == value.lower()


OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": _equal,
    "StringNotEquals": _equal,
    "StringLike": _like,
    "StringNotLike": _like,
    # The two operators behave in the same way.
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "ArnNotEquals": _arn_like,
    "ArnNotLike": _arn_like,
    "Bool": _same_boolean,
}


def _wildcards(pattern: str, flags: int = 0) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(one) or re.escape(one) for one in pattern), flags)


def _refuse_variables(text: str) -> None:
    if "${" in text:
        raise UnknownElementError(f"policy variable, or reference of Terraform: {text}")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_list(value: Any) -> list[Any]:
    is_list = isinstance(value, Iterable) and not isinstance(value, str | Mapping)
    return list(value) if is_list else [value]
