"""The tasks of production run in the shape that the task definitions describe."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from navra_stacks.local.application import Application
from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.engine import Engine
from navra_stacks.local.labels import Labels
from navra_stacks.local.pause_image import load_pause_image
from navra_stacks.local.running_task import RunningTask
from navra_stacks.local.task_inputs import TaskInputs
from navra_stacks.local.task_model import TaskModel, Volume, VolumeMount
from tests.support.container_engine import engine as tests_engine
from tests.support.local_images.images import LocalImages
from tests.support.synthesized import Built

SERVER = """
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"served")
http.server.HTTPServer(("", 8787), Answer).serve_forever()
"""

COMMANDS = {
    "frontend": ("nginx-spa", ("nginx", "-g", "daemon off;")),
    "backend": ("health-control-python", ("python3", "-c", SERVER)),
}
"""The image of the tests and the command that stand for each service's image."""

Start = Callable[[TaskModel, Mapping[str, str]], AbstractContextManager[RunningTask]]


@pytest.fixture(scope="module")
def tasks(documents: Mapping[str, Built]) -> dict[str, TaskModel]:
    """The tasks of production by service, without the values that only AWS has."""
    services = Application(documents["aep-prod"], "aep-prod").services
    found = {}
    for service in services:
        container = service.task.container(service.name)
        changed = container.replace(secrets={}, command=COMMANDS[service.name][1])
        found[service.name] = service.task.with_containers(changed)
    return found


@pytest.fixture(scope="module")
def podman(engine: tests_engine.Engine) -> Iterator[Engine]:
    """The engine of the library, with the storage of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in engine.environment.items():
            patch.setenv(name, value)
        yield Engine("podman", DIALECTS["podman"])


@pytest.fixture(scope="module")
def start(podman: Engine) -> Iterator[Start]:
    """Start a task with an image for each container."""
    labels = Labels.new()
    network = labels.name("network")
    podman.run("network", "create", *labels.options, network)
    pause = load_pause_image(podman)

    @contextmanager
    def started(task: TaskModel, images: Mapping[str, str]) -> Iterator[RunningTask]:
        running = RunningTask(podman, labels, "task", task, TaskInputs(images, network, pause))
        try:
            running.start()
            yield running
        finally:
            running.remove()

    yield started
    podman.remove("network", [network])


def run(podman: Engine, task: RunningTask, container: str, *command: str) -> CompletedProcess[str]:
    """Run a command in a container, as its user."""
    return podman.run("exec", task.container_name(container), *command, check=False)


def answer(task: RunningTask, container: str, port: int) -> str:
    """Return the response of the server, which has 20 seconds to start."""
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{task.ports[port]}/") as response:
                return str(response.read().decode())
        except (OSError, urllib.error.URLError):
            if time.monotonic() > deadline or task.ended.is_set():
                raise AssertionError(task.lines(container)) from None
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("service", "port", "uid"), [("frontend", 80, 101), ("backend", 8787, 1000)]
)
def test_a_container_of_production_starts_answers_and_writes_where_it_may(
    podman: Engine,
    start: Start,
    local_images: LocalImages,
    tasks: dict[str, TaskModel],
    service: str,
    port: int,
    uid: int,
) -> None:
    task = tasks[service]
    with start(task, {service: local_images[COMMANDS[service][0]]}) as running:
        assert answer(running, service, port)
        writable = [one.path for one in task.container(service).tmpfs]
        assert writable
        written = run(podman, running, service, "touch", *(f"{path}/file" for path in writable))
        assert written.returncode == 0, written.stderr
        # Not the mode: runc gives the mount the mode of the image's directory.
        owners = run(podman, running, service, "ls", "-ldn", *writable).stdout.splitlines()
        assert [line.split()[2] for line in owners] == [str(uid)] * len(writable)
        paths = [f"{path}/file" for path in ("", "/etc", "/var/log", "/usr")]
        denied = run(podman, running, service, "touch", *paths)
        assert denied.stderr.count("Read-only file system") == len(paths)


def test_without_the_system_control_nginx_cannot_listen_on_port_80(
    start: Start, local_images: LocalImages, tasks: dict[str, TaskModel]
) -> None:
    container = tasks["frontend"].container("frontend").replace(system_controls={})
    task = tasks["frontend"].with_containers(container)
    with start(task, {"frontend": local_images["nginx-spa"]}) as running:
        assert running.wait("frontend").exit_code != 0
        assert any("Permission denied" in line for line in running.lines("frontend"))


@pytest.mark.parametrize("service", COMMANDS)
def test_an_empty_volume_cannot_be_written_by_another_user_than_root(
    podman: Engine,
    start: Start,
    local_images: LocalImages,
    tasks: dict[str, TaskModel],
    service: str,
) -> None:
    described = tasks[service].container(service)
    names = {one.path.strip("/").replace("/", "-"): one.path for one in described.tmpfs}
    mounts = tuple(VolumeMount(name, path) for name, path in names.items())
    task = replace(
        tasks[service].with_containers(described.replace(tmpfs=(), mounts=mounts)),
        volumes=tuple(map(Volume, names)),
    )
    with start(task, {service: local_images[COMMANDS[service][0]]}) as running:
        if service == "frontend":
            assert running.wait(service).exit_code != 0  # it writes to /var/cache/nginx
            assert any("Permission denied" in line for line in running.lines(service))
        else:
            assert answer(running, service, 8787) == "served"
            denied = run(podman, running, service, "touch", "/tmp/file")
            assert denied.returncode != 0
            assert "Permission denied" in denied.stderr


def test_an_init_container_gives_a_volume_to_the_user(
    podman: Engine, start: Start, local_images: LocalImages, tmp_path: Path
) -> None:
    from navra_stacks import OwnedVolume, RegistryImage, synthesize
    from tests.support.shop import shop, web, web_container

    busybox = RegistryImage(repository="public.ecr.aws/docker/library/busybox", tag="1.37")
    volume = OwnedVolume(path="/data", init_image=busybox)
    settings = web_container(user="1000", read_only_root=True, writable_paths=(volume,))
    (written,) = synthesize([shop(web(container=settings))], tmp_path / "out")
    (service,) = Application.read(written.path, "shop-qa").services
    sleeping = service.task.container("web").replace(command=("sleep", "60"))
    task = service.task.with_containers(sleeping)
    image = local_images["health-control-python"]
    with start(task, {one.name: image for one in task.containers}) as running:
        assert running.wait("init-1").exit_code == 0, running.lines("init-1")
        deadline = time.monotonic() + 20
        while run(podman, running, "web", "touch", "/data/file").returncode != 0:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert run(podman, running, "web", "touch", "/file").returncode != 0
        owner = run(podman, running, "web", "ls", "-ldn", "/data").stdout.split()[2]
        assert owner == "1000"
