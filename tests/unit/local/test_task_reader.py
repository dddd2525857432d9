"""What a task definition means: defaults, references, order, and definitions of other tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.local.static_values import static_scope
from navra_stacks.local.task_model import (
    DEFAULT_CAPABILITIES,
    ContainerModel,
    Dependency,
    HealthCommand,
    TaskModel,
    TmpfsMount,
    Ulimit,
    Volume,
    VolumeMount,
)
from navra_stacks.local.task_reader import read_task
from navra_stacks.terraform.document import DocumentError
from tests.support.document_builder import document

TYPE = "aws_ecs_task_definition"


def read(
    *containers: Mapping[str, Any], variables: Mapping[str, Any] | None = None, **arguments: Any
) -> TaskModel:
    body = {"family": "shop-web", "container_definitions": json.dumps(containers), **arguments}
    declared = {name: {"default": value} for name, value in (variables or {}).items()}
    found = document({f"{TYPE}.web": body}, variables=declared)
    return read_task(found.one(TYPE), static_scope(found))


def container(variables: Mapping[str, Any] | None = None, **definition: Any) -> ContainerModel:
    return read({"name": "web", "image": "nginx", **definition}, variables=variables).containers[0]


def test_a_minimal_container_has_the_defaults_of_ecs() -> None:
    found = container()
    assert found == ContainerModel("web", "nginx")
    assert (found.is_essential, found.stop_seconds, found.memory) == (True, 30, None)
    assert found.capabilities == DEFAULT_CAPABILITIES


def test_a_complete_container() -> None:
    found = container(
        essential=False,
        command=["serve", "--port", "80"],
        entryPoint=["/entry.sh"],
        workingDirectory="/srv",
        user="101:102",
        environment=[{"name": "A", "value": "b"}],
        secrets=[{"name": "KEY", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/key"}],
        readonlyRootFilesystem=True,
        linuxParameters={
            "initProcessEnabled": True,
            "tmpfs": [{"containerPath": "/tmp", "size": 16, "mountOptions": ["uid=101"]}],
            "capabilities": {"drop": ["NET_RAW"], "add": ["SYS_PTRACE"]},
        },
        mountPoints=[{"sourceVolume": "data", "containerPath": "/data", "readOnly": True}],
        ulimits=[{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
        systemControls=[{"namespace": "net.core.somaxconn", "value": "4096"}],
        portMappings=[{"containerPort": 80}],
        memory=128,
        stopTimeout=90,
    )
    assert found == ContainerModel(
        "web",
        "nginx",
        is_essential=False,
        command=("serve", "--port", "80"),
        entry_point=("/entry.sh",),
        working_directory="/srv",
        user="101:102",
        environment={"A": "b"},
        secrets={"KEY": "arn:aws:ssm:eu-west-1:1:parameter/key"},
        has_read_only_root=True,
        tmpfs=(TmpfsMount("/tmp", 16, ("uid=101",)),),
        mounts=(VolumeMount("data", "/data", True),),
        has_init=True,
        capabilities=(
            *(one for one in DEFAULT_CAPABILITIES if one != "NET_RAW"),
            "SYS_PTRACE",
        ),
        ulimits=(Ulimit("nofile", 1024, 4096),),
        system_controls={"net.core.somaxconn": "4096"},
        ports=(80,),
        memory=128,
        stop_seconds=90,
    )


@pytest.mark.parametrize(
    ("user", "is_root"),
    [(None, True), ("0", True), ("root", True), ("0:5", True), ("101", False), ("www:0", False)],
)
def test_the_user_decides_whether_a_container_runs_as_root(user: str | None, is_root: bool) -> None:
    assert container(user=user).is_root is is_root


def test_all_capabilities_can_be_dropped() -> None:
    found = container(linuxParameters={"capabilities": {"drop": ["ALL"], "add": ["SYS_PTRACE"]}})
    assert found.capabilities == ("SYS_PTRACE",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"command": ["CMD", "true"]}, HealthCommand(("true",))),
        (
            {"command": ["CMD-SHELL", "curl -f /"], "interval": 10, "startPeriod": 5},
            HealthCommand(("/bin/sh", "-c", "curl -f /"), interval=10, start_period=5),
        ),
        (
            {"command": ["CMD", "a"], "timeout": 2, "retries": 1},
            HealthCommand(("a",), timeout=2, retries=1),
        ),
        ({"command": ["NONE"]}, None),
        ({"command": ["CMD", "true"], "interval": None}, HealthCommand(("true",))),
    ],
)
def test_the_health_command(written: Mapping[str, Any], expected: HealthCommand | None) -> None:
    assert container(healthCheck=written).health == expected


def test_a_property_that_is_null_has_its_default() -> None:
    found = container(
        essential=None, command=None, environment=None, secrets=None, stopTimeout=None, user=None
    )
    assert found == ContainerModel("web", "nginx")


def test_references_with_a_known_value_are_resolved() -> None:
    found = container(
        {"tag": "1.0", "mode": "live"},
        image="shop/web:${var.tag}",
        environment=[{"name": "MODE", "value": "${var.mode}"}],
    )
    assert (found.image, found.environment) == ("shop/web:1.0", {"MODE": "live"})


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (8, "8")])
def test_a_value_in_the_environment_has_the_form_that_terraform_gives_it(
    value: object, text: str
) -> None:
    found = container({"it": value}, environment=[{"name": "IT", "value": "${var.it}"}])
    assert found.environment == {"IT": text}


def test_a_value_that_only_an_apply_determines_is_listed_and_not_set() -> None:
    found = container(
        image="${aws_ecr_repository.web.repository_url}:1",
        environment=[
            {"name": "HOST", "value": "${aws_lb.main.dns_name}"},
            {"name": "MODE", "value": "live"},
        ],
    )
    assert found.image is None
    assert found.environment == {"MODE": "live"}
    assert found.unknown_environment == ("HOST",)


@pytest.mark.parametrize(
    ("cpu", "memory", "expected"),
    [
        ("256", "512", (256, 512)),
        (1024, 2048, (1024, 2048)),
        ("1 vCPU", "2 GB", (1024, 2048)),
        (".25 vcpu", "0.5GB", (256, 512)),
        (None, None, (None, None)),
    ],
)
def test_sizes_have_each_form_of_the_ecs_api(
    cpu: object, memory: object, expected: tuple[int | None, int | None]
) -> None:
    found = read({"name": "web", "image": "nginx"}, cpu=cpu, memory=memory)
    assert (found.cpu, found.memory) == expected


@pytest.mark.parametrize("form", ["{}", "[{}]"])
def test_the_architecture_is_read_from_both_forms_of_the_block(form: str) -> None:
    platform = json.loads(form.replace("{}", '{"cpu_architecture": "ARM64"}'))
    found = read({"name": "web", "image": "nginx"}, runtime_platform=platform)
    assert found.architecture == "ARM64"


def test_the_architecture_can_be_a_reference() -> None:
    found = read(
        {"name": "web", "image": "nginx"},
        variables={"architecture": "ARM64"},
        runtime_platform=[{"cpu_architecture": "${var.architecture}"}],
    )
    assert found.architecture == "ARM64"


def test_volumes_ports_and_the_family() -> None:
    found = read(
        {"name": "web", "image": "nginx", "portMappings": [{"containerPort": 80}]},
        {"name": "side", "image": "envoy", "portMappings": [{"containerPort": 81}]},
        volume=[{"name": "data"}, {"name": "cache"}],
    )
    assert (found.family, found.address) == ("shop-web", f"{TYPE}.web")
    assert (found.ports, found.volumes) == ((80, 81), (Volume("data"), Volume("cache")))


@pytest.mark.parametrize("form", ["object", "list"])
def test_an_efs_volume_is_identified_by_its_file_system_access_point_and_directory(
    form: str,
) -> None:
    def efs(**values: Any) -> Any:
        found = {"file_system_id": "${aws_efs_file_system.files.id}", **values}
        return found if form == "object" else [found]

    access_point = {"access_point_id": "fsap-1"}
    found = read(
        {"name": "web", "image": "nginx"},
        volume=[
            {"name": "a", "efs_volume_configuration": efs()},
            {"name": "b", "efs_volume_configuration": efs()},
            {"name": "c", "efs_volume_configuration": efs(root_directory="/c")},
            {"name": "d", "efs_volume_configuration": efs(authorization_config=access_point)},
            {"name": "e"},
        ],
    )
    shared = {one.name: one.shared for one in found.volumes}
    assert shared["a"] == shared["b"]
    assert shared["e"] is None
    assert len(set(shared.values())) == 4


def test_a_container_follows_those_that_it_depends_on() -> None:
    found = read(
        {
            "name": "web",
            "image": "nginx",
            "dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"}],
        },
        {
            "name": "migrate",
            "image": "web",
            "dependsOn": [{"containerName": "proxy", "condition": "HEALTHY"}],
        },
        {"name": "proxy", "image": "envoy"},
    )
    assert [one.name for one in found.containers] == ["proxy", "migrate", "web"]
    assert found.container("web").depends_on == (Dependency("migrate", "SUCCESS"),)


@pytest.mark.parametrize("other", ["web", "missing"])
def test_a_circle_or_a_missing_container_is_an_error(other: str) -> None:
    with pytest.raises(DocumentError, match=r"web depend on one another.*correct their depends_on"):
        container(dependsOn=[{"containerName": other, "condition": "START"}])


def test_definitions_that_are_an_expression_are_an_error() -> None:
    with pytest.raises(DocumentError, match="write them as JSON, and not as an expression"):
        read(container_definitions="${jsonencode(local.containers)}")


def test_changed_containers_replace_those_of_the_same_names() -> None:
    found = read({"name": "web", "image": "nginx"}, {"name": "side", "image": "envoy"})
    changed = found.with_containers(found.container("side").replace(user="5"))
    assert [(one.name, one.user) for one in changed.containers] == [("web", None), ("side", "5")]
    with pytest.raises(KeyError):
        found.container("other")
