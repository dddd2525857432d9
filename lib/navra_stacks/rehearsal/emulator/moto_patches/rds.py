"""Databases."""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBInstance, DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = [
    "a_database_has_the_certificate_authority_of_aws",
    "a_database_tells_its_performance_insights",
    "parameters_tell_who_set_them",
]


def a_database_has_the_certificate_authority_of_aws() -> None:
    """By default, so that the provider does not change it and wait for that, which takes 80 s.

    Goes when moto's is no longer `rds-ca-default`, which is none of AWS's.
    """

    @around(RDSBackend)
    def create_db_instance(create: Any, backend: Any, db_kwargs: dict[str, Any]) -> DBInstance:
        database: DBInstance = create(backend, db_kwargs)
        if database.ca_certificate_identifier == "rds-ca-default":
            database.ca_certificate_identifier = "rds-ca-rsa2048-g1"
        return database


def a_database_tells_its_performance_insights() -> None:
    """Goes when moto's `DBInstance` has `performance_insights_enabled`."""

    @around(RDSBackend)
    def create_db_instance(create: Any, backend: Any, db_kwargs: dict[str, Any]) -> DBInstance:
        database: Any = create(backend, db_kwargs)
        if not hasattr(database, "performance_insights_enabled"):
            _keep(database, {"enable_performance_insights": False, **db_kwargs})
        return database  # type: ignore[no-any-return]

    @around(RDSBackend)
    def modify_db_instance(
        modify: Any, backend: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]
    ) -> DBInstance:
        database: DBInstance = modify(backend, db_instance_identifier, db_kwargs)
        _keep(database, db_kwargs)
        return database


def _keep(database: Any, asked: dict[str, Any]) -> None:
    if "enable_performance_insights" in asked:
        enabled = bool(asked["enable_performance_insights"])
        database.performance_insights_enabled = enabled
        database.performance_insights_retention_period = 7 if enabled else None
        database.performance_insights_kms_key_id = None
    for name in ("performance_insights_kms_key_id", "performance_insights_retention_period"):
        if name in asked:
            setattr(database, name, asked[name])


def parameters_tell_who_set_them() -> None:
    """A user, of all that moto knows. Goes when its DescribeDBParameters tells a `Source`."""

    @around(DBParameterGroup)
    def update_parameters(update: Any, group: Any, *arguments: Any, **named: Any) -> None:
        update(group, *arguments, **named)
        for parameter in group.parameters.values():
            parameter.setdefault("Source", "user")

    @around(RDSResponse)
    def describe_db_parameters(describe: Any, response: Any) -> Any:
        answer, source = describe(response), response.params.get("Source")
        if source:
            found = [one for one in answer.result["Parameters"] if one.get("Source") == source]
            answer.result["Parameters"] = found
        return answer
