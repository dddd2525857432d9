"""The secrets that a container definition injects."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from navra_stacks.local.static_values import static_scope
from navra_stacks.terraform.document import Block, TerraformDocument
from navra_stacks.terraform.expressions import (
    UnresolvedError,
    evaluate,
    replace_expressions,
    whole_expression,
)

__all__ = ["SecretName", "SecretReference", "secret_name", "secret_references"]

_REFERENCE = re.compile(r"(data\.|ephemeral\.)?(\w+)\.([\w-]+)(\[[^\]]*\])?((?:\.\w+|\[[^\]]*\])*)")
_SUFFIX = re.compile(r"(?<=.)-(?:[A-Za-z0-9]{6}|\*|\?{6})$")
"""The suffix that Secrets Manager appends to a name in an ARN, or its wildcard
(https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html)."""

_HIDDEN = re.compile("\ue000([0-9]+)\ue000")


class SecretName(NamedTuple):
    """The physical name of a secret or parameter."""

    name: str
    """The name; without a known name, the expression of the document."""

    address: str | None = None
    """The address of the resource, data source, or database with a managed secret; None if the
    document does not contain it."""


@dataclass(frozen=True, slots=True)
class SecretReference:
    """One element of ``secrets`` in a container definition."""

    variable: str
    """The environment variable of the container."""

    secret: str
    """The physical name of the secret or parameter; without a known name, the expression of the
    document."""

    json_key: str | None
    """The key of the JSON object in the secret; None for the whole secret."""

    address: str | None
    """The address of ``aws_secretsmanager_secret``, ``aws_ssm_parameter``, or of the database whose
    password RDS manages; None if the document does not contain it."""


def secret_references(
    document: TerraformDocument, container: Mapping[str, Any]
) -> tuple[SecretReference, ...]:
    """Return the secrets of a container definition, in its order.

    Args:
        document: The document with the secrets.
        container: The container definition, in the form of the ECS API, with the expressions of the
            document.
    """
    found = []
    for secret in container.get("secrets") or ():
        name, key = _source(document, str(secret["valueFrom"]))
        found.append(SecretReference(str(secret["name"]), name.name, key, name.address))
    return tuple(found)


def secret_name(document: TerraformDocument, text: str) -> SecretName:
    """Return the name of the secret that an argument refers to, for example ``secret_id``."""
    return _source(document, text)[0]


def _source(document: TerraformDocument, text: str) -> tuple[SecretName, str | None]:
    """Return the secret of a ``valueFrom`` and its JSON key.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    hidden: list[str] = []

    def hide(expression: str) -> str:
        hidden.append(expression)
        return f"\ue000{len(hidden) - 1}\ue000"

    parts = replace_expressions(text, hide).split(":")

    def shown(part: str) -> str:
        return _HIDDEN.sub(lambda found: hidden[int(found[1])], part)

    if parts[0] == "arn" and len(parts) > 6 and parts[2] == "secretsmanager":
        name = shown(_SUFFIX.sub("", parts[6]))
        return _named(document, name, "aws_secretsmanager_secret"), _key(parts[7:], shown)
    if parts[0] == "arn" and len(parts) > 5 and parts[2] == "ssm":
        name = shown(":".join(parts[5:])).removeprefix("parameter")
        # The ARN of the parameter "a" is that of "/a" (Systems Manager, "Parameter" in the API).
        if name.count("/") == 1:
            name = name.removeprefix("/")
        return _named(document, name, "aws_ssm_parameter"), None
    if _HIDDEN.fullmatch(parts[0]):
        expression = whole_expression(shown(parts[0])) or ""
        return _referred(document, expression.strip()), _key(parts[1:], shown)
    return _named(document, shown(parts[0]), "aws_ssm_parameter"), None


def _key(parts: list[str], shown: Any) -> str | None:
    return shown(parts[0]) or None if parts else None


def _named(document: TerraformDocument, text: str, type_: str) -> SecretName:
    """Return the secret or parameter with a name, and the resource that creates it."""
    try:
        name = str(evaluate(text, static_scope(document)))
    except UnresolvedError:
        name = text
    for block in document.all(type_):
        if _own_name(document, block, None).lstrip("/") == name.lstrip("/"):
            return SecretName(name, block.address)
    return SecretName(name)


def _referred(document: TerraformDocument, expression: str) -> SecretName:
    found = _REFERENCE.fullmatch(expression)
    unknown = SecretName(expression)
    if found is None:
        return unknown
    prefix, type_, name, index, _ = found.groups()
    if not prefix and type_ in ("local", "var"):
        container = document.content.get("locals" if type_ == "local" else "variable", {})
        value = container.get(name) if type_ == "local" else container.get(name, {}).get("default")
        return secret_name(document, value) if isinstance(value, str) else unknown
    kind = {"data.": "data", "ephemeral.": "ephemeral"}.get(prefix or "", "resource")
    body = document.content.get(kind, {}).get(type_, {}).get(name)
    if body is None:
        return unknown
    block = Block(kind, type_, name, body)
    if type_ == "aws_secretsmanager_secret_version":
        return secret_name(document, str(body.get("secret_id", "")))
    if type_ in ("aws_db_instance", "aws_rds_cluster"):
        return SecretName(f"master user secret of {block.address}", block.address)
    if type_ not in ("aws_secretsmanager_secret", "aws_ssm_parameter"):
        return unknown
    if body.get("name") is None and isinstance(body.get("arn"), str):
        return secret_name(document, body["arn"])  # a data source can be given the ARN
    return SecretName(_own_name(document, block, index), block.address)


def _own_name(document: TerraformDocument, block: Block, index: str | None) -> str:
    """Return the name of a secret or parameter.

    Without an argument `name`, Terraform generates a name, whose constant part is `name_prefix`.

    Args:
        document: The document.
        block: The secret or parameter.
        index: The index of an instance, for example ``["a"]``; None without ``for_each``.
    """
    text = block.get("name") or block.get("name_prefix") or block.name
    scope = static_scope(document)

    def with_instance(owner: str, name: str) -> Any:
        if owner not in ("each", "count") or index is None:
            return scope(owner, name)
        key = json.loads(index[1:-1]) if index[1:2] in '"0123456789' else index[1:-1]
        if name in ("key", "index"):
            return key
        each = evaluate(block.get("for_each"), scope)
        return each[key] if isinstance(each, Mapping) else key

    try:
        return str(evaluate(text, with_instance))
    except (UnresolvedError, KeyError, ValueError):
        return f"{text}{index or ''}"
