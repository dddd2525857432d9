"""The `navra` command."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from navra_stacks.commands.chosen import DEFAULT_SOURCE, Source, chosen, environments_of
from navra_stacks.commands.discover import discover
from navra_stacks.commands.guard import guard
from navra_stacks.commands.kept import kept_by
from navra_stacks.commands.rehearse import rehearse
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
    # A command is short, and what it makes lives to its end: looking for garbage among thousands of
    # classes of bindings costs a tenth of a synth and finds none.
    collecting = gc.isenabled()
    gc.disable()
    try:
        app(args=None if arguments is None else list(arguments))
    except NavraError as error:
        print(f"navra: {error}", file=sys.stderr)
        sys.exit(2)
    finally:
        if collecting:
            gc.enable()


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
    start = time.perf_counter()
    # Only here, since they start node and load cdktf: the other commands answer at once. Node
    # starts while the environments are read.
    from navra_stacks import bindings as _bindings  # noqa: F401

    wanted = chosen(environments_of(source), names or [])
    from navra_stacks.synthesis import synthesize

    written = synthesize(wanted, out)
    width = max(len(one.stack) for one in written)
    for one in written:
        print(
            f"{one.stack:{width}}  {one.resources} resources, "
            f"{one.data_sources} data sources  {one.path}"
        )
    for environment in wanted:
        for setting in environment.still_to_fill_in:
            print(
                f"{environment.names.stack}: {setting} is still to be filled in; "
                "until then Terraform asks for it"
            )
    for environment in wanted:
        for line in kept_by(environment):
            print(line)
    count = len(wanted)
    seconds = time.perf_counter() - start
    print(f"{count} environment{'s' if count != 1 else ''} in {seconds:.1f} s")


@app.command()
def routes(
    name: Annotated[str, typer.Argument(metavar="ENV", help="The environment.")],
    path: Annotated[
        str | None, typer.Argument(help="A request's path; all routes are shown if left out.")
    ] = None,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Tell which service answers a path, and because of which listener rule."""
    (environment,) = chosen(environments_of(source), [name])
    routing = environment.routing
    if path is None:
        for route in routing.in_order:
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
