"""The diagnosis by trials, with simulated programs instead of containers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pytest

from navra_stacks.local.container_options import PORT_START, kernel_settings
from navra_stacks.local.shape_trials import Trial, shape_faults
from navra_stacks.local.task_model import ContainerModel, TaskModel, TmpfsMount, VolumeMount
from tests.unit.local.fake_engine import task


@dataclass
class Program:
    """A program that starts if it can write to its paths, listen on its port, and has its user."""

    writes: Mapping[str, bool] = field(default_factory=dict)
    """The paths that it must write; True for a new file."""

    also_writes: Mapping[str, bool] = field(default_factory=dict)
    """The paths that it writes where it can."""

    open_to_all: Collection[str] = ()
    """The directories of the image that every user can write to."""

    reads: Collection[str] = ()
    """The files of the image that it needs, which a mount would hide."""

    port: int = 8080

    needs_root: bool = False

    works: bool = True

    trials: list[ContainerModel] = field(default_factory=list)

    def __call__(self, model: TaskModel) -> Trial:
        """Run a task."""
        (container,) = model.containers
        self.trials.append(container)
        first = int(kernel_settings(model)[PORT_START])
        passed = (
            self.works
            and (container.is_root or not self.needs_root)
            and (container.is_root or self.port >= first)
            and all(self._can_write(container, path) for path in self.writes)
            and not any(_mount(container, path) for path in self.reads)
        )
        written = {
            path: is_added
            for path, is_added in {**self.writes, **self.also_writes}.items()
            if self._can_write(container, path) and not _mount(container, path)
        }
        parents = {path.rpartition("/")[0]: False for path in written if path.count("/") > 1}
        return Trial(passed, {**parents, **written})

    def _can_write(self, container: ContainerModel, path: str) -> bool:
        mount = _mount(container, path)
        if mount is not None:
            return container.is_root or mount.option("uid") in (None, container.user)
        if container.has_read_only_root:
            return False
        return container.is_root or any(path.startswith(one) for one in self.open_to_all)


def _mount(container: ContainerModel, path: str) -> TmpfsMount | None:
    mounts = (one for one in container.tmpfs if path.startswith(f"{one.path}/"))
    return next(mounts, None)


def kinds(container: ContainerModel, program: Callable[[TaskModel], Trial]) -> list[str]:
    return [fault.kind for fault in shape_faults(task(container), container, program)]


HARDENED = ContainerModel("web", "nginx", user="101", has_read_only_root=True, ports=(8080,))
ON_PORT_80 = HARDENED.replace(ports=(80,))


def test_a_path_on_a_read_only_root_is_found_with_its_repair() -> None:
    program = Program(writes={"/var/cache/nginx/temp": True}, open_to_all=("/var/cache",))
    (fault,) = shape_faults(task(HARDENED), HARDENED, program)
    assert fault.kind == "read-only-path"
    assert fault.message == ("the container web writes to /var/cache/nginx, which is read-only")
    assert fault.repair == "add to the container: writable_paths=('/var/cache/nginx',)"


def test_a_low_port_is_found_with_its_repair() -> None:
    (fault,) = shape_faults(task(ON_PORT_80), ON_PORT_80, Program(port=80))
    assert fault.kind == "low-port"
    assert "cannot listen on port 80 as user 101" in fault.message
    assert PORT_START in fault.repair


def test_both_faults_are_found() -> None:
    program = Program(writes={"/run/app/pid": True}, port=80)
    assert kinds(ON_PORT_80, program) == ["read-only-path", "low-port"]


@pytest.mark.parametrize("path", ["/run/app/pid", "/tmp/x", "/data/cache/deep/file"])
def test_both_faults_of_different_paths_are_found(path: str) -> None:
    assert kinds(ON_PORT_80, Program(writes={path: True}, port=80)) == [
        "read-only-path",
        "low-port",
    ]


def test_a_directory_that_the_user_cannot_write_to_is_found_on_a_writable_root() -> None:
    container = HARDENED.replace(has_read_only_root=False)
    (fault,) = shape_faults(task(container), container, Program(writes={"/srv/run/x": True}))
    assert fault.kind == "unwritable-path"
    assert "which is not writable by 101" in fault.message


def test_a_path_that_is_written_only_where_possible_is_not_a_fault() -> None:
    program = Program(also_writes={"/etc/nginx/conf.d/default.conf": False}, port=80)
    assert kinds(ON_PORT_80, program) == ["low-port"]


def test_only_the_paths_that_are_needed_are_reported() -> None:
    program = Program(writes={"/run/app/pid": True}, also_writes={"/usr/share/app/log": True})
    (fault,) = shape_faults(task(HARDENED), HARDENED, program)
    assert "'/run/app'" in fault.repair
    assert "/usr/share/app" not in fault.repair


def test_a_mount_that_would_hide_files_is_not_the_repair() -> None:
    program = Program(writes={"/srv/app/state": True}, reads=["/srv/app/main.py"], open_to_all="/")
    (fault,) = shape_faults(task(HARDENED), HARDENED, program)
    assert fault.kind == "read-only-path"
    assert "writable_paths=('/srv/app',)" not in fault.repair


@pytest.mark.parametrize("path", ["/processed/a", "/system/a", "/devices/a", "/sysdata/a"])
def test_a_directory_whose_name_begins_like_one_of_the_engine_is_found(path: str) -> None:
    (fault,) = shape_faults(task(HARDENED), HARDENED, Program(writes={path: True}))
    assert repr((path.rpartition("/")[0],)) in fault.repair


@pytest.mark.parametrize("path", ["/etc/hosts", "/etc/resolv.conf", "/dev/x", "/proc/x", "/sys/x"])
def test_the_files_of_the_engine_are_not_paths_of_the_program(path: str) -> None:
    program = Program(writes={"/run/app/pid": True}, also_writes={path: True})
    (fault,) = shape_faults(task(HARDENED), HARDENED, program)
    assert fault.repair == "add to the container: writable_paths=('/run/app',)"


def test_a_program_that_fails_without_the_restrictions_too_has_no_fault_of_its_shape() -> None:
    program = Program(works=False, port=80, writes={"/run/app/pid": True})
    assert kinds(ON_PORT_80, program) == []
    assert ON_PORT_80 in program.trials
    assert len(program.trials) == 2


def test_a_program_that_starts_unchanged_the_second_time_has_no_fault_of_its_shape() -> None:
    """It failed by chance, for example because of another server."""
    program = Program(also_writes={"/run/app/pid": True}, port=8080)
    assert kinds(HARDENED, program) == []
    assert HARDENED in program.trials
    assert len(program.trials) == 2


def test_a_program_that_needs_root_is_found() -> None:
    program = Program(needs_root=True)
    assert kinds(HARDENED, program) == ["root-only"]


def test_a_volume_of_root_is_found() -> None:
    container = HARDENED.replace(mounts=(VolumeMount("data", "/data"),))
    (fault,) = shape_faults(task(container), container, Program(needs_root=True))
    assert fault.kind == "unwritable-volume"
    assert "OwnedVolume with the path '/data'" in fault.repair


def test_a_container_of_root_on_a_writable_root_is_not_tried() -> None:
    program = Program(works=False)
    assert kinds(ContainerModel("web", "nginx", ports=(80,)), program) == []
    assert program.trials == []


def test_root_can_listen_on_a_low_port() -> None:
    container = ON_PORT_80.replace(user=None)
    program = Program(writes={"/run/app/pid": True}, port=80)
    assert kinds(container, program) == ["read-only-path"]


def test_a_first_port_of_the_task_counts() -> None:
    container = ON_PORT_80.replace(system_controls={PORT_START: "80"})
    program = Program(writes={"/run/app/pid": True}, port=80)
    assert kinds(container, program) == ["read-only-path"]


def test_a_path_on_an_existing_mount_is_not_reported() -> None:
    container = HARDENED.replace(tmpfs=(TmpfsMount("/run", 16),))
    program = Program(writes={"/run/pid": True, "/usr/share/app/x": True})
    (fault,) = shape_faults(task(container), container, program)
    assert fault.repair == "add to the container: writable_paths=('/usr/share/app',)"


def test_a_repair_has_been_tried_with_the_user_and_the_read_only_root_of_the_container() -> None:
    program = Program(writes={"/run/app/pid": True}, port=80)
    shape_faults(task(ON_PORT_80), ON_PORT_80, program)
    repaired = [
        one for one in program.trials if one.tmpfs and one.system_controls.get(PORT_START) == "0"
    ]
    assert [(one.user, one.has_read_only_root) for one in repaired] == [("101", True)] * len(
        repaired
    )
    assert repaired


def test_a_described_low_port_on_which_the_program_does_not_listen_is_not_a_fault() -> None:
    program = Program(writes={"/run/app/pid": True}, port=8080)
    assert kinds(ON_PORT_80, program) == ["read-only-path"]
