"""The `navra` command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from navra_stacks.cli.discover import discover
from navra_stacks.cli.error_handling import running
from navra_stacks.cli.guard import guard
from navra_stacks.cli.options import Source
from navra_stacks.cli.rehearse import rehearse
from navra_stacks.cli.selection import DEFAULT_SOURCE, environments_of, select_environments
from navra_stacks.cli.synth import synth as write
from navra_stacks.errors import NavraError

__all__ = ["main"]

app = typer.Typer(
    help="Terraform JSON for containerised web applications on AWS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; a mistake of the user's is told without a traceback, with status 2."""
    with running():
        app(args=None if arguments is None else list(arguments))


@app.command()
def synth(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ENV]...", help="Which; all if left out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Output directory.  [default: $CDKTF_OUTDIR, or cdktf.out]"),
    ] = None,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Write the Terraform JSON of each environment, and tell what was written."""
    write(names or [], out, source)


@app.command()
def routes(
    name: Annotated[str, typer.Argument(metavar="ENV", help="The environment.")],
    path: Annotated[
        str | None, typer.Argument(help="A request's path; all routes are shown if left out.")
    ] = None,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Tell which service answers a path, and because of which listener rule."""
    (environment,) = select_environments(environments_of(source), [name])
    routing = environment.routing
    if path is None:
        for route in routing.by_priority:
            print(f"{route.priority:>5}  {' '.join(route.paths)}  ->  {route.service}")
        print(f"{'else':>5}  /*  ->  {routing.default}")
        return
    try:
        answer = routing.resolve(path)
    except ValueError as error:
        raise NavraError(str(error)) from None
    reason = (
        "the default action"
        if answer.pattern is None
        else f"rule {answer.priority}, {answer.pattern}"
    )
    print(f"{path}  ->  {answer.service}  ({reason})")


@app.command()
def environments(source: Source = DEFAULT_SOURCE) -> None:
    """List the environments: account, Region, address."""
    rows = [
        (one.name, one.names.stack, one.account or "account?", one.region, one.domain.url)
        for one in environments_of(source)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        )


app.command()(discover)
app.command()(guard)
app.command()(rehearse)
