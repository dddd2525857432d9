"""Values for variables: from the command line, and placeholders for all other variables."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator.client import ACCOUNT
from navra_stacks.terraform.provider_override import DEFAULT_REGION

__all__ = ["VariableError", "parse_variables", "placeholder_values"]

CANDIDATES = (
    "rehearsal",
    ACCOUNT,
    "1",
    "1.0.0",
    "rehearsal/rehearsal",
    "rehearsal@example.com",
    "rehearsal.example.com",
    "https://rehearsal.example.com",
    "10.0.0.0/16",
    "us-east-1",
    "us-east-1a",
    "t3.micro",
    "vpc-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "sg-0123456789abcdef0",
    "ami-0123456789abcdef0",
    f"arn:aws:iam::{ACCOUNT}:role/rehearsal",
    f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000",
    "0" * 40,
)
"""The placeholder strings to try; the first that the validation of a variable accepts is used."""


_UUID = "00000000-0000-0000-0000-000000000000"
_ID = "0123456789abcdef"
HINTS: tuple[tuple[str, str], ...] = (
    (r"certificate.*arns?$", f"arn:aws:acm:{{region}}:{{account}}:certificate/{_UUID}"),
    (r"(kms|key).*arns?$|kms_.*key(_id)?$", f"arn:aws:kms:{{region}}:{{account}}:key/{_UUID}"),
    (r"(topic|sns).*arns?$|(alarm|ok)_actions$", "arn:aws:sns:{region}:{account}:rehearsal"),
    (r"(queue|sqs).*arns?$", "arn:aws:sqs:{region}:{account}:rehearsal"),
    (
        r"(waf|acl).*arns?$",
        f"arn:aws:wafv2:{{region}}:{{account}}:regional/webacl/rehearsal/{_UUID}",
    ),
    (
        r"target_group.*arns?$",
        f"arn:aws:elasticloadbalancing:{{region}}:{{account}}:targetgroup/rehearsal/{_ID}",
    ),
    (
        r"listener.*arns?$",
        f"arn:aws:elasticloadbalancing:{{region}}:{{account}}:listener/app/rehearsal/{_ID}/{_ID}",
    ),
    (
        r"(load_balancer|(^|_)[an]?lb).*arns?$",
        f"arn:aws:elasticloadbalancing:{{region}}:{{account}}:loadbalancer/app/rehearsal/{_ID}",
    ),
    (r"cluster.*arns?$", "arn:aws:ecs:{region}:{account}:cluster/rehearsal"),
    (r"secret.*arns?$", "arn:aws:secretsmanager:{region}:{account}:secret:rehearsal-AbCdEf"),
    (r"bucket.*arns?$", "arn:aws:s3:::rehearsal"),
    (r"log_group.*arns?$", "arn:aws:logs:{region}:{account}:log-group:rehearsal"),
    (r"(lambda|function).*arns?$", "arn:aws:lambda:{region}:{account}:function:rehearsal"),
    (r"policy.*arns?$|permissions_boundary", "arn:aws:iam::{account}:policy/rehearsal"),
    (r"(^|_)arns?$", "arn:aws:iam::{account}:role/rehearsal"),
    (r"(^|_)region$", "{region}"),
    (r"(^|_)vpc_ids?$", "vpc-0123456789abcdef0"),
    (r"(^|_)subnet_ids?$|(^|_)subnets$", "subnet-0123456789abcdef0"),
    (r"security_group_ids?$|(^|_)security_groups$|(^|_)sg_ids?$", "sg-0123456789abcdef0"),
    (r"zone_id$", "Z0123456789ABCDEFGHIJ"),
    (r"(^|_)account(_ids?)?$", "{account}"),
    (r"(^|_)cidr(_blocks?|s)?$", "10.0.0.0/16"),
    (r"availability_zones?$|^azs?$", "{region}a"),
)
"""The placeholders of strings by the name of an argument or a variable, in lower case: the first
entry whose pattern is found. ``{account}`` and ``{region}`` are those of the rehearsal.
"""

_VARIABLE = re.compile(r"\$\{var\.([\w-]+)\}")


class VariableError(NavraError):
    """A variable is unknown, has a malformed value, or has no valid placeholder value."""


def parse_variables(document: Mapping[str, Any], arguments: list[str]) -> dict[str, Any]:
    """Return the values in ``--var NAME=VALUE`` arguments, by name.

    The value of a variable of type ``string`` or ``any`` is text. Every other value is JSON.

    Raises:
        VariableError: an argument is malformed, names no variable of the document, or has a value
            that is not JSON although the type of the variable requires JSON.
    """
    declared = document.get("variable") or {}
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals:
            # The argument is not shown, because it can be a secret.
            raise VariableError("an option --var is not of the form NAME=VALUE")
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise VariableError(
                f"--var {name}: the document has no variable {name!r}; its variables: {known}"
            )
        if _type(declared[name]) in ("string", "any"):
            values[name] = text
            continue
        try:
            values[name] = json.loads(text)
        except ValueError:
            raise VariableError(
                f"--var {name}: {name} is of type {_type(declared[name])}; "
                'write the value as JSON, for example ["a", "b"], 3 or true'
            ) from None
    return values


def placeholder_values(
    document: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    account: str = ACCOUNT,
    region: str = DEFAULT_REGION,
) -> dict[str, Any]:
    """Return a placeholder value for each variable that has no default and no value.

    The placeholder of an ARN or an ID has the form that the name of the variable, or the argument
    with its value, requires.

    Args:
        document: Terraform JSON.
        values: The values of the variables that already have a value.
        account: The account in the placeholders of ARNs.
        region: The Region in the placeholders of ARNs.

    Raises:
        VariableError: no placeholder value is valid for a variable.
    """
    arguments: defaultdict[str, list[str]] = defaultdict(list)
    for name, argument in _uses(document.get("resource"), ""):
        arguments[name].append(argument)
    found = {}
    for name, variable in sorted((document.get("variable") or {}).items()):
        if "default" not in variable and name not in values:
            hints = _hints([*arguments[name], name])
            likely = [hint.format(account=account, region=region) for hint in hints]
            found[name] = _placeholder(name, variable, likely)
    return found


def _uses(value: Any, argument: str) -> Iterator[tuple[str, str]]:
    """Yield each variable that is the value of an argument, with the name of the argument."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _uses(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _uses(inner, argument)
    elif isinstance(value, str) and (used := _VARIABLE.fullmatch(value)) is not None:
        yield used[1], argument


def _hints(names: Iterable[str]) -> Iterator[str]:
    """Yield the placeholders that fit the names of arguments and of a variable, best first."""
    for name in names:
        for pattern, placeholder in HINTS:
            if re.search(pattern, name.lower()):
                yield placeholder
                break


def _placeholder(name: str, variable: Mapping[str, Any], likely: list[str]) -> Any:
    conditions = [str(rule.get("condition", "")) for rule in _validations(variable)]
    listed = (value for condition in conditions for value in _listed(condition, name) or ())
    for value in chain(_values(_type(variable), likely), listed):
        if all(_accepts(condition, name, value) for condition in conditions):
            return value
    raise VariableError(
        f"variable {name} has no default, and no placeholder value matches its type "
        f"({_type(variable)}) and its validation; set it with --var {name}=VALUE"
    )


def _type(variable: Mapping[str, Any]) -> str:
    return re.sub(r"\s|\$\{|\}$", "", str(variable.get("type", "string")))


def _validations(variable: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = variable.get("validation") or []
    return [found] if isinstance(found, dict) else list(found)


def _values(type_: str, likely: Iterable[str]) -> Iterator[Any]:
    """Yield candidate values of a Terraform type; none for an object or a tuple type.

    Args:
        type_: The type.
        likely: The strings to yield before the general candidates.
    """
    outer, _, inner = type_.partition("(")
    if outer in ("string", "any"):
        yield from (*likely, *CANDIDATES)
    elif outer == "number":
        yield from (1, 10, 80, 443, 1024)
    elif outer == "bool":
        yield from (True, False)
    elif outer in ("list", "set"):
        yield from ([value] for value in _values(inner.removesuffix(")"), likely))
    elif outer == "map":
        yield from ({"rehearsal": value} for value in _values(inner.removesuffix(")"), likely))


def _accepts(condition: str, name: str, value: Any) -> bool:
    """Return False if a validation condition's patterns or list of values reject `value`.

    Other conditions are not evaluated; Terraform reports a value that they reject.
    """
    texts = [str(item) for item in (value if isinstance(value, list) else [value])]
    for literal in re.findall(r'regex\("((?:[^"\\]|\\.)*)"', condition):
        try:
            pattern = re.compile(json.loads(f'"{literal}"'))
        except (ValueError, re.error):
            continue
        if not all(pattern.search(text) for text in texts):
            return False
    return (listed := _listed(condition, name)) is None or value in listed


def _listed(condition: str, name: str) -> list[Any] | None:
    """Return the values that a ``contains([...], var.NAME)`` condition allows.

    Return None if the condition has another form, or if the list contains expressions.
    """
    listed = re.search(rf"contains\((\[[^\]]*\]),\s*var\.{re.escape(name)}\)", condition)
    if listed is None:
        return None
    try:
        return list(json.loads(re.sub(r",\s*\]$", "]", listed[1])))
    except ValueError:  # the list contains expressions
        return None
