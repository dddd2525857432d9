"""The containers of production run in the shape that the task definitions describe."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.container_engine.engine import Container, Engine
from tests.support.container_engine.fargate import podman_options
from tests.support.synthesized import Built

SERVER = """
import http.server, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"served")
print("user", os.getuid(), flush=True)
http.server.HTTPServer(("", 8787), Answer).serve_forever()
"""

COMMANDS = {
    "frontend": ("nginx", ("nginx", "-c", "/etc/nginx/nginx.conf")),
    "backend": ("python", ("/usr/bin/python3.11", "-c", SERVER)),
}
"""The program and the command of the image that stands for each service's image."""


@pytest.fixture(scope="module")
def definitions(documents: Mapping[str, Built]) -> dict[str, dict[str, Any]]:
    """The main container definitions of production, by service."""
    prod = documents["aep-prod"]
    found = {}
    for service in COMMANDS:
        (container,) = prod.containers(f"aep-{service}-prod").values()
        # Values that only AWS has.
        container["environment"] = [
            one for one in container.get("environment", ()) if "${" not in one["value"]
        ]
        found[service] = container
    return found


@contextmanager
def started(
    engine: Engine,
    image: Callable[[str], str],
    service: str,
    definition: Mapping[str, Any],
    volumes: Mapping[str, Path] | None = None,
) -> Iterator[Container]:
    program, command = COMMANDS[service]
    options = podman_options(definition, memory_mib=512, volumes=volumes or {})
    with engine.container(options, image(program), *command) as container:
        yield container


def answer(container: Container, port: int) -> str:
    """Return the response of the server, which has ten seconds to start."""
    deadline = time.monotonic() + 10
    while True:
        try:
            url = f"http://127.0.0.1:{container.port(port)}/"
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read().decode())
        except (OSError, urllib.error.URLError):
            if time.monotonic() > deadline or container.status()[0] != "running":
                raise AssertionError(container.output()) from None
            time.sleep(0.1)


def ended(container: Container) -> str:
    """Wait until the container has stopped, and return its output."""
    assert container.wait() != 0
    return container.output()


@pytest.mark.parametrize(
    ("service", "port", "uid"), [("frontend", 80, 101), ("backend", 8787, 1000)]
)
def test_a_container_of_production_starts_answers_and_writes_where_it_may(
    engine: Engine,
    image: Callable[[str], str],
    definitions: dict[str, dict[str, Any]],
    service: str,
    port: int,
    uid: int,
) -> None:
    definition = definitions[service]
    with started(engine, image, service, definition) as container:
        assert answer(container, port) == "served"
        writable = [one["containerPath"] for one in definition["linuxParameters"]["tmpfs"]]
        assert writable
        written = container.run("touch", *(f"{path}/file" for path in writable))
        assert written.returncode == 0, written.stderr
        # Not the mode: runc gives the mount the mode of the image's directory.
        owners = container.run("ls", "-ldn", *writable).stdout.splitlines()
        assert [line.split()[2] for line in owners] == [str(uid)] * len(writable)
        paths = [f"{path}/file" for path in ("", "/etc", "/var/log", "/usr")]
        denied = container.run("touch", *paths)
        assert denied.stderr.count("Read-only file system") == len(paths)


def test_without_the_system_control_nginx_cannot_listen_on_port_80(
    engine: Engine, image: Callable[[str], str], definitions: dict[str, dict[str, Any]]
) -> None:
    # The kernel's default, which Fargate has.
    control = {"namespace": "net.ipv4.ip_unprivileged_port_start", "value": "1024"}
    former = {**definitions["frontend"], "systemControls": [control]}
    with started(engine, image, "frontend", former) as container:
        assert "Permission denied" in ended(container)


@pytest.mark.parametrize("service", COMMANDS)
def test_an_empty_volume_cannot_be_written_by_another_user_than_root(
    engine: Engine,
    image: Callable[[str], str],
    definitions: dict[str, dict[str, Any]],
    tmp_path: Path,
    service: str,
) -> None:
    former = json.loads(json.dumps(definitions[service]))
    paths = [one["containerPath"] for one in former["linuxParameters"].pop("tmpfs")]
    volumes = {path: tmp_path / path.strip("/").replace("/", "-") for path in paths}
    for directory in volumes.values():
        directory.mkdir(mode=0o755)
    former["mountPoints"] = [{"containerPath": path, "sourceVolume": path} for path in paths]
    with started(engine, image, service, former, volumes) as container:
        if service == "frontend":
            assert "Permission denied" in ended(container)  # /var/cache/nginx
        else:
            assert answer(container, 8787) == "served"
            denied = container.run("touch", "/tmp/file")
            assert denied.returncode != 0
            assert "Permission denied" in denied.stderr


def test_an_init_container_gives_a_volume_to_the_user(
    engine: Engine,
    image: Callable[[str], str],
    tmp_path: Path,
) -> None:
    from navra_stacks import OwnedVolume, RegistryImage, synthesize
    from tests.support.shop import shop, web, web_container

    busybox = RegistryImage(repository="public.ecr.aws/docker/library/busybox", tag="1.37")
    volume = OwnedVolume(path="/data", init_image=busybox)
    container = web_container(user="1000", read_only_root=True, writable_paths=(volume,))
    (written,) = synthesize([shop(web(container=container))], tmp_path / "out")
    found = Built.at(written.path).containers("shop-web-qa")
    directory = tmp_path / "volume"
    directory.mkdir(mode=0o755)
    volumes = {"web-data": directory}

    init = podman_options(found["init-1"], memory_mib=512, volumes=volumes)
    with engine.container(init, image("python"), *found["init-1"]["command"]) as chown:
        assert chown.wait() == 0, chown.output()
    main = podman_options(found["web"], memory_mib=512, volumes=volumes)
    with engine.container(main, image("python"), "sleep", "60") as application:
        assert application.run("touch", "/data/file").returncode == 0
        assert application.run("touch", "/file").returncode != 0
    assert (directory / "file").stat().st_uid == 1000
