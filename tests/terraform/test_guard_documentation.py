"""The example in docs/guard.md works as written, with the installed Terraform."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.navra_command import COMMAND
from tests.support.repository import ROOT


def test_the_example_prints_what_the_page_shows(
    installed: tuple[Terraform, Provider], tmp_path: Path
) -> None:
    page = (ROOT / "docs/guard.md").read_text(encoding="utf-8")
    section = page.partition("## Try it\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert [language for language, _ in blocks] == ["", "text", "", "text"]
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, command in (("terraform", installed[0].command), ("navra", (str(COMMAND),))):
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        script.chmod(0o755)
    environment = {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    directory = tmp_path
    for (_, shell), (_, output), status in zip(blocks[::2], blocks[1::2], (3, 0), strict=True):
        result = subprocess.run(
            ["bash", "-e"],
            input=shell,
            cwd=directory,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == status, result.stderr
        assert result.stdout.endswith(output)
        directory = tmp_path / "guard-try"
