"""Run the services of a document here: data servers, one-off tasks, load balancers and services."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event
from types import TracebackType
from typing import Self

from navra_stacks.local.application import Application, LocalService
from navra_stacks.local.cleanup import remove_leftovers, remove_run
from navra_stacks.local.differences import differences
from navra_stacks.local.engine import Engine
from navra_stacks.local.keep_alive import KeepAliveProbes
from navra_stacks.local.labels import Labels
from navra_stacks.local.load_balancer.listeners import load_balancers
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.one_off_run import run_one_off_tasks
from navra_stacks.local.options import LocalOptions
from navra_stacks.local.preparation import Preparation
from navra_stacks.local.redaction import Redaction
from navra_stacks.local.route_requests import RouteResult, request_routes
from navra_stacks.local.run_context import RunContext
from navra_stacks.local.service_run import ServiceRun
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.verdict import LocalResult, ServiceResult
from navra_stacks.local.watchdog import Watchdog

__all__ = ["LocalRun"]

_POLL_SECONDS = 0.2


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
        self._services = list(services)
        self._engine = engine
        self._options = options
        self._redaction = Redaction()
        self._report_to = report
        self._report_error: OSError | None = None
        self._labels = Labels.new(is_kept=options.is_kept)
        self._runs: list[ServiceRun] = []
        self._results = {one.name: ServiceResult(one.name) for one in services}
        self._balancers: dict[LocalLoadBalancer, Mapping[int, int]] = {}
        self._routes: tuple[RouteResult, ...] = ()
        self._urls: dict[str, str] = {}
        self._resources = ExitStack()
        self._differences: tuple[str, ...] = ()
        self._probes: KeepAliveProbes | None = None
        self._stopping = Event()
        """Set when the run ends, so that all threads that wait for a service return."""
        self._at_once = Event()
        """Set when tasks are killed instead of stopped."""

    def __enter__(self) -> Self:
        removed = remove_leftovers(self._engine, kept=False)
        if str(removed):
            self._report(f"removed what a killed run had left: {removed}")
        self._directory = self._temporary_directory()
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
            self._stopping.set()
            for run in self._runs:
                run.task.remove()
            remove_run(self._engine, self._labels.run)
            # Not after a second Ctrl-C, for example: then the watchdog removes the rest.
            self._watchdog.end()

    def _temporary_directory(self) -> Path:
        if self._options.is_kept:  # its files are mounted in the containers
            return Path(mkdtemp(prefix="navra-"))
        # A container can have written files that this user cannot delete.
        directory = TemporaryDirectory(prefix="navra-", ignore_cleanup_errors=True)
        return Path(self._resources.enter_context(directory))

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
        self._services = [self._with_health_ports(one) for one in self._services]
        context = RunContext(
            self._application,
            self._engine,
            self._labels,
            self._options,
            self._directory,
            self._report,
            self._redaction,
            self._resources,
            self._stopping,
        )
        preparation = Preparation(context, self._services)
        preparation.check()
        for name, faults in preparation.faults.items():
            self._results[name].faults += faults
        options = self._options
        self._differences = tuple(
            dict.fromkeys(
                differences(
                    self._engine,
                    preparation.services,
                    tuple(self._balancers),
                    preparation.plan,
                    has_credentials=bool(options.profile or options.endpoint_url),
                )
            )
        )
        if not preparation.inputs:
            self._raise_report_error()
            return self.result
        preparation.start()
        for service in preparation.services:
            self._add(context, service, preparation.inputs.get(service.name))
        self._in_parallel(ServiceRun.run, self._stopping)
        self._probes = KeepAliveProbes(self._runs, self._report)
        return self.result

    def check(self) -> None:
        """Send a request through each route, observe idle connections, and check again."""
        healthy = [one.service for one in self._runs if one.result.status == "healthy"]
        self._routes = tuple(
            route
            for balancer, ports in self._balancers.items()
            for route in request_routes(balancer, healthy, ports)
        )
        if self._probes is not None:
            self._probes.observe(self._options.keep_alive_seconds)
        self._in_parallel(ServiceRun.check_again, self._stopping)

    def wait(self) -> None:
        """Wait until all tasks have ended."""
        running = [one for one in self._runs if not one.task.ended.is_set()]
        while running:
            time.sleep(_POLL_SECONDS)
            self._raise_report_error()
            if self._probes is not None:
                self._probes.observe(0)
            for run in list(running):
                if run.task.ended.is_set():
                    running.remove(run)
                    run.check_again()

    def stop(self) -> None:
        """Stop all tasks with their stop timeouts, all services at the same time.

        The tasks are killed if this is interrupted, for example by a second Ctrl-C.
        """
        self._stopping.set()
        if self._options.is_kept or not self._runs:
            return
        longest = max(c.stop_seconds for one in self._runs for c in one.service.task.containers)
        self._report(f"stopping: the tasks have up to {longest} s after SIGTERM")
        for run in self._runs:
            run.deregister()
        self._in_parallel(lambda run: run.stop(self._at_once), self._at_once)

    def _with_health_ports(self, service: LocalService) -> LocalService:
        """Return a service whose containers have the ports of their health checks, too."""
        ports = [
            (one.container, group.health_check.port)
            for one in service.targets
            for balancer in self._balancers
            if (group := balancer.balancer.target_groups.get(one.target_group)) is not None
            and group.health_check.port is not None
        ]
        return service.with_task(service.task.with_ports(ports))

    def _add(
        self, context: RunContext, service: LocalService, inputs: Mapping[str, TaskInputs] | None
    ) -> None:
        """Run the one-off tasks of a service, and add it to the services that start."""
        result = self._results[service.name]
        if inputs is None or not run_one_off_tasks(
            context, service, inputs, result, self._raise_report_error
        ):
            return
        task_inputs = inputs[service.task.family]
        run = ServiceRun(context, service, task_inputs, tuple(self._balancers))
        run.result.faults += result.faults
        self._results[service.name] = run.result
        self._runs.append(run)

    def _in_parallel(self, function: Callable[[ServiceRun], object], cancel: Event) -> None:
        """Call a function with each service, and set an event if that is interrupted."""
        if not self._runs:
            return
        pool = ThreadPoolExecutor(max_workers=len(self._runs))
        futures = [pool.submit(function, run) for run in self._runs]
        try:
            while wait(futures, timeout=_POLL_SECONDS).not_done:
                self._raise_report_error()
            for future in futures:
                future.result()
        except BaseException:
            cancel.set()
            raise
        finally:
            pool.shutdown()

    def _report(self, line: str) -> None:
        """Report a line without the values of secrets, from any thread."""
        try:
            self._report_to(self._redaction.apply(line))
        except OSError as error:  # the reader of the output has ended
            self._report_error = error

    def _raise_report_error(self) -> None:
        if self._report_error is not None:
            raise self._report_error

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
            for listener in listeners:
                label = str(listener.port)
                if label in self._urls:
                    label = f"{described.name}:{label}"
                self._urls[label] = f"http://localhost:{local[listener.port]}"
