"""`navra synth`: write environments as Terraform JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from navra_stacks.cli.options import Source
from navra_stacks.cli.selection import DEFAULT_SOURCE
from navra_stacks.cli.written_stacks import write_stacks

__all__ = ["synth"]


def synth(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ENV",
            help="The names of environments or their stacks. Default: all environments.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Output directory. Default: $CDKTF_OUTDIR, or cdktf.out."),
    ] = None,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Write the Terraform JSON of each environment, and list the files."""
    write_stacks(names or [], out, source)
