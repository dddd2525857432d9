"""The values that a document composes from the attributes of its databases and caches."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from navra_stacks.errors import NavraError
from navra_stacks.local.data.data_stores import ATTRIBUTES, REFERENCE, DataStore, data_stores
from navra_stacks.local.secrets.secret_references import secret_name
from navra_stacks.local.static_values import static_scope
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.expressions import (
    UnresolvedError,
    evaluate,
    expressions,
    replace_expressions,
    whole_expression,
)

__all__ = ["ComposedValue", "Connection", "ValueComposer"]

_CALL = re.compile(r"(\w+)\(\s*(.*?)\s*\)", re.DOTALL)
_TRANSPARENT = ("nonsensitive", "one", "sensitive", "tostring")
_HOST_OF_ENDPOINT = re.compile(
    r'split\(":",\s*([^()]+)\)\[0\]|element\(split\(":",\s*([^()]+)\),\s*0\)'
)
_GENERATED = re.compile(
    r"random_(?:password|string|id|uuid|pet|bytes)\.[\w-]+|ephemeral\.\w+\.[\w-]+"
)
_VERSION = re.compile(
    r"(?:data\.|ephemeral\.)?aws_secretsmanager_secret_version\.([\w-]+)(?:\[[^\]]*\])?\.(secret_string\w*)"
)
_KEY = re.compile(r'\s*(?:"([^"\\]*)"|([\w-]+))\s*[=:]\s*')
_SEPARATORS = re.compile(r"[\s,]*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)

_VALUE_ARGUMENTS = ("secret_string_wo", "secret_string")
_PARAMETER_ARGUMENTS = ("value_wo", "value", "insecure_value")


class Connection(NamedTuple):
    """Where and how clients connect to a server."""

    host: str
    port: int
    username: str
    password: str
    database: str

    def __repr__(self) -> str:
        return f"Connection({self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class ComposedValue:
    """A value with parts of connections to data stores, or a generated or literal value."""

    stores: tuple[DataStore, ...]
    """The data stores; empty if the value depends on none."""
    template: str = field(repr=False)
    """The value with the expressions of the document."""
    render: Callable[[Mapping[str, Connection]], str] = field(repr=False)
    """Return the value, for the connection to each store by the address of the store.

    Raises:
        NavraError: only Terraform can evaluate an expression of the value.
    """

    @property
    def store(self) -> DataStore | None:
        """The only or first data store; None if the value depends on none."""
        return self.stores[0] if self.stores else None

    def compose(self, *, host: str, port: int, username: str, password: str, database: str) -> str:
        """Return the value for one connection, which replaces those to all stores."""
        connection = Connection(host, port, username, password, database)
        return self.render({store.address: connection for store in self.stores})


class ValueComposer:
    """Composes the values of secrets and variables as Terraform does, for other servers.

    Only expressions are replaced, so that schemes, paths and query parameters are the document's.
    A generated value, for example of ``random_password``, is the same for all of its uses.
    """

    def __init__(self, document: TerraformDocument) -> None:
        self.stores = data_stores(document)
        self._document = document
        self._scope = static_scope(document)
        self._generated: dict[str, str] = {}
        self._passwords = {
            self._origin(password): store
            for store in self.stores.values()
            if store.password and (password := whole_expression(store.password)) is not None
        }

    def secret(self, address: str | None) -> ComposedValue | None:
        """Return the value of a secret or parameter; None if the document sets no value.

        Args:
            address: The address in a `SecretReference`.
        """
        if address in self.stores:
            # The keys of a secret that RDS manages (RDS User Guide, "Password management").
            store = f"${{{address}"
            user = "master_username" if "aws_rds_cluster." in address else "username"
            password = "master_password" if "aws_rds_cluster." in address else "password"
            return self.template(
                f'{{"username":"{store}.{user}}}","password":"{store}.{password}}}"}}'
            )
        template = None if address is None else self._stored(address)
        return None if template is None else self.template(template)

    def template(self, text: str) -> ComposedValue:
        """Return the value of a text with expressions, for example of an environment variable."""
        found: dict[str, DataStore] = {}
        for expression in expressions(text):
            for reference in REFERENCE.finditer(expression):
                store = self.stores.get(_address(reference))
                if store is not None and reference["type"] in ATTRIBUTES:
                    found.setdefault(store.address, store)
        for expression in expressions(text):
            for part in _atoms(expression):
                if (store := self._passwords.get(self._origin(part))) is not None:
                    found.setdefault(store.address, store)
        stores = tuple(found.values())

        def render(connections: Mapping[str, Connection]) -> str:
            return _Rendering(self, stores, connections).text(text)

        return ComposedValue(stores, text, render)

    def generated(self, origin: str) -> str:
        """Return a random value, the same for each call with an origin."""
        return self._generated.setdefault(origin, secrets.token_urlsafe(24))

    def password_store(self, expression: str) -> DataStore | None:
        """Return the store whose password an expression is."""
        return self._passwords.get(self._origin(expression))

    def constant(self, expression: str) -> str:
        """Return the value of an expression that the document determines.

        Raises:
            NavraError: only Terraform can evaluate the expression.
        """
        origin = self._origin(expression)
        if _GENERATED.match(origin):
            return self.generated(origin)
        reason = ""
        try:
            value = evaluate(f"${{{expression}}}", self._scope)
        except UnresolvedError as error:
            reason = str(error)
        if reason:
            raise NavraError(
                f"the document composes the value with ${{{expression}}}, which only Terraform can "
                "evaluate; give the value in the file of --secrets"
            )
        return json.dumps(value) if isinstance(value, bool | list | dict) else str(value)

    def _stored(self, address: str) -> str | None:
        """Return the template of the value that a secret or parameter stores."""
        type_, _, name = address.rpartition(".")
        if type_ == "aws_ssm_parameter":
            body = self._document.content.get("resource", {}).get(type_, {}).get(name, {})
            return _first_text(body, _PARAMETER_ARGUMENTS)
        for version in self._document.all("aws_secretsmanager_secret_version"):
            if secret_name(self._document, str(version.get("secret_id", ""))).address == address:
                return _first_text(version.body, _VALUE_ARGUMENTS)
        return None

    def _origin(self, expression: str, depth: int = 0) -> str:
        """Return the address of the resource that generates a value, through secrets and locals."""
        expression = _unwrapped(expression)
        template: Any = None
        if (version := _VERSION.fullmatch(expression)) is not None:
            kind = expression.partition(".")[0]
            kind = kind if kind in ("data", "ephemeral") else "resource"
            type_ = "aws_secretsmanager_secret_version"
            body = self._document.content.get(kind, {}).get(type_, {}).get(version[1], {})
            address = secret_name(self._document, str(body.get("secret_id", ""))).address
            template = None if address is None else self._stored(address)
            if template is None and address is not None:
                return address
        elif expression.startswith("local."):
            template = self._document.content.get("locals", {}).get(expression[6:])
        inner = whole_expression(template) if isinstance(template, str) else None
        if inner is not None and depth < 10:
            return self._origin(inner, depth + 1)
        generated = _GENERATED.match(expression)
        return generated[0] if generated else expression


class _Rendering:
    """One rendering of a template, with the connections of its stores."""

    def __init__(
        self,
        composer: ValueComposer,
        stores: tuple[DataStore, ...],
        connections: Mapping[str, Connection],
    ) -> None:
        self._composer = composer
        self._stores = stores
        self._connections = connections

    def text(self, template: str) -> str:
        """Return a template with the values of its expressions."""
        return replace_expressions(template, lambda text: self._value(text[2:-1].strip())).replace(
            "$${", "${"
        )

    def _value(self, expression: str) -> str:
        if _QUOTED.fullmatch(expression):
            return self.text(json.loads(expression, strict=False))
        if (endpoint := _HOST_OF_ENDPOINT.fullmatch(expression)) is not None:
            return self._value((endpoint[1] or endpoint[2]).strip()).partition(":")[0]
        if (call := _CALL.fullmatch(expression)) is not None:
            name, argument = call.groups()
            if name == "urlencode":
                return quote_plus(self._value(argument))
            if name in _TRANSPARENT:
                return self._value(argument)
            if name == "jsonencode" and argument.startswith("{") and argument.endswith("}"):
                return json.dumps(self._members(argument[1:-1]), separators=(",", ":"))
        found = REFERENCE.fullmatch(expression)
        store = None if found is None else self._composer.stores.get(_address(found))
        if found is not None and store is not None:
            attribute = re.sub(r"\[[^\]]*\]|\.\d+(?=\.|$)", "", found["attribute"]).lstrip(".")
            part = ATTRIBUTES.get(found["type"], {}).get(attribute)
            if part is not None:
                return self._part(self._connections[store.address], part)
        if (owner := self._composer.password_store(expression)) is not None:
            if owner.address in self._connections:
                return self._connections[owner.address].password
        elif len(self._stores) == 1 and _is_password(expression):
            return self._connections[self._stores[0].address].password
        return self._composer.constant(expression)

    @staticmethod
    def _part(connection: Connection, part: str) -> str:
        if part == "endpoint":
            return f"{connection.host}:{connection.port}"
        return str(getattr(connection, part))

    def _members(self, text: str) -> dict[str, Any]:
        """Return the members of an object expression whose values are strings and references."""
        members: dict[str, Any] = {}
        position = 0
        while (position := _SEPARATORS.match(text, position).end()) < len(text):  # type: ignore[union-attr]
            found = _KEY.match(text, position)
            if found is None:
                raise NavraError(
                    "the document composes the value with a jsonencode() that only Terraform can "
                    "evaluate; give the value in the file of --secrets"
                )
            end = _end_of_member(text, found.end())
            expression = text[found.end() : end].strip()
            value = self._value(expression)
            # A port is a number in the JSON text of Terraform.
            is_number = expression.endswith(".port") or expression.isdigit()
            members[found[1] or found[2]] = int(value) if is_number and value.isdigit() else value
            position = end
        return members


def _end_of_member(text: str, start: int) -> int:
    position, depth = start, 0
    while position < len(text):
        if (quoted := _QUOTED.match(text, position)) is not None:
            position = quoted.end()
            continue
        character = text[position]
        if character in ",\n" and depth == 0:
            return position
        depth += (character in "([{") - (character in ")]}")
        position += 1
    return position


def _address(reference: re.Match[str]) -> str:
    return f"{reference['data'] or ''}{reference['type']}.{reference['name']}"


def _unwrapped(expression: str) -> str:
    """Return an expression without the functions that do not change who generates its value."""
    expression = expression.strip()
    while (call := _CALL.fullmatch(expression)) is not None and call[1] in (
        "urlencode",
        *_TRANSPARENT,
    ):
        expression = call[2].strip()
    return expression


def _atoms(expression: str) -> list[str]:
    """Return the references of an expression, and the expression itself."""
    return [
        expression,
        *re.findall(
            r"(?:data\.|ephemeral\.)?[a-z]\w*\.[\w-]+(?:\[[^\]]*\])?(?:\.\w+)*", expression
        ),
    ]


def _is_password(expression: str) -> bool:
    """Return True if a value is secret, so that it is the password of the only store in its URL."""
    return (
        _GENERATED.match(expression) is not None
        or _VERSION.fullmatch(expression) is not None
        or re.match(r"(?:data\.)?aws_ssm_parameter\.", expression) is not None
        or re.fullmatch(r"(?i)(?:var|local)\.\w*(?:password|passwd|secret|token)\w*", expression)
        is not None
    )


def _first_text(body: Mapping[str, Any], arguments: tuple[str, ...]) -> str | None:
    return next((str(body[name]) for name in arguments if body.get(name) is not None), None)
