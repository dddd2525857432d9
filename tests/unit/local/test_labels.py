"""Names, labels, and whether the process that owns an object runs."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import pytest

from navra_stacks.local.labels import KEPT_LABEL, OWNER_LABEL, RUN_LABEL, Labels, owner, owner_runs


def owner_of(process: subprocess.Popen[bytes]) -> str:
    """Return the label of another process."""
    program = "from navra_stacks.local.labels import _start; import sys; print(_start(sys.argv[1]))"
    start = subprocess.run(
        [sys.executable, "-c", program, str(process.pid)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return f"{socket.gethostname()}/{process.pid}/{start}"


def test_each_run_has_an_id_of_its_own() -> None:
    assert Labels.new().run != Labels.new().run


def test_objects_have_the_run_and_its_process_as_labels() -> None:
    labels = Labels("1f", is_kept=False)
    assert labels.options == (f"--label={RUN_LABEL}=1f", f"--label={OWNER_LABEL}={owner()}")
    assert Labels("1f", is_kept=True).options[-1] == f"--label={KEPT_LABEL}=true"


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("network",), "navra-1f-network"),
        (("web", "app"), "navra-1f-web.app"),
        (("web", "my volume/1"), "navra-1f-web.my-volume-1"),
    ],
)
def test_a_name_has_only_characters_that_engines_accept(parts: tuple[str, ...], name: str) -> None:
    assert Labels("1f").name(*parts) == name


def test_different_objects_have_different_names() -> None:
    labels = Labels("1f")
    assert labels.name("api", "worker-app") != labels.name("api-worker", "app")
    assert labels.name("api", "worker.app") != labels.name("api.worker", "app")


def test_this_process_runs() -> None:
    assert owner_runs(owner())


def test_a_process_that_has_ended_does_not_run() -> None:
    process = subprocess.Popen(["sleep", "60"])
    label = owner_of(process)
    assert owner_runs(label)
    process.kill()
    process.wait()
    assert not owner_runs(label)


def test_a_killed_process_whose_parent_has_not_read_its_status_does_not_run() -> None:
    """The first process of a container often does not read the status of its children."""
    process = subprocess.Popen(["sleep", "60"])
    label = owner_of(process)
    process.kill()
    try:
        for _ in range(100):
            if not owner_runs(label):
                break
            time.sleep(0.02)
        assert not owner_runs(label)
    finally:
        process.wait()


def test_a_process_with_the_same_id_that_started_at_another_time_is_another_one() -> None:
    host, number, start = owner().split("/")
    assert not owner_runs(f"{host}/{number}/{int(start) - 1}")


def test_a_process_of_another_machine_counts_as_running() -> None:
    assert owner_runs("elsewhere/1/1")


@pytest.mark.parametrize("label", ["", "/", f"{socket.gethostname()}/x/1"])
def test_a_label_without_a_process_does_not_run(label: str) -> None:
    assert not owner_runs(label)
