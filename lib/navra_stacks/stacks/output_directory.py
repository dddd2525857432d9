"""The output directory of a synthesis, in which complete files replace those of earlier runs."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from navra_stacks.errors import NavraError
from navra_stacks.files import move_file, report_file_errors

__all__ = ["HCL_METADATA", "replacement_directory", "report_node_errors"]

_DOCUMENTS = {"cdk.tf.json": "cdk.tf", "cdk.tf": "cdk.tf.json"}
"""The files in which cdktf writes a stack, JSON or HCL. Each with the file in the other syntax."""

HCL_METADATA = "metadata.json"
"""The file that cdktf writes beside HCL, with the content of the comment in JSON."""

_NODE_ERROR = re.compile(
    r"\b(?!ENOENT)E[A-Z]{2,}: ([^\n,]+), (?:open|write|mkdir|close|copyfile)(?: '([^'\n]+)')?"
)
"""An error of node while it writes, with the reason and, if node knows it, the file. ENOENT is not
among them: only a file to read can be missing, for example an asset."""


@contextmanager
def replacement_directory(directory: Path) -> Iterator[Path]:
    """Yield an empty directory, whose files replace those in `directory` at the end of the context.

    The empty directory is in `directory`, and `directory` is created if it does not exist. After an
    exception in the context, or if a file cannot be replaced, the files in `directory` are
    unchanged. Files without a replacement remain, with one exception: of each stack, the file in
    the other syntax is deleted if cdktf wrote it, because Terraform reads both.

    Raises:
        NavraError: `directory` cannot be written, or has a file in the other syntax that cdktf did
            not write.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NavraError(f"{directory} cannot be created: {error.strerror}") from None
    with report_file_errors(directory):
        pending = Path(tempfile.mkdtemp(prefix=".synth-", dir=directory))
    try:
        with report_node_errors(directory):
            yield pending
        _publish(pending, directory)
    finally:
        shutil.rmtree(pending, ignore_errors=True)


@contextmanager
def report_node_errors(directory: Path) -> Iterator[None]:
    """Convert an error of the file system that occurred in node into a NavraError.

    Args:
        directory: The directory in which node writes.
    """
    try:
        yield
    except Exception as error:
        if (found := _NODE_ERROR.search(str(error))) is None:
            raise
        reason, path = found.groups()
        raise NavraError(f"{path or directory} cannot be written: {reason}") from None


def _publish(pending: Path, directory: Path) -> None:
    """Move all files from `pending` to the same paths in `directory`."""
    moves = {
        path: directory / path.relative_to(pending)
        for path in sorted(pending.rglob("*"))
        if not path.is_dir()
    }
    # Everything that can be refused is refused before the first file is replaced.
    superseded = [file for target in moves.values() for file in _other_syntax(target)]
    for target in moves.values():
        with report_file_errors(target.parent):
            target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise NavraError(
                f"{target} cannot be written: it is a directory; delete it, or write to another "
                "output directory"
            )
    for file in superseded:
        with report_file_errors(file):
            file.unlink(missing_ok=True)
    for source, target in moves.items():
        move_file(source, target)


def _other_syntax(document: Path) -> Iterator[Path]:
    """Yield the files beside `document` that an earlier run wrote in the other syntax.

    Raises:
        NavraError: cdktf did not write the file in the other syntax.
    """
    other = _DOCUMENTS.get(document.name)
    if other is None or not (file := document.with_name(other)).exists():
        return
    # cdktf writes the metadata of HCL into a file of its own.
    metadata = file if other == "cdk.tf.json" else document.with_name(HCL_METADATA)
    if not _is_metadata_of(metadata, document.parent.name):
        raise NavraError(
            f"{file} is not a file that cdktf generated; Terraform would read it together with "
            f"{document.name}: rename it, move it, or delete it"
        )
    yield file
    if other == "cdk.tf":
        yield metadata  # otherwise it would also mark a later file of the same name as generated


def _is_metadata_of(file: Path, stack: str) -> bool:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return bool(content["//"]["metadata"]["stackName"] == stack)
    except (OSError, ValueError, KeyError, TypeError):
        return False
