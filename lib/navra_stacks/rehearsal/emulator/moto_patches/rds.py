"""Patches for RDS databases."""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBInstance, DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = [
    "add_parameter_source",
    "store_performance_insights",
    "use_default_certificate_authority_of_aws",
]


def use_default_certificate_authority_of_aws() -> None:
    """Make new databases use the default certificate authority of AWS.

    Without the patch, the provider changes the certificate authority and waits for 80 s. Remove
    this patch when moto's default is no longer ``rds-ca-default``, which does not exist in AWS.
    """

    @around(RDSBackend)
    def create_db_instance(create: Any, backend: Any, db_kwargs: dict[str, Any]) -> DBInstance:
        database: DBInstance = create(backend, db_kwargs)
        if database.ca_certificate_identifier == "rds-ca-default":
            database.ca_certificate_identifier = "rds-ca-rsa2048-g1"
        return database


def store_performance_insights() -> None:
    """Make CreateDBInstance and ModifyDBInstance store the Performance Insights settings.

    Remove this patch when moto's `DBInstance` has `performance_insights_enabled`.
    """

    @around(RDSBackend)
    def create_db_instance(create: Any, backend: Any, db_kwargs: dict[str, Any]) -> DBInstance:
        database: Any = create(backend, db_kwargs)
        if not hasattr(database, "performance_insights_enabled"):
            _store_insights(database, {"enable_performance_insights": False, **db_kwargs})
        return database  # type: ignore[no-any-return]

    @around(RDSBackend)
    def modify_db_instance(
        modify: Any, backend: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]
    ) -> DBInstance:
        database: DBInstance = modify(backend, db_instance_identifier, db_kwargs)
        _store_insights(database, db_kwargs)
        return database


def _store_insights(database: Any, arguments: dict[str, Any]) -> None:
    if "enable_performance_insights" in arguments:
        enabled = bool(arguments["enable_performance_insights"])
        database.performance_insights_enabled = enabled
        database.performance_insights_retention_period = 7 if enabled else None
        database.performance_insights_kms_key_id = None
    for name in ("performance_insights_kms_key_id", "performance_insights_retention_period"):
        if name in arguments:
            setattr(database, name, arguments[name])


def add_parameter_source() -> None:
    """Make DescribeDBParameters return the `Source` of each parameter, and filter by `Source`.

    `Source` is always ``user``, because moto stores only parameters that a user has set.

    Remove this patch when moto's DescribeDBParameters returns `Source`.
    """

    @around(DBParameterGroup)
    def update_parameters(update: Any, group: Any, *arguments: Any, **named: Any) -> None:
        update(group, *arguments, **named)
        for parameter in group.parameters.values():
            parameter.setdefault("Source", "user")

    @around(RDSResponse)
    def describe_db_parameters(describe: Any, response: Any) -> Any:
        result, source = describe(response), response.params.get("Source")
        if source:
            parameters = result.result["Parameters"]
            result.result["Parameters"] = [
                parameter for parameter in parameters if parameter.get("Source") == source
            ]
        return result
