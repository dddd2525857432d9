"""Patches for ElastiCache parameter groups."""

from __future__ import annotations

from typing import Any

from moto.core.common_models import BaseModel
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.utilities.utils import get_partition

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = ["add_parameter_groups"]


class CacheParameterGroup(BaseModel):
    """A cache parameter group that was created in the emulator.

    The default parameter groups of AWS, for example ``default.valkey8``, are not emulated.
    """

    def __init__(self, backend: Any, name: str, family: str, description: str) -> None:
        self.cache_parameter_group_name = name
        self.cache_parameter_group_family = family
        self.description = description
        self.is_global = False
        region, partition = backend.region_name, get_partition(backend.region_name)
        owner = f"{region}:{backend.account_id}"
        self.arn = f"arn:{partition}:elasticache:{owner}:parametergroup:{name}"
        self.values: dict[str, str] = {}
        """The values that differ from the defaults of the family, by parameter name."""


def add_parameter_groups() -> None:
    """Add operations for cache parameter groups.

    Remove this patch when moto has CreateCacheParameterGroup and the operations that change,
    describe, reset and delete parameter groups.
    """
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
    def list_tags_for_resource(list_tags: Any, backend: Any, arn: str) -> Any:
        if any(group.arn == arn for group in _groups(backend).values()):
            return backend.tagging_service.list_tags_for_resource(arn)
        return list_tags(backend, arn)


def _groups(backend: Any) -> dict[str, CacheParameterGroup]:
    # In an attribute of the backend, so that a reset deletes them.
    groups: dict[str, CacheParameterGroup] = vars(backend).setdefault("cache_parameter_groups", {})
    return groups


def _requested_group(response: Any) -> CacheParameterGroup:
    name = response._get_param("CacheParameterGroupName")
    if name not in (groups := _groups(response.elasticache_backend)):
        raise ElastiCacheException("CacheParameterGroupNotFoundFault", f"{name} does not exist")
    return groups[name]


def create_cache_parameter_group(response: Any) -> ActionResult:
    """Create a parameter group with the default values of a parameter group family."""
    backend, parameters = response.elasticache_backend, response._get_params()
    name = parameters["CacheParameterGroupName"]
    if name in (groups := _groups(backend)):
        raise ElastiCacheException(
            "CacheParameterGroupAlreadyExistsFault", f"{name} exists already"
        )
    group = CacheParameterGroup(
        backend, name, parameters["CacheParameterGroupFamily"], parameters["Description"]
    )
    groups[name] = group
    backend.tagging_service.tag_resource(group.arn, parameters.get("Tags", []))
    return ActionResult({"CacheParameterGroup": group})


def describe_cache_parameter_groups(response: Any) -> ActionResult:
    """Return the parameter group that the request names, or all groups if it names none."""
    if response._get_param("CacheParameterGroupName"):
        return ActionResult({"CacheParameterGroups": [_requested_group(response)]})
    return ActionResult({"CacheParameterGroups": [*_groups(response.elasticache_backend).values()]})


def modify_cache_parameter_group(response: Any) -> ActionResult:
    """Set the values of the parameters that the request names."""
    group = _requested_group(response)
    for parameter in response._get_param("ParameterNameValues", []):
        group.values[parameter["ParameterName"]] = parameter["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def reset_cache_parameter_group(response: Any) -> ActionResult:
    """Reset the parameters that the request names, or all of them, to the family's defaults."""
    group = _requested_group(response)
    if response._get_bool_param("ResetAllParameters"):
        group.values.clear()
    for parameter in response._get_param("ParameterNameValues", []):
        group.values.pop(parameter["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def describe_cache_parameters(response: Any) -> ActionResult:
    """Return the parameters that a user has set; the family's defaults are not emulated."""
    group = _requested_group(response)
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
    """Delete a parameter group that no replication group uses."""
    backend, group = response.elasticache_backend, _requested_group(response)
    name = group.cache_parameter_group_name
    if users := [
        replication_group.replication_group_id
        for replication_group in backend.replication_groups.values()
        if replication_group.cache_parameter_group_name == name
    ]:
        raise ElastiCacheException(
            "InvalidCacheParameterGroupStateFault", f"{name} is in use by {', '.join(users)}"
        )
    del _groups(backend)[name]
    backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return EmptyResult()
