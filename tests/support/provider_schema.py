"""The schema of the AWS provider, which Terraform prints once in a test run.

Terraform and the provider need three seconds to print it, and the installed provider is often
older than the documents require: every worker, and every process that adapts a document, would
need it.
"""

from __future__ import annotations

import json
from pathlib import Path

from navra_stacks.terraform import working_directory
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.working_directory import WorkingDirectory

__all__ = ["FILE", "load_schema", "schema_file", "write_schema"]

FILE = "schema.json"

_files: dict[Provider, Path] = {}


def write_schema(terraform: Terraform, provider: Provider, directory: Path) -> None:
    """Write the schema of the provider to a new directory."""
    schema = WorkingDirectory(terraform, provider, directory).schema
    (directory / FILE).write_text(json.dumps(schema), encoding="utf-8")


def load_schema(provider: Provider, file: Path) -> None:
    """Use the schema in a file for the provider in all working directories of this process."""
    if provider not in working_directory._schemas:
        working_directory._schemas[provider] = json.loads(file.read_bytes())
    _files[provider] = file


def schema_file(provider: Provider) -> Path | None:
    """Return the file with the schema of the provider, if it was loaded from one."""
    return _files.get(provider)
