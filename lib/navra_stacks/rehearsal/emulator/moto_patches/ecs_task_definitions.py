"""Patches for ECS task definitions."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import EcsClientException, TaskDefinitionNotFoundException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import around, page_of

__all__ = ["list_task_definitions_in_order", "use_active_task_definitions_only"]

PAGE = 100
"""The number of ARNs that ListTaskDefinitions returns without ``maxResults``."""


def list_task_definitions_in_order() -> None:
    """Make ListTaskDefinitions sort the ARNs and return pages of them.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html: by
    family, then by number; ``DESC`` reverses both. ``familyPrefix`` is the full name of a family.

    Remove this patch when moto's ListTaskDefinitions has ``sort`` and ``maxResults``.
    """

    @around(EC2ContainerServiceResponse)
    def list_task_definitions(_: Any, response: Any) -> ActionResult:
        family, status = response._get_param("familyPrefix"), response._get_param("status")
        found = sorted(
            (definition.family, definition.revision, definition.arn)
            for revisions in response.ecs_backend.task_definitions.values()
            for definition in revisions.values()
            if family in (None, definition.family) and definition.status == (status or "ACTIVE")
        )
        if response._get_param("sort") == "DESC":
            found.reverse()
        page, token = page_of(found, response, PAGE)
        arns = [arn for _, _, arn in page]
        return ActionResult({"taskDefinitionArns": arns, **token})


def use_active_task_definitions_only() -> None:
    """Make CreateService, UpdateService and RunTask refuse an inactive task definition.

    They use the latest active revision of a family. UpdateService stores the ARN of the revision.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html:
    "You can't use an INACTIVE task definition to run new tasks or create new services, and you
    can't update an existing service to reference an INACTIVE task definition." On AWS that may
    take effect 10 minutes later. The error code is not verified.

    Remove this patch when moto refuses an inactive task definition.
    """

    @around(EC2ContainerServiceBackend)
    def create_service(create: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
        # The fourth argument; a service with an external deployment controller has none.
        name = arguments[3] if len(arguments) > 3 else named.get("task_definition_str")
        if name:
            _active_arn(backend, name)
        return create(backend, *arguments, **named)

    @around(EC2ContainerServiceBackend)
    def update_service(update: Any, backend: Any, properties: dict[str, Any]) -> Any:
        if name := properties.get("task_definition"):
            properties["task_definition"] = _active_arn(backend, name)
        return update(backend, properties)

    @around(EC2ContainerServiceBackend)
    def run_task(
        run: Any, backend: Any, cluster: Any, name: str, *others: Any, **named: Any
    ) -> Any:
        return run(backend, cluster, _active_arn(backend, name), *others, **named)


def _active_arn(backend: Any, name: str) -> str:
    """Return the ARN of a task definition or of the latest active revision of a family.

    Raises:
        EcsClientException: the revision is inactive.
        TaskDefinitionNotFoundException: there is no such revision or family.
    """
    _, _, short = name.rpartition("/")
    if ":" not in short:
        revisions = backend.task_definitions.get(short, {}).values()
        active = [revision for revision in revisions if revision.status == "ACTIVE"]
        if not active:
            raise TaskDefinitionNotFoundException
        return str(max(active, key=lambda revision: revision.revision).arn)
    definition = backend.describe_task_definition(name)
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    return str(definition.arn)
