"""Run the services of a document here: data servers, one-off tasks, load balancers and services."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from navra_stacks.local.application import Application, LocalService
from navra_stacks.local.aws_access import AwsAccess, without_access
from navra_stacks.local.cleanup import remove_leftovers, remove_run
from navra_stacks.local.data.certificates import ca_variables
from navra_stacks.local.data.consumers import Consumer
from navra_stacks.local.data.plan import DataPlan, plan_data
from navra_stacks.local.data_container import start_data_server, wait_until_ready
from navra_stacks.local.differences import differences
from navra_stacks.local.engine import Engine
from navra_stacks.local.images import Images
from navra_stacks.local.keep_alive import KeepAliveProbes
from navra_stacks.local.labels import Labels
from navra_stacks.local.load_balancer.listeners import load_balancers
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.one_off_run import run_one_off_tasks
from navra_stacks.local.pause_image import load_pause_image
from navra_stacks.local.redaction import Redaction
from navra_stacks.local.route_requests import RouteResult, request_routes
from navra_stacks.local.running_task import TaskInputs
from navra_stacks.local.secrets.secrets_file import SecretsFile
from navra_stacks.local.service_run import ServiceRun
from navra_stacks.local.task_model import TaskModel
from navra_stacks.local.verdict import Fault, LocalResult, ServiceResult
from navra_stacks.local.watchdog import Watchdog

__all__ = ["LocalOptions", "LocalRun"]

_BUNDLE = "/run/navra/ca-certificates.crt"
"""The path of the certificate authorities in the containers."""

_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """The options of a run."""

    images: Mapping[str, str] = field(default_factory=dict)
    """The images by SERVICE or SERVICE.CONTAINER."""

    secrets: SecretsFile = field(default_factory=SecretsFile)

    data_images: Mapping[str, str] = field(default_factory=dict)
    """The images of data servers by the name of a secret."""

    port: int = 0
    """The port of the first listener on loopback; 0 for free ports."""

    use_platform: bool = False
    """Run images of the described architecture, which the engine emulates."""

    is_kept: bool = False
    """Leave the containers after the end."""

    keep_alive_seconds: float = 10
    """The time for which idle connections are observed in a check."""

    profile: str | None = None
    """The AWS profile whose credentials the tasks get."""

    endpoint_url: str | None = None
    """The URL of an emulated AWS that the tasks use."""


class LocalRun:
    """A run, as a context manager that removes everything at its end.

    Args:
        application: The services of the document.
        services: The services that run.
        engine: The engine.
        options: The options.
        report: A function that is called, from several threads, with each line of the progress and
            of the logs.
    """

    def __init__(
        self,
        application: Application,
        services: Sequence[LocalService],
        engine: Engine,
        options: LocalOptions,
        report: Callable[[str], None],
    ) -> None:
        self._application = application
        self._services = services
        self._engine = engine
        self._options = options
        self._redaction = Redaction()
        self._report: Callable[[str], None] = lambda line: report(self._redaction.apply(line))
        self._labels = Labels.new(is_kept=options.is_kept)
        self._network = self._labels.name("network")
        self._runs: list[ServiceRun] = []
        self._results = {one.name: ServiceResult(one.name) for one in services}
        self._balancers: dict[LocalLoadBalancer, Mapping[int, int]] = {}
        self._routes: tuple[RouteResult, ...] = ()
        self._urls: dict[int, str] = {}
        self._resources = ExitStack()
        self._differences: tuple[str, ...] = ()
        self._probes: KeepAliveProbes | None = None
        self._is_stopped = False

    def __enter__(self) -> Self:
        removed = remove_leftovers(self._engine, kept=False)
        if str(removed):
            self._report(f"removed what a killed run had left: {removed}")
        self._directory = Path(self._resources.enter_context(TemporaryDirectory(prefix="navra-")))
        self._engine.directory = self._directory
        self._resources.callback(setattr, self._engine, "directory", None)
        if not self._options.is_kept:
            self._watchdog = Watchdog(self._engine, self._labels.run, self._directory)
        return self

    def __exit__(
        self,
        type_: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._resources:
            if self._probes is not None:
                self._probes.close()
            if self._options.is_kept:
                return
            for run in self._runs:
                run.task.remove()
            remove_run(self._engine, self._labels.run)
            # Not after a second Ctrl-C, for example: then the watchdog removes the rest.
            self._watchdog.end()

    @property
    def result(self) -> LocalResult:
        """The result so far."""
        return LocalResult(
            stack=self._application.name,
            engine=self._engine.name,
            urls=dict(self._urls),
            services=[one.changed(self._redaction.apply) for one in self._results.values()],
            routes=self._routes,
            differences=self._differences,
        )

    def start(self) -> LocalResult:
        """Start everything, wait until each service is healthy or has failed, and return that.

        Raises:
            NavraError: a data server, the network or a local port cannot be used.
        """
        self._open_load_balancers()
        plan = self._plan()
        inputs = self._inputs(plan)
        ready = [one for one in self._services if one.name in inputs]
        if not ready:
            return self.result
        self._start_network(plan, inputs)
        for service in ready:
            result = self._results[service.name]
            if not run_one_off_tasks(
                self._engine, self._labels, service, inputs[service.name], result, self._report
            ):
                continue
            run = ServiceRun(
                self._engine,
                self._labels,
                service,
                inputs[service.name][service.task.family],
                tuple(self._balancers),
                self._application.host,
                self._report,
            )
            run.result.faults += result.faults
            self._results[service.name] = run.result
            self._runs.append(run)
        if self._runs:
            with ThreadPoolExecutor(max_workers=len(self._runs)) as pool:
                list(pool.map(ServiceRun.run, self._runs))
        self._probes = KeepAliveProbes(self._runs, self._report)
        return self.result

    def check(self) -> None:
        """Send a request through each route, and observe idle connections."""
        healthy = [one.service for one in self._runs if one.result.status == "healthy"]
        self._routes = tuple(
            route
            for balancer, ports in self._balancers.items()
            for route in request_routes(balancer, healthy, ports)
        )
        if self._probes is not None:
            self._probes.observe(self._options.keep_alive_seconds)

    def wait(self) -> None:
        """Wait until all tasks have ended."""
        running = [one for one in self._runs if not one.task.ended.is_set()]
        while running:
            time.sleep(_POLL_SECONDS)
            if self._probes is not None:
                self._probes.observe(0)
            for run in list(running):
                if run.task.ended.is_set():
                    running.remove(run)
                    if run.result.status in ("healthy", "running"):
                        run.fail_later()

    def stop(self) -> None:
        """Stop all tasks with their stop timeouts, all services at the same time."""
        if self._options.is_kept or self._is_stopped:
            return
        self._is_stopped = True
        running = [one for one in self._runs if not one.task.ended.is_set()]
        if not running:
            return
        longest = max(c.stop_seconds for one in running for c in one.service.task.containers)
        self._report(f"stopping: the tasks have up to {longest} s after SIGTERM")
        for run in running:
            run.deregister()
        with ThreadPoolExecutor(max_workers=len(running)) as pool:
            list(pool.map(ServiceRun.stop, running))

    def _open_load_balancers(self) -> None:
        next_port = self._options.port
        for described in load_balancers(self._application.document):
            # The listener that serves the application comes first: the others redirect to it.
            listeners = sorted(described.listeners, key=lambda one: one.protocol != "HTTPS")
            ports = {}
            for listener in listeners:
                ports[listener.port] = next_port
                next_port += 1 if next_port else 0
            balancer = LocalLoadBalancer(described, ports)
            local = balancer.start()
            self._resources.callback(balancer.stop)
            self._balancers[balancer] = local
            self._urls |= {
                listener.port: f"http://localhost:{local[listener.port]}" for listener in listeners
            }

    def _plan(self) -> DataPlan:
        others = [one for one in self._application.services if one not in self._services]
        plan = plan_data(
            self._application.document,
            _consumers(self._services),
            file=self._options.secrets,
            images=self._options.data_images,
            others=_consumers(others),
        )
        for message in plan.messages:
            self._report(message)
        for missing in plan.missing:
            faults = self._results[missing.service].faults
            secret = f" of the secret {missing.secret}" if missing.secret else ""
            reason, _, repair = missing.reason.partition("; ")
            fault = Fault(
                "secret-missing", f"the variable {missing.variable}{secret} {reason}", repair
            )
            if fault not in faults:
                faults.append(fault)
        return plan

    def _inputs(self, plan: DataPlan) -> dict[str, dict[str, TaskInputs]]:
        """Return the inputs of each task of the services that can start, by service and family."""
        images = Images(
            self._engine,
            self._options.images,
            self._report,
            use_platform=self._options.use_platform,
        )
        found: dict[str, dict[str, TaskInputs]] = {}
        pause = load_pause_image(self._engine)
        for service in self._services:
            result = self._results[service.name]
            tasks: dict[str, TaskInputs] = {}
            for task in _tasks(service):
                references, faults = images.of(service, task)
                result.faults += [one for one in faults if one not in result.faults]
                secrets = {
                    one.name: plan.environment(task.family, one.name) for one in task.containers
                }
                tasks[task.family] = TaskInputs(
                    references, self._network, pause, secrets, images.platform(task)
                )
            # An image of another architecture can run here, where that of the engine is another.
            if all(one.kind == "architecture" for one in result.faults):
                found[service.name] = tasks
        for server in plan.servers if found else ():
            images.data(server.image)
        for values in plan.values.values():
            self._redaction.add(values.values())
        self._redaction.add(server.connection.password for server in plan.servers)
        self._differences = tuple(
            dict.fromkeys(
                differences(
                    self._engine,
                    self._services,
                    tuple(self._balancers),
                    plan,
                    has_credentials=self._options.profile is not None
                    or self._options.endpoint_url is not None,
                )
            )
        )
        return found

    def _start_network(self, plan: DataPlan, inputs: dict[str, dict[str, TaskInputs]]) -> None:
        """Start the network and the data servers, and complete the inputs with what they need."""
        self._engine.run("network", "create", *self._labels.options, self._network)
        servers = [
            (start_data_server(self._engine, self._labels, one, self._network), one)
            for one in plan.servers
        ]
        for name, server in servers:
            wait_until_ready(self._engine, name, server, self._report)
        files: tuple[str, ...] = ()
        environment: dict[str, str] = {}
        if plan.bundle is not None:
            path = self._directory / "ca-certificates.crt"
            path.write_text(plan.bundle, encoding="utf-8")
            path.chmod(0o644)
            files = tuple(self._engine.dialect.file(path, _BUNDLE))
            environment |= ca_variables(_BUNDLE)
        access = AwsAccess.open(
            self._engine,
            self._labels,
            self._network,
            self._application,
            profile=self._options.profile,
            endpoint_url=self._options.endpoint_url,
        )
        if access is not None:
            self._resources.callback(access.close)
            self._redaction.add(access.secrets)
        for tasks in inputs.values():
            for family, given in tasks.items():
                task = self._task(family)
                secrets = {}
                for container in task.containers:
                    added = environment | (
                        without_access(self._application.region)
                        if access is None
                        else access.variables(task, container.name)
                    )
                    for name in container.environment:
                        added.pop(name, None)
                    secrets[container.name] = {**added, **given.secrets[container.name]}
                tasks[family] = replace(
                    given,
                    files=files,
                    secrets=secrets,
                    host_address=None if access is None else access.address,
                )

    def _task(self, family: str) -> TaskModel:
        tasks = (task for service in self._services for task in _tasks(service))
        return next(task for task in tasks if task.family == family)


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
