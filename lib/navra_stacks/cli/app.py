"""The `navra` command, assembled from its subcommands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from navra_stacks.cli.deploy import deploy, rollback, run
from navra_stacks.cli.diff import diff
from navra_stacks.cli.discover import discover
from navra_stacks.cli.environments import environments
from navra_stacks.cli.error_handling import handle_errors
from navra_stacks.cli.guard import guard
from navra_stacks.cli.logs import logs
from navra_stacks.cli.output import print_line
from navra_stacks.cli.preflight import preflight
from navra_stacks.cli.rehearse import rehearse
from navra_stacks.cli.routes import routes
from navra_stacks.cli.status import status
from navra_stacks.cli.synth import synth

__all__ = ["main"]

app = typer.Typer(
    help="Terraform JSON for containerised web applications on AWS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the `navra` command, and exit with a status of docs/exit-statuses.md.

    Args:
        arguments: The command-line arguments. None: those of the process.
    """
    with handle_errors():
        app(args=None if arguments is None else list(arguments))


def _print_version(value: bool) -> None:
    if value:
        from navra_stacks import __version__

        print_line(f"navra-stacks {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


app.command()(synth)
app.command()(routes)
app.command()(environments)
app.command()(diff)
app.command()(discover)
app.command()(preflight)
app.command()(guard)
app.command()(rehearse)
app.command()(deploy)
app.command()(run)
app.command()(status)
app.command()(rollback)
app.command()(logs)
