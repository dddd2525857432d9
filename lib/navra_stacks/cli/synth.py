"""`navra synth`: write environments as Terraform JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from navra_stacks.cli.options import Names, Source, StackClass
from navra_stacks.cli.selection import DEFAULT_SOURCE
from navra_stacks.cli.written_stacks import write_stacks

__all__ = ["synth"]


def synth(
    names: Names = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Output directory. Default: $CDKTF_OUTDIR, or cdktf.out."),
    ] = None,
    source: Source = DEFAULT_SOURCE,
    stack_class: StackClass = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace documents that another stack class wrote."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Write the Terraform JSON of each environment, and list the files.

    Settings that the next apply does not bring into the running tasks are listed as well. The
    documents of an environment with a policy file are checked.

    Exit status 0: all documents were written.

    Exit status 1: they were written, and the policy of an environment has findings.
    """
    write_stacks(
        names or [], out, source, stack_class=stack_class, replace=replace, as_json=as_json
    )
