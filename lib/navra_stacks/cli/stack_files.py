"""The files that `navra synth` wrote, which commands read by the name of an environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from navra_stacks.errors import NavraError, did_you_mean

__all__ = ["DOCUMENT", "OutputDirectory", "StackFiles", "document_at", "names_of_stack"]

DOCUMENT = "cdk.tf.json"
"""The name of the file with a stack's document."""

OutputDirectory = Annotated[
    Path | None,
    typer.Option(
        "--outdir",
        metavar="DIR",
        help="Directory of the synthesized stacks. Default: $CDKTF_OUTDIR or cdktf.out.",
    ),
]


class StackFiles:
    """The files of one kind, such as ``cdk.tf.json``, by stack."""

    def __init__(self, file_name: str, outdir: Path | None) -> None:
        """Find the files.

        Args:
            file_name: The name of the file in the directory of its stack.
            outdir: The output directory; None for the default.
        """
        output = outdir or Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
        self._directory = output / "stacks"
        self._file_name = file_name
        self._paths = {
            path.parent.name: path for path in sorted(self._directory.glob(f"*/{file_name}"))
        }

    def all(self) -> dict[str, Path]:
        """Return the path of the file of each stack.

        Raises:
            NavraError: there are no files.
        """
        if not self._paths:
            raise NavraError(
                f"{self._directory} contains no {self._file_name}; write it with `navra synth`"
            )
        return self._paths

    def find(self, name: str, context: str = "") -> tuple[str, Path]:
        """Return the name of a stack, and the path of its file.

        Args:
            name: The name of the stack, or of the environment if it is unique.
            context: A clause before the message if there is no such stack.

        Raises:
            NavraError: there is no such file, or there are several.
        """
        paths = self.all()
        matches = [stack for stack in paths if stack == name]
        matches = matches or [stack for stack in paths if stack.endswith(f"-{name}")]
        if len(matches) == 1:
            return matches[0], paths[matches[0]]
        if matches:
            raise NavraError(f"{name!r} can be {' or '.join(matches)}; use the name of the stack")
        known = [one for stack in paths for one in names_of_stack(stack)]
        hint = did_you_mean(name, known, f"its stacks are {', '.join(paths)}")
        raise NavraError(f"{context}{self._directory} has no environment {name!r}; {hint}")


def document_at(name: str) -> tuple[str, Path] | None:
    """Return the name of the stack and the path of a document; None if `name` is not a path."""
    path = Path(name)
    if path.suffix != ".json" and not path.is_file():
        return None
    stack = path.parent.name if path.name == DOCUMENT else path.name.partition(".")[0]
    return stack, path


def names_of_stack(stack: str) -> list[str]:
    """Return the name of a stack, and what can be the name of its environment: PROJECT-ENV."""
    parts = stack.split("-")
    return ["-".join(parts[index:]) for index in range(len(parts))]
