"""Where engines differ: tmpfs mounts, capabilities, volumes and what an engine cannot do."""

from __future__ import annotations

import pytest

from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.task_model import DEFAULT_CAPABILITIES, TmpfsMount, VolumeMount


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), "noexec,nosuid,nodev"),
        (("exec",), "nosuid,nodev,exec"),
        (("noexec",), "noexec,nosuid,nodev"),
        (("suid", "dev"), "noexec,suid,dev"),
        (("uid=5",), "chown=true,noexec,nosuid,nodev"),
        (("mode=1777",), "tmpfs-mode=1777,noexec,nosuid,nodev"),
    ],
)
def test_podman_mounts_a_tmpfs_without_the_content_of_the_image(
    options: tuple[str, ...], expected: str
) -> None:
    (found,) = DIALECTS["podman"].tmpfs(TmpfsMount("/tmp", 64, options))
    prefix = "--mount=type=tmpfs,notmpcopyup,destination=/tmp,tmpfs-size=64m,"
    assert found == prefix + expected


@pytest.mark.parametrize("engine", ["docker", "nerdctl"])
def test_docker_and_nerdctl_take_the_owner_of_a_tmpfs_as_an_option(engine: str) -> None:
    mount = TmpfsMount("/tmp", 64, ("uid=101", "mode=0700"))
    assert list(DIALECTS[engine].tmpfs(mount)) == ["--tmpfs=/tmp:size=64m,uid=101,mode=0700"]


@pytest.mark.parametrize("engine", DIALECTS)
def test_an_engine_adds_and_drops_what_differs_from_its_own_capabilities(engine: str) -> None:
    dialect = DIALECTS[engine]
    assert list(dialect.capability_options(dialect.capabilities, is_root=True)) == []
    found = list(dialect.capability_options(("NET_RAW", "SYS_PTRACE"), is_root=True))
    assert "--cap-add=SYS_PTRACE" in found
    assert "--cap-drop=CHOWN" in found
    assert "--cap-drop=NET_RAW" not in found
    assert ("--cap-add=NET_RAW" in found) == (engine == "podman")


def test_podman_adds_no_capability_for_a_user_because_it_would_be_in_effect() -> None:
    found = DIALECTS["podman"].capability_options(DEFAULT_CAPABILITIES, is_root=False)
    assert list(found) == []


def test_podman_reports_a_tmpfs_of_another_user_than_that_of_the_container() -> None:
    podman, mount = DIALECTS["podman"], TmpfsMount("/tmp", 64, ("uid=101",))
    assert list(podman.omissions(mount, "101")) == []
    assert list(podman.omissions(mount, "101:102")) == []
    assert list(podman.omissions(TmpfsMount("/tmp", 64), None)) == []
    assert list(podman.omissions(mount, "5")) == [
        "podman gives /tmp to the user of the container, and not to 101"
    ]
    assert len(list(podman.omissions(mount, None))) == 1
    assert list(DIALECTS["docker"].omissions(mount, "5")) == []


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("docker", "--mount=type=volume,source=v,destination=/d,volume-nocopy,readonly"),
        ("podman", "--volume=v:/d:nocopy,ro"),
        ("nerdctl", "--volume=v:/d:ro"),
    ],
)
def test_a_read_only_volume(engine: str, expected: str) -> None:
    assert list(DIALECTS[engine].volume("v", VolumeMount("n", "/d", True))) == [expected]
