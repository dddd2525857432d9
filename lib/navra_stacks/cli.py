"""The `navra` command."""

from __future__ import annotations

import difflib
import gc
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.errors import NavraError, UnknownEnvironmentError

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment

__all__ = ["main"]

app = typer.Typer(
    help="Terraform JSON for containerised web applications on AWS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Source = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="MODULE:NAME",
        help="Where the environments are: a module that can be imported here, and its tuple.",
    ),
]
DEFAULT_SOURCE = "environments:ENVIRONMENTS"


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
    chosen = _chosen(_environments(source), names or [])
    # Only here, since it loads cdktf: the other commands answer at once.
    from navra_stacks.synthesis import synthesize

    written = synthesize(chosen, out)
    width = max(len(one.stack) for one in written)
    for one in written:
        print(
            f"{one.stack:{width}}  {one.resources} resources, "
            f"{one.data_sources} data sources  {one.path}"
        )
    for environment in chosen:
        for setting in environment.still_to_fill_in:
            print(
                f"{environment.names.stack}: {setting} is still to be filled in; "
                "until then Terraform asks for it"
            )
    count = len(chosen)
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
    (environment,) = _chosen(_environments(source), [name])
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
        for one in _environments(source)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def _environments(source: str) -> tuple[Environment, ...]:
    """The environments that `source` names, imported from the current directory or the path.

    Raises:
        NavraError: there is no such module or name, or it holds something else.
    """
    from navra_stacks.settings.environment import Environment

    module_name, _, attribute = source.partition(":")
    if not module_name or not attribute:
        raise NavraError(f"--from {source}: write it as MODULE:NAME, as in {DEFAULT_SOURCE}")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name.partition(".")[0] and error.name != module_name:
            raise
        raise NavraError(
            f"there is no module {module_name!r} here; run navra in the directory that holds it, "
            "or name another by --from MODULE:NAME"
        ) from None
    found = getattr(module, attribute, None)
    if isinstance(found, Environment):
        return (found,)
    if (
        not isinstance(found, tuple | list)
        or not found
        or not all(isinstance(one, Environment) for one in found)
    ):
        raise NavraError(f"{source} is not a tuple of environments")
    return tuple(found)


def _chosen(environments: tuple[Environment, ...], names: Sequence[str]) -> tuple[Environment, ...]:
    """The environments of these names, each by its own or its stack's; all where none is named.

    Raises:
        UnknownEnvironmentError: a name that no environment has, or that several have.
    """
    chosen: list[Environment] = []
    for name in dict.fromkeys(names):
        found = [one for one in environments if name in (one.name, one.names.stack)]
        if len(found) > 1:
            raise UnknownEnvironmentError(
                f"{name!r} may be {' or '.join(one.names.stack for one in found)}: name one of them"
            )
        if not found:
            known = [one.name for one in environments]
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise UnknownEnvironmentError(f"there is no environment {name!r}; {hint}")
        if found[0] not in chosen:
            chosen += found
    return tuple(chosen) or environments
