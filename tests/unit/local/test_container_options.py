"""The complete command lines of a hardened task, for each engine, as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.local.container_options import (
    container_options,
    kernel_settings,
    pause_options,
    secret_options,
)
from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.engine import Engine
from navra_stacks.local.running_task import RunningTask
from navra_stacks.local.task_model import ContainerModel, TmpfsMount, Ulimit, Volume, VolumeMount
from tests.unit.local.fake_engine import (
    LABELS,
    inputs,
    install_command,
    recorded_calls,
    task,
)

NGINX = ContainerModel(
    "web",
    "nginx",
    command=("nginx", "-g", "daemon off;"),
    entry_point=("/entry.sh", "--verbose"),
    working_directory="/srv",
    user="101:101",
    environment={"MODE": "live", "TEXT": "two words"},
    has_read_only_root=True,
    tmpfs=(TmpfsMount("/tmp", 16, ("uid=101", "gid=101", "mode=0700")),),
    mounts=(VolumeMount("cache", "/var/cache"), VolumeMount("shared", "/shared", True)),
    has_init=True,
    capabilities=("CHOWN", "SYS_PTRACE"),
    ulimits=(Ulimit("nofile", 1024, 4096),),
    system_controls={"net.ipv4.ip_unprivileged_port_start": "0", "kernel.msgmax": "65536"},
    ports=(80,),
    stop_seconds=60,
)
TASK = task(NGINX, volumes=(Volume("cache"), Volume("shared")), cpu=256, memory=512)
VOLUMES = {"cache": "navra-1-web-cache", "shared": "navra-1-web-shared"}

COMMON = """
--memory=512m
--memory-swap=512m
--cpus=0.25
--user=101:101
""".split()

DROPPED = """
--cap-drop=DAC_OVERRIDE
--cap-drop=FOWNER
--cap-drop=FSETID
--cap-drop=KILL
--cap-drop=NET_BIND_SERVICE
""".split()
DROPPED_LAST = """
--cap-drop=SETFCAP
--cap-drop=SETGID
--cap-drop=SETPCAP
--cap-drop=SETUID
--cap-drop=SYS_CHROOT
""".split()

REST = [
    "--init",
    "--workdir=/srv",
    "--entrypoint=/entry.sh",
    "--env=MODE=live",
    "--env=TEXT=two words",
    "--ulimit=nofile=1024:4096",
    "--sysctl=kernel.msgmax=65536",
]

DOCKER_CAPABILITIES = [
    "--cap-drop=AUDIT_WRITE",
    *DROPPED[:4],
    "--cap-drop=MKNOD",
    *DROPPED[4:],
    "--cap-drop=NET_RAW",
    *DROPPED_LAST,
    "--cap-add=SYS_PTRACE",
]

OPTIONS = {
    "docker": [
        "--no-healthcheck",
        *DOCKER_CAPABILITIES,
        *COMMON,
        "--read-only",
        *REST,
        "--tmpfs=/tmp:size=16m,uid=101,gid=101,mode=0700",
        "--mount=type=volume,source=navra-1-web-cache,destination=/var/cache,volume-nocopy",
        "--mount=type=volume,source=navra-1-web-shared,destination=/shared,volume-nocopy,readonly",
        "--stop-timeout=60",
    ],
    "nerdctl": [
        "--no-healthcheck",
        *DOCKER_CAPABILITIES,
        *COMMON,
        "--read-only",
        *REST,
        "--tmpfs=/tmp:size=16m,uid=101,gid=101,mode=0700",
        "--volume=navra-1-web-cache:/var/cache",
        "--volume=navra-1-web-shared:/shared:ro",
        "--stop-timeout=60",
    ],
    "podman": [
        "--no-healthcheck",
        "--http-proxy=false",
        *DROPPED,
        *DROPPED_LAST,
        *COMMON,
        "--read-only",
        "--read-only-tmpfs=false",
        *REST,
        "--mount=type=tmpfs,notmpcopyup,destination=/tmp,tmpfs-size=16m,tmpfs-mode=0700,chown=true,"
        "noexec,nosuid,nodev",
        "--volume=navra-1-web-cache:/var/cache:nocopy",
        "--volume=navra-1-web-shared:/shared:nocopy,ro",
        "--stop-timeout=60",
    ],
}
"""docker and nerdctl are not run here."""


@pytest.mark.parametrize("engine", OPTIONS)
def test_the_options_of_a_hardened_container_are_complete(engine: str) -> None:
    found = container_options(DIALECTS[engine], TASK, NGINX, VOLUMES)
    assert sorted(found) == sorted(OPTIONS[engine])


@pytest.mark.parametrize(
    ("engine", "writable", "read_only"),
    [("docker", ":z", ":ro,z"), ("podman", ":z", ":ro,z"), ("nerdctl", "", ":ro")],
)
def test_a_directory_takes_the_place_of_a_volume_of_all_tasks(
    engine: str, writable: str, read_only: str
) -> None:
    directories = {"cache": Path("/cache"), "shared": Path("/files")}
    found = container_options(DIALECTS[engine], TASK, NGINX, {}, directories=directories)
    assert [one for one in found if one.startswith("--volume=")] == [
        f"--volume=/cache:/var/cache{writable}",
        f"--volume=/files:/shared{read_only}",
    ]


def test_a_container_has_no_more_processors_than_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    found = container_options(DIALECTS["docker"], task(NGINX, cpu=4096), NGINX, VOLUMES)
    assert "--cpus=2" in found


@pytest.mark.parametrize("engine", OPTIONS)
def test_the_pause_container_owns_the_ports_the_kernel_settings_and_the_volumes(
    engine: str,
) -> None:
    found = pause_options(DIALECTS[engine], TASK, {"cache": "navra-1-web-cache"})
    assert found[:2] == [
        "--publish=127.0.0.1::80",
        "--sysctl=net.ipv4.ip_unprivileged_port_start=0",
    ]
    rest = {
        "docker": [
            "--mount=type=volume,source=navra-1-web-cache,destination=/volumes/cache,volume-nocopy",
            "--add-host=host.docker.internal:host-gateway",
        ],
        "nerdctl": [
            "--volume=navra-1-web-cache:/volumes/cache",
            "--add-host=host.docker.internal:host-gateway",
        ],
        "podman": ["--volume=navra-1-web-cache:/volumes/cache:nocopy"],
    }
    assert found[2:] == rest[engine]


def test_ports_below_1024_need_a_privilege_unless_a_container_sets_another_first_port() -> None:
    assert kernel_settings(task(ContainerModel("a", "i"))) == {
        "net.ipv4.ip_unprivileged_port_start": "1024"
    }
    assert kernel_settings(TASK) == {"net.ipv4.ip_unprivileged_port_start": "0"}


def test_kernel_settings_of_each_container_apply_to_the_network_of_the_task() -> None:
    one = ContainerModel("a", "i", system_controls={"net.core.somaxconn": "4096"})
    two = ContainerModel("b", "i", system_controls={"net.ipv4.tcp_keepalive_time": "60"})
    assert set(kernel_settings(task(one, two))) > {
        "net.core.somaxconn",
        "net.ipv4.tcp_keepalive_time",
    }


@pytest.mark.parametrize(
    ("container", "of_task", "limit"),
    [(None, 512, "512m"), (128, 512, "128m"), (128, None, "128m")],
)
def test_the_memory_of_a_container_is_the_lower_of_its_limit_and_of_the_tasks(
    container: int | None, of_task: int | None, limit: str
) -> None:
    model = ContainerModel("a", "i", memory=container)
    found = container_options(DIALECTS["docker"], task(model, memory=of_task), model, {})
    assert [one for one in found if "memory" in one] == [
        f"--memory={limit}",
        f"--memory-swap={limit}",
    ]


def test_a_plain_container_has_no_options_besides_its_stop_timeout() -> None:
    model = ContainerModel("a", "i")
    assert container_options(DIALECTS["docker"], task(model), model, {}) == [
        "--no-healthcheck",
        "--stop-timeout=30",
    ]


def test_a_platform_is_passed_on() -> None:
    model = ContainerModel("a", "i")
    found = container_options(DIALECTS["docker"], task(model), model, {}, platform="linux/arm64")
    assert "--platform=linux/arm64" in found


@pytest.mark.parametrize(
    "name",
    [
        "HOME",
        "PATH",
        "TMPDIR",
        "LD_PRELOAD",
        "DOCKER_HOST",
        "CONTAINER_HOST",
        "CONTAINERS_CONF",
        "XDG_RUNTIME_DIR",
    ],
)
def test_a_secret_that_would_change_the_engine_is_refused(name: str) -> None:
    with pytest.raises(NavraError, match=rf"cannot be the environment variable {name}"):
        list(secret_options([name]))


@pytest.mark.parametrize("name", ["STORAGE_DRIVER", "STORAGE_OPTS", "REGISTRY_AUTH_FILE"])
def test_a_variable_of_podmans_storage_or_registries_is_refused(name: str) -> None:
    """Source: podman(1), containers-storage.conf(5), "ENVIRONMENT VARIABLES"."""
    with pytest.raises(NavraError, match=name):
        list(secret_options([name]))


def test_the_value_of_a_secret_is_in_the_environment_of_the_engine_and_on_no_command_line(
    tmp_path: Path,
) -> None:
    command = install_command(tmp_path, "docker", 'test "$1" != container')
    engine = Engine(str(command), DIALECTS["docker"])
    model = task(ContainerModel("app", "image"))
    running = RunningTask(
        engine, LABELS, "web", model, inputs(model, app={"API_KEY": "s3cret-value"})
    )
    running.start()
    for thread in [*running._threads]:
        thread.join(timeout=30)
    running.remove()
    calls = list(recorded_calls(command))
    created = [(words, variables) for words, variables in calls if words[0] == "create"]
    assert [("--env=API_KEY" in words) for words, _ in created] == [True]
    assert ["API_KEY=s3cret-value" in variables for _, variables in created] == [True]
    assert [words for words, _ in calls if "s3cret-value" in " ".join(words)] == []
