"""The IAM policies of a document, parsed from JSON texts and policy data sources."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.hcl_literals import parse_literal
from navra_stacks.check.values import UNKNOWN, Context, Values, remember, resolve_template
from navra_stacks.terraform.addresses import matches_wildcards
from navra_stacks.terraform.expressions import whole_expression
from navra_stacks.terraform.json_template import parse_json_template

__all__ = [
    "Policy",
    "Statement",
    "parse_template",
    "policies",
    "role_policies",
    "role_statements",
    "statements",
]

Kind = Literal["identity", "trust", "resource"]

_ARGUMENTS: Mapping[str, tuple[tuple[str, Kind], ...]] = {
    "aws_backup_vault_policy": (("policy", "resource"),),
    "aws_cloudwatch_event_bus_policy": (("policy", "resource"),),
    "aws_cloudwatch_log_resource_policy": (("policy_document", "resource"),),
    "aws_dynamodb_resource_policy": (("policy", "resource"),),
    "aws_ecr_repository_policy": (("policy", "resource"),),
    "aws_efs_file_system_policy": (("policy", "resource"),),
    "aws_elasticsearch_domain": (("access_policies", "resource"),),
    "aws_glue_resource_policy": (("policy", "resource"),),
    "aws_iam_group_policy": (("policy", "identity"),),
    "aws_iam_policy": (("policy", "identity"),),
    "aws_iam_role": (("assume_role_policy", "trust"),),
    "aws_iam_role_policy": (("policy", "identity"),),
    "aws_iam_user_policy": (("policy", "identity"),),
    "aws_kinesis_resource_policy": (("policy", "resource"),),
    "aws_kms_key": (("policy", "resource"),),
    "aws_kms_key_policy": (("policy", "resource"),),
    "aws_opensearch_domain": (("access_policies", "resource"),),
    "aws_opensearch_domain_policy": (("access_policies", "resource"),),
    "aws_s3_bucket": (("policy", "resource"),),
    "aws_s3_bucket_policy": (("policy", "resource"),),
    "aws_secretsmanager_secret": (("policy", "resource"),),
    "aws_secretsmanager_secret_policy": (("policy", "resource"),),
    "aws_sns_topic": (("policy", "resource"),),
    "aws_sns_topic_policy": (("policy", "resource"),),
    "aws_sqs_queue": (("policy", "resource"),),
    "aws_sqs_queue_policy": (("policy", "resource"),),
}
"""The arguments that contain a policy. The policy of a VPC endpoint is not among them: it limits
requests of principals that need permissions of their own."""

_WITHOUT_SECRETS = frozenset(
    {
        "AmazonECSTaskExecutionRolePolicy",
        "AmazonECSInfrastructureRolePolicyForLoadBalancers",
        "AmazonSSMManagedInstanceCore",
        "AWSXRayDaemonWriteAccess",
        "CloudWatchAgentServerPolicy",
        "CloudWatchReadOnlyAccess",
    }
)
"""AWS managed policies that allow neither the reading of secrets nor decryption."""


_MAX_REFERENCES = 20
"""The longest chain of references that is followed to find a policy."""

_ATTACHMENTS = (
    ("role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"),
    ("roles", "aws_iam_policy_attachment"),
)
"""The resource types that give a role a policy, and their argument with the role."""


class Statement(NamedTuple):
    """A statement of a policy. In its strings, ``${...}`` is a part that is not known."""

    body: Mapping[str, Any]

    @property
    def allows(self) -> bool:
        return self.body.get("Effect") == "Allow"

    @property
    def actions(self) -> tuple[str, ...]:
        return _strings(self.body.get("Action"))

    @property
    def resources(self) -> tuple[str, ...]:
        return _strings(self.body.get("Resource"))

    @property
    def principals(self) -> Mapping[str, tuple[str, ...]]:
        """The principals by type; ``{"*": ("*",)}`` for everybody."""
        written = self.body.get("Principal")
        if isinstance(written, Mapping):
            return {str(kind): _strings(values) for kind, values in written.items()}
        return {"*": _strings(written)} if written is not None else {}

    @property
    def conditions(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """The operator, the key in lower case, and the values of each condition."""
        written = self.body.get("Condition")
        for operator, keys in written.items() if isinstance(written, Mapping) else ():
            for key, values in keys.items() if isinstance(keys, Mapping) else ():
                yield str(operator), str(key).lower(), _strings(values)

    def matches(self, action: str) -> bool:
        """Return True if the statement names an action, also with a wildcard."""
        return any(_matches(pattern.lower(), action.lower()) for pattern in self.actions)


class Policy(NamedTuple):
    """A policy in an argument of a resource."""

    resource: CheckedResource
    argument: str
    kind: Kind
    statements: tuple[Statement, ...]


def policies(document: CheckedDocument, *kinds: Kind) -> Iterator[Policy]:
    """Yield the policies of a document that are known; with `kinds`, of these kinds only."""
    for type_, arguments in _ARGUMENTS.items():
        for argument, kind in arguments:
            if kinds and kind not in kinds:
                continue
            for resource in document.all(type_):
                found = statements(resource, argument)
                if found is not None:
                    yield Policy(resource, argument, kind, found)
    if not kinds or "identity" in kinds:
        for role in document.all("aws_iam_role"):
            for index, inline in enumerate(role.blocks("inline_policy")):
                found = statements(inline, "policy")
                if found is not None:
                    yield Policy(role, f"inline_policy[{index}].policy", "identity", found)


def statements(values: Values, argument: str) -> tuple[Statement, ...] | None:
    """Return the statements of the policy in an argument; None if they are not known."""
    # The result contains the body, so that no other body gets its ID.
    key = ("statements", id(values.body), argument)
    _, found = remember(
        values.context.memo, key, lambda: (values.body, _statements(values, argument))
    )
    return found


def _statements(values: Values, argument: str) -> tuple[Statement, ...] | None:
    written = values.body.get(argument)
    if written in (None, ""):
        return ()
    context = values.context
    source = _followed(written, context)
    if isinstance(context, CheckedDocument) and (_whole_expression(source) or "").startswith(
        "data.aws_iam_policy_document."
    ):
        addresses = context.references(source, values.module)
        found = context.find(addresses, "aws_iam_policy_document")
        return _data_statements(found[0]) if len(found) == 1 else None
    policy = parse_template(source, context)
    if not isinstance(policy, Mapping):
        return None
    inner = policy.get("Statement")
    items = inner if isinstance(inner, list) else [inner]
    return tuple(Statement(item) for item in items if isinstance(item, Mapping))


def parse_template(written: Any, context: Context) -> Any:
    """Return the JSON value in a text with expressions; None if it is not known.

    Expressions in the strings of the JSON stay ``${...}`` where their results are not known.
    """
    written = _followed(written, context)
    if isinstance(written, list | Mapping):
        return _known_parts(written, context)
    if (expression := _whole_expression(written)) is not None:
        try:
            return _known_parts(parse_literal(expression), context)
        except ValueError:
            return None
    if not isinstance(written, str):
        return None
    try:
        return _known_parts(parse_json_template(written), context)
    except ValueError:
        return None


def _whole_expression(written: Any) -> str | None:
    """Return the expression that is the whole of a text; None for any other value."""
    if not isinstance(written, str):
        return None
    expression = whole_expression(written.strip())
    return None if expression is None else expression.strip()


def _followed(written: Any, context: Context) -> Any:
    """Return the value as written to which a text with one plain reference leads."""
    for _ in range(_MAX_REFERENCES):
        expression = _whole_expression(written)
        target = None if expression is None else context.written(expression)
        if target is None:
            break
        written = target
    return written


def role_statements(
    document: CheckedDocument, role: CheckedResource
) -> tuple[tuple[tuple[CheckedResource, Statement], ...], bool]:
    """Return the statements of all policies of a role, and whether all of them are known.

    Each statement is returned with the resource that contains it.
    """
    found: list[tuple[CheckedResource, Statement]] = []
    attached = role_policies(document, role)
    complete = attached is not None
    sources: list[tuple[CheckedResource, Values]] = [
        (role, inline) for inline in role.blocks("inline_policy")
    ]
    for one in attached or ():
        if one.type == "aws_iam_role_policy":
            sources.append((one, one))
            continue
        managed = one.referred("policy_arn", "aws_iam_policy")
        sources += [(policy, policy) for policy in managed if not policy.is_data]
        if not managed or managed[0].is_data:
            complete = complete and _is_without_secrets(one.text("policy_arn"))
    if not role.is_absent("managed_policy_arns"):
        arns = role.texts("managed_policy_arns")
        complete = complete and arns is not None and all(map(_is_without_secrets, arns))
    for resource, values in sources:
        known = statements(values, "policy")
        complete = complete and known is not None
        found += ((resource, statement) for statement in known or ())
    return tuple(found), complete


def role_policies(
    document: CheckedDocument, role: CheckedResource
) -> tuple[CheckedResource, ...] | None:
    """Return the policies and attachments of a role that are resources; None if not known."""
    if role.base in document.in_modules:
        return None
    found: list[CheckedResource] = []
    for argument, *types in _ATTACHMENTS:
        for one in document.all(*types):
            referred = one.refers_to(argument)
            value = one.get(argument)
            if role.base in referred:
                found.append(one)
            elif not referred and value is UNKNOWN:
                return None
            elif value is not None and role.string("name") in (value, *_strings(value)):
                found.append(one)
    return tuple(found)


def _is_without_secrets(arn: str | None) -> bool:
    return (arn or "").rpartition("/")[2] in _WITHOUT_SECRETS


def _data_statements(source: CheckedResource) -> tuple[Statement, ...] | None:
    if any(
        not source.is_absent(name)
        for name in ("source_policy_documents", "override_policy_documents", "source_json")
    ):
        return None
    found = []
    for block in source.blocks("statement"):
        if not block.is_known:
            return None
        body: dict[str, Any] = {"Effect": block.string("effect", "Allow")}
        for key, argument in (
            ("Action", "actions"),
            ("NotAction", "not_actions"),
            ("Resource", "resources"),
            ("NotResource", "not_resources"),
        ):
            texts = block.texts(argument)
            if texts is None:
                texts = (_whole(block.body.get(argument)),)
            if texts:
                body[key] = list(texts)
        for key, argument in (("Principal", "principals"), ("NotPrincipal", "not_principals")):
            principals: dict[str, list[str]] = {}
            for principal in block.blocks(argument):
                kind = principal.text("type") or "${unknown}"
                identifiers = principal.texts("identifiers")
                principals.setdefault(kind, []).extend(identifiers or ("${unknown}",))
            if principals:
                body[key] = principals
        conditions: dict[str, dict[str, list[str]]] = {}
        for condition in block.blocks("condition"):
            operator = conditions.setdefault(condition.text("test") or "${unknown}", {})
            operator[condition.text("variable") or "${unknown}"] = list(
                condition.texts("values") or ("${unknown}",)
            )
        if conditions:
            body["Condition"] = conditions
        found.append(Statement(body))
    return tuple(found)


def _whole(value: Any) -> str:
    return value if isinstance(value, str) else "${unknown}"


def _known_parts(value: Any, context: Context, depth: int = 0) -> Any:
    if depth < _MAX_REFERENCES and isinstance(value, str):
        target = _followed(value, context)
        if isinstance(target, list | Mapping):
            value = target
        elif (expression := _whole_expression(target)) is not None and expression[:1] in "[{":
            with contextlib.suppress(ValueError):
                value = parse_literal(expression)
    if isinstance(value, Mapping):
        return {key: _known_parts(inner, context, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_known_parts(inner, context, depth + 1) for inner in value]
    return resolve_template(value, context.scope) if isinstance(value, str) else value


def _strings(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(str(item) for item in items if item is not None)


def _matches(pattern: str, action: str) -> bool:
    if "${" in pattern:
        return False
    if "*" not in pattern and "?" not in pattern:
        return pattern == action
    return matches_wildcards(action, pattern)
