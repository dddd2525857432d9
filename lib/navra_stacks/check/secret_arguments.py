"""The arguments with secret values, and the resources that generate secrets into the state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.values import Values

__all__ = ["GENERATED", "secret_values"]

_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "aws_db_instance": ("password",),
    "aws_directory_service_directory": ("password",),
    "aws_docdb_cluster": ("master_password",),
    "aws_elasticache_replication_group": ("auth_token",),
    "aws_elasticache_user": ("passwords", "authentication_mode.passwords"),
    "aws_iam_user_login_profile": ("password",),
    "aws_memorydb_user": ("authentication_mode.passwords",),
    "aws_mq_broker": ("user.password",),
    "aws_opensearch_domain": (
        "advanced_security_options.master_user_options.master_user_password",
    ),
    "aws_rds_cluster": ("master_password",),
    "aws_redshift_cluster": ("master_password",),
    "aws_redshiftserverless_namespace": ("admin_user_password",),
    "aws_secretsmanager_secret_version": ("secret_string", "secret_binary"),
    "aws_ssm_parameter": ("value",),
}
"""The arguments whose values Terraform writes into the state. The parameters of Systems Manager are
secrets only if their type is SecureString."""

_WRITE_ONLY: Mapping[str, tuple[str, ...]] = {
    "aws_db_instance": ("password_wo",),
    "aws_docdb_cluster": ("master_password_wo",),
    "aws_rds_cluster": ("master_password_wo",),
    "aws_redshift_cluster": ("master_password_wo",),
    "aws_secretsmanager_secret_version": ("secret_string_wo",),
    "aws_ssm_parameter": ("value_wo",),
}
"""The arguments whose values Terraform does not write into the state."""

GENERATED: Mapping[str, str] = {
    "aws_iam_access_key": "secret access key",
    "random_password": "password",
    "tls_private_key": "private key",
}
"""The resources whose secret values Terraform generates and writes into the state."""


def secret_values(
    document: CheckedDocument, *, write_only: bool
) -> Iterator[tuple[CheckedResource, str, Any]]:
    """Yield each argument with a secret value: its resource, its path, and the value as written.

    Args:
        document: The document.
        write_only: True to yield the write-only arguments as well.
    """
    for table in (_ARGUMENTS, *((_WRITE_ONLY,) if write_only else ())):
        for type_, paths in table.items():
            for resource in document.all(type_):
                if type_ == "aws_ssm_parameter" and resource.string("type") != "SecureString":
                    continue
                for path in paths:
                    for value in _at(resource, path.split(".")):
                        yield resource, path, value


def _at(values: Values, path: list[str]) -> Iterator[Any]:
    name, *rest = path
    if rest:
        for block in values.blocks(name):
            yield from _at(block, rest)
    elif values.is_known and not values.is_absent(name):
        yield values.body.get(name)
