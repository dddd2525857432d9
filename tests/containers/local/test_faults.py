"""Each fault is diagnosed in different images that have it, and in no image that looks alike."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import Environment, HealthCheck, Route, Routing, Service, synthesize
from tests.support.container_engine.engine import Engine
from tests.support.container_engine.navra_local import NavraLocal
from tests.support.local_images.faults import PROGRAMS, Program
from tests.support.local_images.images import LocalImages
from tests.support.shop import shop, web, web_container

_AT_ONCE = 11
"""The programs that run at the same time: each mostly waits."""

Containers = list[dict[str, Any]]


@pytest.fixture(scope="module")
def results(
    engine: Engine,
    local_images: LocalImages,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Mapping[str, Mapping[str, Any]]:
    """The result of each selected program, as one of the services of an environment."""
    selected = list(
        dict.fromkeys(
            str(item.callspec.params["name"])
            for item in request.session.items
            if isinstance(item, pytest.Function)
            and item.module is request.module
            and "results" in item.fixturenames
        )
    )
    batches = [selected[start : start + _AT_ONCE] for start in range(0, len(selected), _AT_ONCE)]
    environments = [environment(names, f"b{number}") for number, names in enumerate(batches)]
    found: dict[str, Mapping[str, Any]] = {}
    for written in synthesize(environments, tmp_path_factory.mktemp("shop")):
        change_containers(written.path, without_system_controls)
        # The names of the programs are too long for those of target groups.
        names = {
            f"web{number}": name
            for number, name in enumerate(batches[environments.index(written.environment)])
        }
        images = [f"--image={service}={local_images[name]}" for service, name in names.items()]
        result = checked(engine, str(written.path), *images)
        found |= {name: result[service] for service, name in names.items()}
    return found


def checked(engine: Engine, *arguments: str) -> dict[str, Mapping[str, Any]]:
    """Check the services of a document, and return their results by name."""
    options = ("--check", "--json", "--keep-alive-seconds=4")
    command = NavraLocal(engine, *arguments, *options)
    status = command.wait()
    assert status in (0, 1), command.output
    assert status == (0 if command.result["passed"] else 1)
    return {one["service"]: one for one in command.result["services"]}


def environment(names: Sequence[str], name: str) -> Environment:
    """Return an environment with a service for each program."""
    services = [service(f"web{number}", PROGRAMS[one]) for number, one in enumerate(names)]
    routes = tuple(
        Route(priority=number, paths=(f"/{one.name}",), service=one.name)
        for number, one in enumerate(services[1:], start=1)
    )
    return shop(*services, name=name, routing=Routing(default="web0", routes=routes))


def service(name: str, program: Program) -> Service:
    container = web_container(
        port=program.port,
        user=program.user,
        read_only_root=program.read_only,
        writable_paths=program.tmpfs,
        stop_timeout_seconds=program.stop_timeout,
    )
    health = HealthCheck(path="/up", interval_seconds=5, timeout_seconds=2)
    return web(name=name, container=container, health_check=health, health_check_grace_seconds=15)


def change_containers(document: Path, change: Callable[[Containers], None]) -> None:
    """Change the container definitions of a document, except those of a backend."""
    content = json.loads(document.read_text(encoding="utf-8"))
    for name, definition in content["resource"]["aws_ecs_task_definition"].items():
        if not name.startswith("backend"):
            containers = json.loads(definition["container_definitions"])
            change(containers)
            definition["container_definitions"] = json.dumps(containers)
    document.write_text(json.dumps(content), encoding="utf-8")


def without_system_controls(containers: Containers) -> None:
    """Remove the system controls that the library adds for a low port."""
    for container in containers:
        container.pop("systemControls", None)


@pytest.mark.parametrize("name", [name for name, one in PROGRAMS.items() if one.fault])
def test_a_fault_is_diagnosed(results: Mapping[str, Mapping[str, Any]], name: str) -> None:
    faults = results[name]["faults"]
    assert [fault["kind"] for fault in faults] == [PROGRAMS[name].fault]
    assert all(fault["repair"] for fault in faults)


@pytest.mark.parametrize("name", [name for name, one in PROGRAMS.items() if one.alike])
def test_a_program_that_looks_alike_does_not_have_the_fault(
    results: Mapping[str, Mapping[str, Any]], name: str
) -> None:
    program, result = PROGRAMS[name], results[name]
    kinds = [fault["kind"] for fault in result["faults"]]
    assert program.alike not in kinds
    assert (result["status"] == "healthy") == program.works
    assert bool(kinds) != program.works


def test_the_former_shape_of_production_has_both_of_its_faults(
    engine: Engine, local_images: LocalImages, outdir: Path, tmp_path: Path
) -> None:
    directory = shutil.copytree(outdir / "stacks/aep-prod", tmp_path / "aep-prod")
    document = directory / "cdk.tf.json"

    def former(containers: Containers) -> None:
        without_system_controls(containers)
        for container in containers:
            del container["linuxParameters"]["tmpfs"]

    change_containers(document, former)
    image = f"--image=frontend={local_images['nginx-spa']}"
    result = checked(engine, str(document), "frontend", image)["frontend"]
    faults = {fault["kind"]: fault for fault in result["faults"]}
    assert set(faults) == {"low-port", "read-only-path"}
    for path in ("/var/cache/nginx", "/var/run"):
        assert path in faults["read-only-path"]["repair"]


def test_a_secret_without_a_value_is_a_fault_of_its_service(
    engine: Engine, local_images: LocalImages, outdir: Path
) -> None:
    image = f"--image=backend={local_images['fastapi']}"
    result = checked(engine, "prod", "backend", f"--outdir={outdir}", image)["backend"]
    messages = [one["message"] for one in result["faults"] if one["kind"] == "secret-missing"]
    assert len(messages) == len(result["faults"]) == 3
    for name in ("ANTHROPIC_API_KEY", "AUDIT_ENCRYPTION_KEY", "OPENAI_API_KEY"):
        assert any(name in message for message in messages)
