"""`navra routes`: show which service handles requests with a path."""

from __future__ import annotations

from typing import Annotated

import typer

from navra_stacks.cli.options import Source
from navra_stacks.cli.output import print_line
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments
from navra_stacks.errors import NavraError

__all__ = ["routes"]


def routes(
    name: Annotated[
        str, typer.Argument(metavar="ENV", help="The name of the environment or its stack.")
    ],
    path: Annotated[
        str | None,
        typer.Argument(metavar="PATH", help="Path of a request. Default: list all routes."),
    ] = None,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Show which service handles requests with PATH, and which listener rule matches."""
    (environment,) = select_environments(load_environments(source), [name])
    routing = environment.routing
    if path is None:
        for route in routing.by_priority:
            print_line(f"{route.priority:>5}  {' '.join(route.paths)}  ->  {route.service}")
        print_line(f"{'else':>5}  /*  ->  {routing.default}")
        return
    try:
        match = routing.resolve(path)
    except ValueError as error:
        raise NavraError(str(error)) from None
    reason = (
        "the default action" if match.pattern is None else f"rule {match.priority}, {match.pattern}"
    )
    print_line(f"{path}  ->  {match.service}  ({reason})")
