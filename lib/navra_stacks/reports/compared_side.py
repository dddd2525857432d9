"""One side of a comparison: an environment, an environment at a commit, or a document."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
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

Program = Callable[[Path, Path, Path], str]
"""A function that returns a Python program that writes `as_json` of a side to a file.

Its arguments are the top directories of the repository and of the worktree, and the file.
"""

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


def side_of_commit(label: str, commit: str, program: Program) -> ComparedSide:
    """Return an environment as it was at a commit of the repository in the working directory.

    The installed library evaluates the settings of the commit, in a temporary Git worktree.

    Args:
        label: What the user wrote.
        commit: The commit, tag or branch.
        program: See `Program`.

    Raises:
        NavraError: there is no such commit, or the environment cannot be read there.
    """
    top = Path(_git("rev-parse", "--show-toplevel"))
    prefix = _git("rev-parse", "--show-prefix")
    verified = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
    if not verified:
        raise NavraError(f"{label}: the repository has no commit, tag or branch {commit!r}")
    with tempfile.TemporaryDirectory(prefix="navra-diff-") as directory:
        worktree, written = Path(directory, "worktree"), Path(directory, "side.json")
        _git("worktree", "add", "--quiet", "--detach", str(worktree), verified)
        try:
            if not (worktree / prefix).is_dir():
                raise NavraError(f"{label}: the directory {prefix} did not exist at that commit")
            command = [sys.executable, "-c", program(top, worktree, written)]
            done = subprocess.run(
                command, cwd=worktree / prefix, capture_output=True, text=True, check=False
            )
            if done.returncode:
                message = done.stderr.strip().removeprefix("navra: ")
                raise NavraError(f"{label}: {message or 'it cannot be read'}")
            content = json.loads(written.read_text(encoding="utf-8"))
        finally:
            _git("worktree", "remove", "--force", str(worktree))
    return ComparedSide(label, content["document"], content["settings"])


def as_json(side: ComparedSide) -> str:
    """Return what `side_of_commit` reads from the file of a process."""
    return json.dumps({"document": side.document, "settings": side.settings})


def _git(*arguments: str) -> str:
    """Return the output of git; empty if a verified name does not exist."""
    command = ["git", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NavraError("git is not installed; it is needed to read a commit") from None
    if done.returncode and "--verify" not in arguments:
        raise NavraError(done.stderr.strip() or f"git {arguments[0]} failed")
    return done.stdout.strip()
