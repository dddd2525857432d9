"""What runs Terraform: its events and errors, and that nothing outlives it. No Terraform is run."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.terraform.installation import NotAtHandError, Provider, Terraform
from navra_stacks.terraform.working_directory import (
    TerraformError,
    Workspace,
    pinned_version,
    sentence,
)
from tests.support.processes import gone

Playing = Callable[[str], Workspace]

CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("pids", "w").write(f"{os.getpid()} {child.pid}")
"""


@pytest.fixture
def playing(tmp_path: Path) -> Playing:
    """A workspace whose Terraform is a Python script."""

    def of(script: str, mirror: Path | None = None) -> Workspace:
        (tmp_path / "terraform.py").write_text(script)
        terraform = Terraform((sys.executable, str(tmp_path / "terraform.py")), "1.11.4", "any")
        provider = Provider(mirror, "registry.example/hashicorp/aws", "5.100.0")
        return Workspace(terraform, provider, tmp_path / "work", dict(os.environ))

    return of


def pids(workspace: Workspace) -> list[int]:
    return [int(one) for one in (workspace.directory / "pids").read_text().split()]


def wait_for(path: Path) -> None:
    while not path.exists() or not path.read_text():
        time.sleep(0.01)


def test_each_event_is_passed_on_while_it_runs(playing: Playing) -> None:
    seen: list[Any] = []
    script = """print('{"type": "planned_change"}'); print("no JSON")"""
    assert playing(script).stream("plan", on_event=seen.append) == 0
    assert [one["type"] for one in seen] == ["planned_change", "output"]


def test_an_error_is_told_in_terraforms_words(playing: Playing) -> None:
    script = """
import json
diagnostic = {"severity": "error", "summary": "No", "detail": "never", "snippet": {"context": "a"}}
print(json.dumps({"@level": "warn", "diagnostic": {"severity": "warning", "summary": "Hm"}}))
print(json.dumps({"@level": "error", "diagnostic": diagnostic}))
raise SystemExit(1)
"""
    with pytest.raises(TerraformError) as failed:
        playing(script).stream("apply")
    assert failed.value.said == "error in a: No: never"


def test_an_error_without_details_is_told_without_any() -> None:
    assert sentence({"severity": "error", "summary": "No.", "detail": ""}) == "error: No."


def test_the_version_that_was_installed_is_told_and_not_the_constraint(playing: Playing) -> None:
    told = """print('{"provider_selections": {"registry.example/hashicorp/aws": "6.2.0"}}')"""
    assert playing(told).installed_version() == "6.2.0"
    assert playing("print('{}')").installed_version() == "5.100.0"


def test_a_provider_that_terraform_left_behind_is_killed(playing: Playing) -> None:
    workspace = playing(CHILD)
    workspace.stream("plan")
    assert all(map(gone, pids(workspace)))


def test_ctrl_c_stops_terraform_and_all_that_it_started(playing: Playing) -> None:
    workspace = playing(CHILD + "time.sleep(60)")

    def press() -> None:
        wait_for(workspace.directory / "pids")
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    with pytest.raises(KeyboardInterrupt):
        workspace.run("apply")
    assert all(map(gone, pids(workspace)))


def test_a_kill_hits_all_that_it_started(playing: Playing) -> None:
    workspace = playing(CHILD + "print('{}', flush=True); time.sleep(60)")
    with pytest.raises(TerraformError):
        workspace.stream("apply", on_event=lambda _: workspace.stop(signal.SIGKILL))
    assert all(map(gone, pids(workspace)))


def test_where_neither_mirror_nor_registry_has_a_provider_the_repair_is_told(
    playing: Playing, tmp_path: Path
) -> None:
    script = """raise SystemExit("Error: could not connect to registry.example")"""
    with pytest.raises(NotAtHandError, match="name a mirror by"):
        playing(script).init()
    with pytest.raises(TerraformError, match="could not connect"):
        playing(script, mirror=tmp_path).init()


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        ({"version": "6.25.0", "source": "aws"}, "6.25.0"),
        ({"source": "hashicorp/aws"}, ">= 5"),
        ("~> 5.0", "~> 5.0"),
    ],
)
def test_the_provider_that_a_document_asks_for_is_read(asked: Any, version: str) -> None:
    assert pinned_version({"terraform": {"required_providers": {"aws": asked}}}) == version


def test_a_document_that_asks_for_none_gets_any() -> None:
    assert pinned_version({}) == ">= 5"


def test_the_copy_that_runs_keeps_its_state_here(playing: Playing) -> None:
    document = {
        "terraform": {
            "backend": {"s3": {"bucket": "b"}},
            "required_version": ">= 1.11",
            "required_providers": {"aws": {"version": "~> 5.0"}},
        },
        "resource": {},
    }
    fitted = playing("").fitted(document)
    assert fitted.omissions == ()
    assert fitted.document["terraform"] == {
        "required_version": ">= 1.11",
        "required_providers": {
            "aws": {"source": "registry.example/hashicorp/aws", "version": "5.100.0"}
        },
    }


def test_what_terraform_complains_of_holds_no_credential() -> None:
    url = "postgres://app:" + "hunter2@db.shop.example/shop"
    error = TerraformError(("plan",), f'error: invalid value: "{url}" is too long')
    told = str(error)
    assert "hunter2" not in told
    assert "hunter2" not in error.said
    assert told.startswith("terraform plan failed:\nerror: invalid value: (")
