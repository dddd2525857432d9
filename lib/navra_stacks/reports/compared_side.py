"""One side of a comparison: an environment, an environment at a commit, or a document."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.reports.plain_settings import plain_settings
from navra_stacks.settings.environment import Environment
from navra_stacks.terraform.document import TerraformDocument

__all__ = [
    "ComparedSide",
    "Synthesize",
    "side_of_commit",
    "side_of_document",
    "side_of_environment",
]

Synthesize = Callable[[Environment, Path], Path]
"""A function that writes the document of an environment below a directory, and returns its path."""


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """An environment or a document that is compared with another one."""

    label: str
    """What the user wrote, for example ``live`` or ``live@v1.2.0``."""

    document: Mapping[str, Any]

    settings: Mapping[str, Any] | None = None
    """The settings in the form of `plain_settings`; None for a document."""

    @property
    def name(self) -> str | None:
        """The name of the environment; None for a document."""
        return None if self.settings is None else str(self.settings["name"])


def side_of_document(path: Path) -> ComparedSide:
    """Return a Terraform JSON document as a side.

    Raises:
        DocumentError: it cannot be read.
    """
    return ComparedSide(str(path), TerraformDocument.read(path).content)


def side_of_environment(
    label: str, environment: Environment, synthesize: Synthesize
) -> ComparedSide:
    """Return an environment as a side.

    Args:
        label: What the user wrote.
        environment: The environment.
        synthesize: Writes its document.
    """
    with tempfile.TemporaryDirectory(prefix="navra-diff-") as directory:
        path = synthesize(environment, Path(directory))
        document = TerraformDocument.read(path).content
    return ComparedSide(label, document, plain_settings(environment))


def side_of_commit(label: str, commit: str, command: Sequence[str]) -> ComparedSide:
    """Return an environment as it was at a commit of the repository in the working directory.

    The environment is read by the library of now, in a temporary worktree with the settings of
    then.

    Args:
        label: What the user wrote.
        commit: The commit, tag or branch.
        command: The arguments of a process that prints `as_json` of the side.

    Raises:
        NavraError: there is no such commit, or the environment cannot be read there.
    """
    with tempfile.TemporaryDirectory(prefix="navra-diff-") as directory:
        worktree = Path(directory) / "worktree"
        _run(["git", "worktree", "add", "--quiet", "--detach", str(worktree), commit], Path())
        try:
            # The working directory can be below the top of the repository.
            prefix = _run(["git", "rev-parse", "--show-prefix"], Path()).strip()
            text = _run([sys.executable, *command], worktree / prefix)
        finally:
            _run(["git", "worktree", "remove", "--force", str(worktree)], Path())
    content = json.loads(text)
    return ComparedSide(label, content["document"], content["settings"])


def as_json(side: ComparedSide) -> str:
    """Return what `side_of_commit` reads from a process, in one line of ASCII characters."""
    return json.dumps({"document": side.document, "settings": side.settings})


def _run(command: Sequence[str], directory: Path) -> str:
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NavraError(f"{command[0]} is not installed; it is needed to read a commit") from None
    if done.returncode:
        raise NavraError(done.stderr.strip().removeprefix("navra: ") or f"{command[0]} failed")
    return done.stdout
