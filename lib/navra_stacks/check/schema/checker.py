"""Check a document against the schema of the AWS provider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from navra_stacks.check.finding import Finding, Severity
from navra_stacks.check.schema.body import BodyCheck, LiteralCheck
from navra_stacks.check.schema.meta_arguments import META_ARGUMENTS, meta_problems
from navra_stacks.check.schema.problem import NOUNS, Problem, similar, typed
from navra_stacks.check.schema.provider_schema import BlockKind, ProviderSchema, TypeSchema
from navra_stacks.check.schema.version_constraint import admits
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["RULE", "check_schema", "schema_findings"]

RULE = "schema"
"""The rule of all findings of this check."""

_SOURCES = frozenset(
    f"{registry}hashicorp/aws"
    for registry in ("", "registry.terraform.io/", "registry.opentofu.org/")
)
_RULES = frozenset({"egress", "ingress"})
_ROUTES = frozenset({"route"})
_COMPLETE_OBJECTS: Mapping[str, frozenset[str]] = {
    "aws_default_route_table": _ROUTES,
    "aws_default_security_group": _RULES,
    "aws_network_acl": _RULES,
    "aws_route_table": _ROUTES,
    "aws_security_group": _RULES,
}
"""The arguments that HCL writes as blocks, while they are lists of objects in the JSON syntax. See
https://developer.hashicorp.com/terraform/language/attr-as-blocks."""
_Kind = Literal["resource", "data"]


def check_schema(
    document: TerraformDocument, *, converted_from_hcl: bool = False
) -> Iterator[Finding]:
    """Return the findings of a document: arguments that the AWS provider or its API rejects.

    The schema is the one of the installed bindings; the limits of the API are checked if botocore
    is installed. Resources of other providers, ephemeral resources and modules are not checked.

    Args:
        document: The document.
        converted_from_hcl: True if another tool converted the document from HCL, where the objects
            of some arguments may omit attributes.

    Raises:
        SchemaNotAvailableError: the bindings are not installed. The message states that the schema
            was not checked, and why.
    """
    from navra_stacks.check.schema.cache import provider_schema
    from navra_stacks.check.schema.service_models import api_limits

    return schema_findings(
        document, provider_schema(), api_limits(), converted_from_hcl=converted_from_hcl
    )


def schema_findings(
    document: TerraformDocument,
    schema: ProviderSchema,
    limits: Mapping[str, LiteralCheck] | None = None,
    *,
    any_version: bool = False,
    converted_from_hcl: bool = False,
) -> Iterator[Finding]:
    """Yield the findings of a document for one version of the AWS provider.

    If the document requires another version of the provider, the findings have the severity LOW and
    name the required version.

    Args:
        document: The document.
        schema: The schema of the provider.
        limits: Checks of literal values by resource type.
        any_version: True to ignore the version that the document requires.
        converted_from_hcl: See `check_schema`.
    """
    return _SchemaCheck(
        document,
        schema,
        limits or {},
        any_version=any_version,
        complete_objects={} if converted_from_hcl else _COMPLETE_OBJECTS,
    ).findings()


class _SchemaCheck:
    def __init__(
        self,
        document: TerraformDocument,
        schema: ProviderSchema,
        limits: Mapping[str, LiteralCheck],
        *,
        any_version: bool,
        complete_objects: Mapping[str, frozenset[str]],
    ) -> None:
        self._document = document
        self._schema = schema
        self._limits = limits
        self._any_version = any_version
        self._complete_objects = complete_objects
        self._required = _required_providers(document)

    def findings(self) -> Iterator[Finding]:
        for block in (*self._document.resources, *self._document.data_sources):
            if not block.type.startswith("aws_"):
                continue
            local_name = str(block.body.get("provider") or "aws").removeprefix("${").split(".")[0]
            if not self._is_checked(local_name):
                continue
            kind: _Kind = "data" if block.kind == "data" else "resource"
            schema = self._schema.find(kind, block.type)
            body: Any = block.body
            if schema is None:
                problems: Iterable[Problem] = [self._unknown_type(kind, block.type)]
            elif not isinstance(body, dict):
                message = f"the body must be an object, not the {typed(body)}"
                problems = [Problem("", message, "write the body as an object")]
            else:
                for problem in meta_problems(kind, body, schema.body):
                    yield _finding(block.address, problem)
                problems = self._body_problems(kind, block.type, schema, body)
            yield from self._reported(block.address, local_name, problems)
        yield from self._provider_findings()

    def _provider_findings(self) -> Iterator[Finding]:
        schema = self._schema.find("provider", "aws")
        providers = self._document.content.get("provider", {})
        for local_name, bodies in providers.items() if isinstance(providers, dict) else ():
            if schema is None or not self._is_checked(local_name):
                continue
            for body in bodies if isinstance(bodies, list) else [bodies]:
                if isinstance(body, dict):
                    alias = body.get("alias")
                    address = f"provider.{local_name}" + (f".{alias}" if alias else "")
                    problems = self._body_problems("provider", "aws", schema, body)
                    yield from self._reported(address, local_name, problems)

    def _is_checked(self, local_name: str) -> bool:
        source = str(self._required.get(local_name, {}).get("source") or local_name).lower()
        return (source if "/" in source else f"hashicorp/{source}") in _SOURCES

    def _reported(
        self, address: str, local_name: str, problems: Iterable[Problem]
    ) -> Iterator[Finding]:
        constraint = self._required.get(local_name, {}).get("version")
        is_other = (
            not self._any_version
            and isinstance(constraint, str)
            and not admits(constraint, self._schema.version)
        )
        for problem in problems:
            if is_other:
                problem = problem._replace(
                    message=f"{problem.message} (the document requires version {constraint} of the "
                    "provider)",
                    severity=Severity.LOW,
                )
            yield _finding(address, problem)

    def _body_problems(
        self, kind: BlockKind, type_: str, schema: TypeSchema, body: Mapping[str, Any]
    ) -> Iterator[Problem]:
        limits, complete = None, frozenset[str]()
        if kind == "resource":
            limits = self._limits.get(type_)
            complete = self._complete_objects.get(type_, complete)
        check = BodyCheck(schema, self._schema.name, limits or _unlimited, complete)
        return check.problems(body, META_ARGUMENTS[kind])

    def _unknown_type(self, kind: _Kind, type_: str) -> Problem:
        other: _Kind = "resource" if kind == "data" else "data"
        message = f"{self._schema.name} has no {NOUNS[kind]} {type_}"
        if self._schema.find(other, type_) is not None:
            return Problem("", f"{message}; it is a {NOUNS[other]}", f'declare it under "{other}"')
        close = similar(type_, self._schema.types(kind), cutoff=0.8)
        repair = f"use {close}" if close else "use a type of this version, or another version"
        return Problem("", message, repair)


def _finding(address: str, problem: Problem) -> Finding:
    return Finding(
        RULE, address, problem.argument, problem.message, problem.severity, problem.repair
    )


def _unlimited(_at: str, _path: str, _value: Any) -> Iterable[Problem]:
    return ()


def _required_providers(document: TerraformDocument) -> dict[str, dict[str, Any]]:
    settings = document.content.get("terraform")
    required = settings.get("required_providers") if isinstance(settings, dict) else None
    if not isinstance(required, dict):
        return {}
    return {
        name: {"version": value} if isinstance(value, str) else value
        for name, value in required.items()
        if isinstance(value, (str, dict))
    }
