"""A `terraform` command for the documented commands, which run on an emulated AWS.

The machine may have an older AWS provider than the documents require, and the documents have no
endpoint. So this command adapts the document in its directory, as a rehearsal does, and then runs
the real Terraform with the same arguments. Its first argument is the directory with its settings.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from pathlib import Path

from navra_stacks.terraform.installation import Provider, Terraform

__all__ = ["write_command"]

READS_NO_DOCUMENT = {"fmt", "output", "show", "version"}
SETTINGS = "terraform.pickle"


def write_command(
    path: Path, terraform: Terraform, provider: Provider, directory: Path, schema: Path | None
) -> None:
    """Write this command to an executable file.

    Args:
        path: The file.
        terraform: The Terraform to run.
        provider: The installed provider.
        directory: A directory for settings and temporary files.
        schema: A file with the schema of the provider; None to let Terraform print the schema.
    """
    (directory / SETTINGS).write_bytes(pickle.dumps((terraform, provider, schema)))
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "{directory}" "$@"\n')
    path.chmod(0o755)


def adapt(
    path: Path, terraform: Terraform, provider: Provider, directory: Path, schema: Path | None
) -> None:
    """Adapt the document in the file `path` to the installed provider, once."""
    from navra_stacks.terraform import working_directory
    from navra_stacks.terraform.provider_override import point_at_emulator
    from navra_stacks.terraform.working_directory import WorkingDirectory, pinned_version

    document = json.loads(path.read_text(encoding="utf-8"))
    if pinned_version(document) == provider.version:
        return
    if schema is not None:
        working_directory._schemas[provider] = json.loads(schema.read_bytes())
    workspace = WorkingDirectory(terraform, provider, directory / "adapted")
    adapted = point_at_emulator(workspace.adapt_to_provider(document).document)
    if "local" in (backend := document["terraform"].get("backend", {})):
        # The state is where the pages say, and its check runs.
        adapted["terraform"]["backend"] = backend
        adapted["output"] = document["output"]
    path.write_text(json.dumps(adapted, indent=1), encoding="utf-8")


def main(settings: str, *arguments: str) -> None:
    directory = Path(settings)
    terraform, provider, schema = pickle.loads((directory / SETTINGS).read_bytes())
    options = [argument for argument in arguments if argument.startswith("-chdir=")]
    document = Path(options[0].partition("=")[2] if options else ".", "cdk.tf.json")
    command = next((argument for argument in arguments if not argument.startswith("-")), "version")
    if command not in READS_NO_DOCUMENT and document.exists():
        adapt(document, terraform, provider, directory, schema)
    line = [*terraform.command, *arguments]
    os.execvp(line[0], line)


if __name__ == "__main__":
    main(*sys.argv[1:])
