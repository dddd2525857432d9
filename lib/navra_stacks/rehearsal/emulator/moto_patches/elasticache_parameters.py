"""Parameter groups of caches."""

from __future__ import annotations

from typing import Any

from moto.core.common_models import BaseModel
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.utilities.utils import get_partition

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = ["caches_have_parameter_groups"]


class CacheParameterGroup(BaseModel):
    """What somebody made; those that AWS makes, `default.valkey8` and such, are not here."""

    def __init__(self, backend: Any, name: str, family: str, description: str) -> None:
        self.cache_parameter_group_name = name
        self.cache_parameter_group_family = family
        self.description = description
        self.is_global = False
        region, partition = backend.region_name, get_partition(backend.region_name)
        owner = f"{region}:{backend.account_id}"
        self.arn = f"arn:{partition}:elasticache:{owner}:parametergroup:{name}"
        self.values: dict[str, str] = {}
        """What differs from the family's own."""


def caches_have_parameter_groups() -> None:
    """Goes when moto has CreateCacheParameterGroup and what belongs to it."""
    if hasattr(ElastiCacheResponse, create_cache_parameter_group.__name__):
        return
    add_to(
        ElastiCacheResponse,
        create_cache_parameter_group,
        describe_cache_parameter_groups,
        modify_cache_parameter_group,
        reset_cache_parameter_group,
        describe_cache_parameters,
        delete_cache_parameter_group,
    )

    @around(ElastiCacheBackend)
    def list_tags_for_resource(told: Any, backend: Any, arn: str) -> Any:
        if any(group.arn == arn for group in _groups(backend).values()):
            return backend.tagging_service.list_tags_for_resource(arn)
        return told(backend, arn)


def _groups(backend: Any) -> dict[str, CacheParameterGroup]:
    # Among what the backend forgets when it is reset.
    groups: dict[str, CacheParameterGroup] = vars(backend).setdefault("cache_parameter_groups", {})
    return groups


def _found(response: Any) -> CacheParameterGroup:
    name = response._get_param("CacheParameterGroupName")
    if name not in (groups := _groups(response.elasticache_backend)):
        raise ElastiCacheException("CacheParameterGroupNotFoundFault", f"{name} does not exist")
    return groups[name]


def create_cache_parameter_group(response: Any) -> ActionResult:
    """A group with its family's values."""
    backend, asked = response.elasticache_backend, response._get_params()
    name = asked["CacheParameterGroupName"]
    if name in (groups := _groups(backend)):
        raise ElastiCacheException(
            "CacheParameterGroupAlreadyExistsFault", f"{name} exists already"
        )
    made = CacheParameterGroup(
        backend, name, asked["CacheParameterGroupFamily"], asked["Description"]
    )
    groups[name] = made
    backend.tagging_service.tag_resource(made.arn, asked.get("Tags", []))
    return ActionResult({"CacheParameterGroup": made})


def describe_cache_parameter_groups(response: Any) -> ActionResult:
    """One, or all."""
    if response._get_param("CacheParameterGroupName"):
        return ActionResult({"CacheParameterGroups": [_found(response)]})
    return ActionResult({"CacheParameterGroups": [*_groups(response.elasticache_backend).values()]})


def modify_cache_parameter_group(response: Any) -> ActionResult:
    """Other values."""
    group = _found(response)
    for one in response._get_param("ParameterNameValues", []):
        group.values[one["ParameterName"]] = one["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def reset_cache_parameter_group(response: Any) -> ActionResult:
    """The family's values, of all or of some."""
    group = _found(response)
    if response._get_bool_param("ResetAllParameters"):
        group.values.clear()
    for one in response._get_param("ParameterNameValues", []):
        group.values.pop(one["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def describe_cache_parameters(response: Any) -> ActionResult:
    """What somebody set. What the family sets is not known here, and so not told."""
    group = _found(response)
    if response._get_param("Source", "user") != "user":
        return ActionResult({"Parameters": []})
    parameters = [
        {
            "ChangeType": "immediate",
            "DataType": "string",
            "IsModifiable": True,
            "ParameterName": name,
            "ParameterValue": value,
            "Source": "user",
        }
        for name, value in group.values.items()
    ]
    return ActionResult({"Parameters": parameters})


def delete_cache_parameter_group(response: Any) -> EmptyResult:
    """A group that nothing uses."""
    backend, group = response.elasticache_backend, _found(response)
    name = group.cache_parameter_group_name
    if users := [
        one.replication_group_id
        for one in backend.replication_groups.values()
        if one.cache_parameter_group_name == name
    ]:
        raise ElastiCacheException(
            "InvalidCacheParameterGroupStateFault", f"{name} is in use by {', '.join(users)}"
        )
    del _groups(backend)[name]
    backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return EmptyResult()
