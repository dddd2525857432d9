"""Patches for the Resource Groups Tagging API."""

from __future__ import annotations

from typing import Any

from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["return_listed_resources_in_one_page"]


def return_listed_resources_in_one_page() -> None:
    """Make GetResources return all resources in ``ResourceARNList`` at once.

    AWS does not accept a pagination token together with this parameter. Remove this patch when moto
    returns all of them.
    """

    @around(ResourceGroupsTaggingAPIBackend)
    def get_resources(get: Any, backend: Any, **arguments: Any) -> Any:
        if not arguments.get("resource_arn_list"):
            return get(backend, **arguments)
        arns = arguments["resource_arn_list"]
        return None, list(backend._get_resources_generator(resource_arn_list=arns))
