"""Running Terraform commands: events, errors and child processes. A script replaces Terraform."""

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

from navra_stacks.terraform.installation import NotInstalledError, Provider, Terraform
from navra_stacks.terraform.working_directory import (
    TerraformError,
    WorkingDirectory,
    pinned_version,
)
from tests.support.processes import has_ended

FakeTerraform = Callable[[str], WorkingDirectory]

CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("pids", "w").write(f"{os.getpid()} {child.pid}")
"""


@pytest.fixture
def fake_terraform(tmp_path: Path) -> FakeTerraform:
    """Create a working directory whose Terraform is a Python script."""

    def create(script: str, mirror: Path | None = None) -> WorkingDirectory:
        (tmp_path / "terraform.py").write_text(script)
        terraform = Terraform((sys.executable, str(tmp_path / "terraform.py")), "1.11.4", "any")
        provider = Provider(mirror, "registry.example/hashicorp/aws", "5.100.0")
        return WorkingDirectory(terraform, provider, tmp_path / "work", dict(os.environ))

    return create


def pids(directory: WorkingDirectory) -> list[int]:
    return [int(pid) for pid in (directory.directory / "pids").read_text().split()]


def wait_for(path: Path) -> None:
    while not path.exists() or not path.read_text():
        time.sleep(0.01)


def test_each_event_is_reported_while_the_command_runs(fake_terraform: FakeTerraform) -> None:
    events: list[Any] = []
    script = """print('{"type": "planned_change"}'); print("not JSON")"""
    assert fake_terraform(script).stream("plan", on_event=events.append) == 0
    assert [event["type"] for event in events] == ["planned_change", "output"]


def test_an_error_has_terraforms_message(fake_terraform: FakeTerraform) -> None:
    script = """
import json
diagnostic = {"severity": "error", "summary": "No", "detail": "never", "snippet": {"context": "a"}}
print(json.dumps({"@level": "warn", "diagnostic": {"severity": "warning", "summary": "Hm"}}))
print(json.dumps({"@level": "error", "diagnostic": diagnostic}))
raise SystemExit(1)
"""
    with pytest.raises(TerraformError) as failed:
        fake_terraform(script).stream("apply")
    assert failed.value.output == "error in a: No: never"


def test_the_crash_of_a_provider_replaces_the_errors_of_what_it_interrupted(
    fake_terraform: FakeTerraform,
) -> None:
    script = """
import json, sys
for summary, address in (
    ("Plugin did not respond", "aws_lb.a"),
    ("creating the VPC: no", "aws_vpc.v"),
    ("Plugin did not respond", "aws_iam_role.r"),
):
    found = {"severity": "error", "summary": summary, "detail": "", "address": address}
    print(json.dumps({"@level": "error", "diagnostic": found}))
sys.stderr.write(
    "Stack trace from the terraform-provider-aws plugin:\\n\\npanic: nil map\\n"
    "\\tgithub.com/hashicorp/terraform-provider-aws/internal/service/iam/role.go:7 +0x1\\n"
    "Error: The terraform-provider-aws plugin crashed!\\n"
)
raise SystemExit(1)
"""
    with pytest.raises(TerraformError) as failed:
        fake_terraform(script).stream("apply")
    assert failed.value.output == (
        "the provider crashed while it processed aws_iam_role.r: panic: nil map "
        "(internal/service/iam/role.go:7)\nerror: creating the VPC: no"
    )
    assert failed.value.crash is not None
    assert failed.value.crash.resources == ("aws_iam_role.r",)


def test_the_installed_version_is_not_the_version_constraint(
    fake_terraform: FakeTerraform,
) -> None:
    script = """print('{"provider_selections": {"registry.example/hashicorp/aws": "6.2.0"}}')"""
    assert fake_terraform(script).installed_version() == "6.2.0"
    assert fake_terraform("print('{}')").installed_version() == "5.100.0"


def test_a_provider_that_outlives_terraform_is_killed(fake_terraform: FakeTerraform) -> None:
    directory = fake_terraform(CHILD)
    directory.stream("plan")
    assert all(map(has_ended, pids(directory)))


def test_ctrl_c_stops_terraform_and_its_child_processes(fake_terraform: FakeTerraform) -> None:
    directory = fake_terraform(CHILD + "time.sleep(60)")

    def press() -> None:
        wait_for(directory.directory / "pids")
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    with pytest.raises(KeyboardInterrupt):
        directory.run("apply")
    assert all(map(has_ended, pids(directory)))


def test_sigkill_kills_terraform_and_its_child_processes(fake_terraform: FakeTerraform) -> None:
    directory = fake_terraform(CHILD + "print('{}', flush=True); time.sleep(60)")
    with pytest.raises(TerraformError):
        directory.stream("apply", on_event=lambda _: directory.stop(signal.SIGKILL))
    assert all(map(has_ended, pids(directory)))


def test_an_unreachable_registry_is_reported_with_the_repair(
    fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    script = """raise SystemExit("Error: could not connect to registry.example")"""
    with pytest.raises(NotInstalledError, match="create a mirror with"):
        fake_terraform(script).init()
    with pytest.raises(TerraformError, match="could not connect"):
        fake_terraform(script, mirror=tmp_path).init()


@pytest.mark.parametrize(
    ("requirement", "version"),
    [
        ({"version": "6.25.0", "source": "aws"}, "6.25.0"),
        ({"source": "hashicorp/aws"}, ">= 5"),
    ],
)
def test_the_required_provider_version_is_read(requirement: Any, version: str) -> None:
    assert pinned_version({"terraform": {"required_providers": {"aws": requirement}}}) == version


def test_a_document_without_a_required_version_accepts_any() -> None:
    assert pinned_version({}) == ">= 5"


def test_an_adapted_document_has_a_local_state_and_the_installed_provider(
    fake_terraform: FakeTerraform,
) -> None:
    document = {
        "terraform": {
            "backend": {"s3": {"bucket": "b"}},
            "required_version": ">= 1.11",
            "required_providers": {"aws": {"version": "~> 5.0"}},
        },
        "resource": {},
    }
    adapted = fake_terraform("").adapt_to_provider(document)
    assert adapted.omissions == ()
    assert adapted.document["terraform"] == {
        "required_version": ">= 1.11",
        "required_providers": {
            "aws": {"source": "registry.example/hashicorp/aws", "version": "5.100.0"}
        },
    }


def test_an_error_message_has_no_credentials() -> None:
    url = "postgres://app:" + "hunter2@db.shop.example/shop"
    error = TerraformError(("plan",), f'error: invalid value: "{url}" is too long')
    message = str(error)
    assert "hunter2" not in message
    assert "hunter2" not in error.output
    assert message.startswith("terraform plan failed:\nerror: invalid value: (")
