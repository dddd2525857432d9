"""Write the Terraform JSON of environments, and print a summary."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from navra_stacks.cli.inventory_summary import summarize_inventory
from navra_stacks.cli.output import print_line
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments

__all__ = ["write_stacks"]


def write_stacks(
    names: Sequence[str] = (), out: Path | None = None, source: str = DEFAULT_SOURCE
) -> None:
    """Write the Terraform JSON of each environment, and print a summary.

    Args:
        names: The names of environments or of their stacks. Empty: all environments.
        out: The output directory. None: ``$CDKTF_OUTDIR``, or ``cdktf.out``.
        source: The environments as ``MODULE:NAME``, see `load_environments`.

    Raises:
        NavraError: a name, the source, or the settings of an environment are invalid.
    """
    start = time.perf_counter()
    # Imported here, because other commands need neither node nor cdktf. The bindings start node
    # while the environments are loaded.
    from navra_stacks import bindings as _bindings  # noqa: F401

    selected = select_environments(load_environments(source), names)
    from navra_stacks.stacks.synthesis import synthesize

    written = synthesize(selected, out)
    width = max(len(stack.stack) for stack in written)
    for stack in written:
        print_line(
            f"{stack.stack:{width}}  {stack.resources} resources, "
            f"{stack.data_sources} data sources  {stack.path}"
        )
    for environment in selected:
        for setting in environment.unknown_settings:
            print_line(
                f"{environment.names.stack}: {setting} has no value yet; "
                "until it is set, Terraform prompts for it"
            )
    for environment in selected:
        for line in summarize_inventory(environment):
            print_line(line)
    count = len(selected)
    seconds = time.perf_counter() - start
    print_line(f"{count} environment{'s' if count != 1 else ''} in {seconds:.1f} s")
