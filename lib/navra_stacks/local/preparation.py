"""What precedes the start of the tasks: images, secrets, the network and the data servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from navra_stacks.local.application import LocalService
from navra_stacks.local.aws_access import AwsAccess, without_access
from navra_stacks.local.data.certificates import ca_variables
from navra_stacks.local.data.consumers import Consumer
from navra_stacks.local.data.plan import plan_data
from navra_stacks.local.data_container import start_data_server, wait_until_ready
from navra_stacks.local.images import Images
from navra_stacks.local.pause_image import load_pause_image
from navra_stacks.local.run_context import RunContext
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.task_model import TaskModel
from navra_stacks.local.verdict import Fault

__all__ = ["Preparation"]

_BUNDLE = "/run/navra/ca-certificates.crt"
"""The path of the certificate authorities in the containers."""


class Preparation:
    """The images, secrets and data servers of the services of a run.

    Args:
        context: The run.
        services: The services.
    """

    def __init__(self, context: RunContext, services: Sequence[LocalService]) -> None:
        self.services = list(services)
        """The services, whose containers have the users of their images."""
        self.faults: dict[str, list[Fault]] = {one.name: [] for one in services}
        """The faults that are known before a start, by service."""
        self.inputs: dict[str, dict[str, TaskInputs]] = {}
        """The inputs of each task by family, by the services that can start."""
        self._context = context
        self._shared: dict[str, int] = {}
        application, options = context.application, context.options
        names = [one.name for one in services]
        others = [one for one in application.services if one.name not in names]
        self.plan = plan_data(
            application.document,
            _consumers(services),
            file=options.secrets,
            images=options.data_images,
            others=_consumers(others),
        )

    def check(self) -> None:
        """Find the secrets and the images, and pull images that the engine does not have.

        Raises:
            EngineError: the image of a data server cannot be pulled.
        """
        context, plan = self._context, self.plan
        for message in plan.messages:
            context.report(message)
        for missing in plan.missing:
            secret = f" of the secret {missing.secret}" if missing.secret else ""
            reason, _, repair = missing.reason.partition("; ")
            message = f"the variable {missing.variable}{secret} {reason}"
            self._add(missing.service, Fault("secret-missing", message, repair))
        images = Images(
            context.engine,
            context.options.images,
            context.report,
            use_platform=context.options.use_platform,
        )
        pause = load_pause_image(context.engine)
        self.services = [self._check(one, images, pause) for one in self.services]
        for server in plan.servers if self.inputs else ():
            images.data(server.image)
        for values in plan.values.values():
            context.redaction.add(values.values())
        context.redaction.add(server.connection.password for server in plan.servers)

    def start(self) -> None:
        """Start the network and the data servers, and complete the inputs with what they need.

        Raises:
            NavraError: a server does not start, or there are no credentials.
        """
        context = self._context
        context.engine.run("network", "create", *context.labels.options, context.network)
        servers = [
            (start_data_server(context.engine, context.labels, one, context.network), one)
            for one in self.plan.servers
        ]
        for name, server in servers:
            wait_until_ready(context.engine, name, server, context.report)
        files: tuple[str, ...] = ()
        environment: dict[str, str] = {}
        if self.plan.bundle is not None:
            path = context.directory / "ca-certificates.crt"
            path.write_text(self.plan.bundle, encoding="utf-8")
            path.chmod(0o644)
            files = tuple(context.engine.dialect.file(path, _BUNDLE))
            environment |= ca_variables(_BUNDLE)
        access = AwsAccess.open(context)
        if access is not None:
            context.resources.callback(access.close)
            context.redaction.add(access.secrets)
        for service in self.services:
            tasks = self.inputs.get(service.name, {})
            for task in _tasks(service) if tasks else ():
                given = tasks[task.family]
                secrets = {}
                for container in task.containers:
                    added = environment | (
                        without_access(context.application.region)
                        if access is None
                        else access.variables(task, container.name)
                    )
                    for name in container.environment:
                        added.pop(name, None)
                    secrets[container.name] = {**added, **given.secrets[container.name]}
                tasks[task.family] = replace(
                    given,
                    files=files,
                    directories=self._shared_directories(task),
                    secrets=secrets,
                    host_address=None if access is None else access.address,
                )

    def _check(self, service: LocalService, images: Images, pause: str) -> LocalService:
        """Find the images of a service, and return it with the users of its images."""
        tasks: dict[str, TaskInputs] = {}
        for task in _tasks(service):
            references, faults = images.of(service, task)
            for fault in faults:
                self._add(service.name, fault)
            secrets = {
                one.name: self.plan.environment(task.family, one.name) for one in task.containers
            }
            network = self._context.network
            tasks[task.family] = TaskInputs(
                references, network, pause, secrets, images.platform(task)
            )
            service = service.with_task(images.with_users(task, references))
        # An image of another architecture can run here, where that of the engine is another.
        if all(one.kind == "architecture" for one in self.faults[service.name]):
            self.inputs[service.name] = tasks
        return service

    def _add(self, service: str, fault: Fault) -> None:
        if fault not in self.faults[service]:
            self.faults[service].append(fault)

    def _shared_directories(self, task: TaskModel) -> dict[str, Path]:
        """Return a directory for each EFS volume of a task; the same volume has the same one."""
        found = {}
        for volume in task.volumes:
            if volume.shared is not None:
                number = self._shared.setdefault(volume.shared, len(self._shared))
                path = self._context.directory / f"efs-{number}"
                path.mkdir(exist_ok=True)
                path.chmod(0o1777)
                found[volume.name] = path
        return found


def _consumers(services: Sequence[LocalService]) -> list[Consumer]:
    return [
        Consumer(service.name, task.family, definition)
        for service in services
        for task in _tasks(service)
        for definition in task.definitions
    ]


def _tasks(service: LocalService) -> Iterator[TaskModel]:
    """Yield the task of a service, and its one-off tasks."""
    yield service.task
    for one in service.one_off_tasks:
        yield one.task
