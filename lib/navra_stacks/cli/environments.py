"""`navra environments`: list the environments."""

from __future__ import annotations

from navra_stacks.cli.options import Source
from navra_stacks.cli.output import print_line
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments

__all__ = ["environments"]


def environments(source: Source = DEFAULT_SOURCE) -> None:
    """List the environments, each with its name, stack, account, Region and URL."""
    rows = [
        (
            environment.name,
            environment.names.stack,
            environment.account or "account?",
            environment.region,
            environment.domain.url,
        )
        for environment in load_environments(source)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print_line(
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        )
