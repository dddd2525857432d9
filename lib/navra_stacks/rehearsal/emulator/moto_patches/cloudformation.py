"""Patches for CloudFormation stacks."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse, StackResourceDTO
from moto.core.resource_tagging import iter_taggable_backends
from moto.core.responses import ActionResult

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["find_stacks_by_physical_id", "tag_resources_of_stacks"]


def find_stacks_by_physical_id() -> None:
    """Make DescribeStackResources find the stack of a resource by ``PhysicalResourceId``.

    Remove this patch when moto supports the parameter.
    """

    @around(CloudFormationResponse)
    def describe_stack_resources(describe: Any, response: Any) -> Any:
        physical_id = response._get_param("PhysicalResourceId")
        if physical_id is None:
            return describe(response)
        for stack in response.cloudformation_backend.stacks.values():
            resources = list(stack.stack_resources)
            ids = {getattr(resource, "physical_resource_id", None) for resource in resources}
            if physical_id in ids:
                found = [StackResourceDTO(stack, resource) for resource in resources]
                return ActionResult({"StackResources": found})
        raise ValidationError(message=f"Stack for {physical_id} does not exist")


def tag_resources_of_stacks() -> None:
    """Make a stack tag its resources with its ID, its name and their logical IDs.

    moto tags EC2 resources only. Remove this patch when moto tags the others too.
    """

    @around(ResourceMap)
    def create(create_resources: Any, resources: Any, template: Any) -> bool:
        created: bool = create_resources(resources, template)
        for logical_id in resources.resources:
            tags = {
                "aws:cloudformation:logical-id": logical_id,
                "aws:cloudformation:stack-id": resources["AWS::StackId"],
                "aws:cloudformation:stack-name": resources["AWS::StackName"],
            }
            arn = str(getattr(resources[logical_id], "arn", ""))
            for backend in iter_taggable_backends(resources._account_id, resources._region_name):
                if arn and backend.owns_arn(arn):
                    backend.tag_resource(arn, tags)
        return created
