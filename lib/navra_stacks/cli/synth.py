"""Environments as Terraform JSON, and what was written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from navra_stacks.cli.inventory_summary import summarize_inventory
from navra_stacks.cli.selection import DEFAULT_SOURCE, environments_of, select_environments

__all__ = ["synth"]


def synth(names: Sequence[str] = (), out: Path | None = None, source: str = DEFAULT_SOURCE) -> None:
    """Write the Terraform JSON of each environment, and tell what was written.

    Args:
        names: Which; all where there is none.
        out: The output directory; CDKTF's own choice where absent.
        source: Where the environments are, see `DEFAULT_SOURCE`.

    Raises:
        NavraError: a mistake in what was asked for, or in the settings.
    """
    start = time.perf_counter()
    # Only here, since they start node and load cdktf: the other commands answer at once. Node
    # starts while the environments are read.
    from navra_stacks import bindings as _bindings  # noqa: F401

    wanted = select_environments(environments_of(source), names)
    from navra_stacks.stacks.synthesis import synthesize

    written = synthesize(wanted, out)
    width = max(len(one.stack) for one in written)
    for one in written:
        print(
            f"{one.stack:{width}}  {one.resources} resources, "
            f"{one.data_sources} data sources  {one.path}"
        )
    for environment in wanted:
        for setting in environment.unknown_settings:
            print(
                f"{environment.names.stack}: {setting} is still to be filled in; "
                "until then Terraform asks for it"
            )
    for environment in wanted:
        for line in summarize_inventory(environment):
            print(line)
    count = len(wanted)
    seconds = time.perf_counter() - start
    print(f"{count} environment{'s' if count != 1 else ''} in {seconds:.1f} s")
