"""The services of a document with their tasks, one-off tasks and target groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.deploy.description import FILE_NAME, DeploymentDescription
from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.local.static_values import static_scope
from navra_stacks.local.task_model import TaskModel
from navra_stacks.local.task_reader import read_task
from navra_stacks.terraform.document import Block, DocumentError, TerraformDocument, nested_blocks
from navra_stacks.terraform.expressions import UnresolvedError, evaluate, references

__all__ = ["Application", "LocalService", "OneOffTask"]

_TASK_DEFINITION = "aws_ecs_task_definition"


@dataclass(frozen=True, slots=True)
class OneOffTask:
    """A command that runs before the services."""

    name: str

    service: str

    task: TaskModel

    container: str
    """The name of the container whose exit code is the result."""


@dataclass(frozen=True, slots=True)
class TargetPort:
    """A port of a container that receives the requests of a target group."""

    target_group: str
    """The Terraform address of the target group."""

    container: str

    port: int


@dataclass(frozen=True, slots=True)
class LocalService:
    """An ECS service."""

    name: str
    """The name in the settings; that of the main container if the settings are not known."""

    service: str
    """The name of the ECS service."""

    task: TaskModel

    main: str
    """The name of the main container."""

    replaced: tuple[str, ...]
    """The names of the containers whose image is the application's."""

    targets: tuple[TargetPort, ...]

    grace_seconds: int
    """The time after the start of a task during which failed health checks are ignored."""

    one_off_tasks: tuple[OneOffTask, ...] = ()

    def with_task(self, task: TaskModel) -> LocalService:
        """Return a copy in which a task replaces that of the same family."""
        if task.family == self.task.family:
            return replace(self, task=task)
        others = tuple(
            replace(one, task=task) if one.task.family == task.family else one
            for one in self.one_off_tasks
        )
        return replace(self, one_off_tasks=others)


class Application:
    """The services of a document.

    Args:
        document: The document.
        name: The name of the stack in messages.
        description: The description of the environment, with the names in the settings and the
            one-off tasks; None for the document of another tool.
        applied: The attributes of applied resources by address, and the values of variables as
            those of ``var``; None for a document that was not applied.
    """

    def __init__(
        self,
        document: TerraformDocument,
        name: str,
        description: DeploymentDescription | None = None,
        applied: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.document = document
        self.name = name
        self.description = description
        self._applied = applied or {}
        self._static = static_scope(document)

    @classmethod
    def read(cls, path: Path, name: str) -> Application:
        """Read a document, and the description beside it if there is one.

        Raises:
            NavraError: a file cannot be read, or the document has no ECS service.
        """
        beside = path.with_name(FILE_NAME)
        description = DeploymentDescription.read(beside) if beside.is_file() else None
        application = cls(TerraformDocument.read(path), name, description)
        if not application.services:
            raise NavraError(f"{path} has no aws_ecs_service with a task definition of its own")
        return application

    def select(self, names: Sequence[str]) -> tuple[LocalService, ...]:
        """Return the services with the names; all services if there are no names.

        Raises:
            NavraError: there is no such service.
        """
        known = {one.name: one for one in self.services}
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known, f"its services are {', '.join(known)}")
                raise NavraError(f"{self.name} has no service {name!r}; {hint}")
        return tuple(one for one in self.services if not names or one.name in names)

    @cached_property
    def services(self) -> tuple[LocalService, ...]:
        """The services in the order of the description, or by address."""
        found = {one.service: one for one in self._services()}
        described = self._described
        names = dict.fromkeys((*(name for name in described if name in found), *found))
        return tuple(found[name] for name in names)

    @property
    def host(self) -> str | None:
        """The host name of the load balancer; None if it is not known."""
        if self.description is not None:
            return self.description.host
        for record in self.document.all("aws_route53_record"):
            name = self._evaluated(record.get("name"))
            if name and any(one.startswith("aws_lb.") for one in references(record.get("alias"))):
                return str(name)
        return None

    @cached_property
    def region(self) -> str:
        """The Region of the provider; ``us-east-1`` if the document does not set it."""
        for provider in nested_blocks(self.document.content.get("provider", {}), "aws"):
            value = self._evaluated(provider.get("region"))
            if value:
                return str(value)
        return "us-east-1"

    @cached_property
    def _described(self) -> Mapping[str, Any]:
        services = () if self.description is None else self.description.services
        return {one.service: one for one in services}

    def _services(self) -> Iterator[LocalService]:
        names: set[str] = set()
        for block in self.document.all("aws_ecs_service"):
            definition = self._task_definition(block)
            if definition is None:
                continue
            task = read_task(definition, self._scope)
            targets = tuple(self._targets(block))
            _check_containers(targets, task, block)
            task = task.with_ports([(one.container, one.port) for one in targets])
            service = str(self._evaluated(block.get("name")) or block.name)
            essential = [one.name for one in task.containers if one.is_essential]
            if not essential:
                raise DocumentError(
                    f"{definition.address} has no essential container; set essential in the "
                    "definition of the main container"
                )
            main = targets[0].container if targets else essential[0]
            described = self._described.get(service)
            name = described.name if described else main
            if name in names:
                name = service
            names.add(name)
            yield LocalService(
                name=name,
                service=service,
                task=task,
                main=main,
                replaced=(described.containers if described else ()) or (main,),
                targets=targets,
                grace_seconds=int(
                    self._evaluated(block.get("health_check_grace_period_seconds")) or 0
                ),
                one_off_tasks=tuple(
                    OneOffTask(one.name, name, self._family(one.family), one.container)
                    for one in (described.one_off_tasks if described else ())
                ),
            )

    def _task_definition(self, service: Block) -> Block | None:
        for reference in references(service.get("task_definition")):
            type_, name, *_ = reference.split(".")
            for block in self.document.all(_TASK_DEFINITION):
                if (type_, name) == (block.type, block.name):
                    return block
        return None

    def _family(self, family: str) -> TaskModel:
        try:
            block = self.document.one(_TASK_DEFINITION, family=family)
        except DocumentError as error:
            raise NavraError(
                f"{FILE_NAME} belongs to another document: {error}; write both with `navra synth`"
            ) from None
        return read_task(block, self._scope)

    def _targets(self, service: Block) -> Iterator[TargetPort]:
        for one in nested_blocks(service.body, "load_balancer"):
            for reference in references(one.get("target_group_arn")):
                yield TargetPort(
                    ".".join(reference.split(".")[:2]),
                    str(self._required(service, one, "container_name")),
                    int(self._required(service, one, "container_port")),
                )

    def _scope(self, owner: str, name: str) -> Any:
        value = self._applied.get(owner, {}).get(name)
        return self._static(owner, name) if value is None else value

    def _required(self, service: Block, balancer: Mapping[str, Any], name: str) -> Any:
        value = self._evaluated(balancer.get(name))
        if value is None:
            raise DocumentError(
                f"{service.address}: {name} of load_balancer is not known before a plan; write "
                "the value"
            )
        return value

    def _evaluated(self, written: Any) -> Any:
        try:
            return evaluate(written, self._scope)
        except UnresolvedError:
            return None


def _check_containers(targets: Sequence[TargetPort], task: TaskModel, service: Block) -> None:
    names = [one.name for one in task.containers]
    for target in targets:
        if target.container not in names:
            hint = did_you_mean(target.container, names, f"it has {', '.join(names)}")
            raise DocumentError(
                f"{service.address}: {task.address} has no container {target.container!r}; {hint}"
            )
