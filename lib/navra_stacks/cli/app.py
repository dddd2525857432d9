"""The `navra` command, assembled from its subcommands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer

from navra_stacks.cli.error_handling import handle_errors
from navra_stacks.cli.output import print_line

__all__ = ["COMMANDS", "main"]


class Command(NamedTuple):
    """A subcommand, whose module is imported when the subcommand runs."""

    module: str
    """The module in this package with a function of the subcommand's name."""

    summary: str
    """The first sentence of the function's docstring."""

    def load(self, name: str) -> Callable[..., Any]:
        """Return the function of the subcommand."""
        function: Callable[..., Any] = getattr(import_module(f"{__package__}.{self.module}"), name)
        return function


COMMANDS = {
    "synth": Command("synth", "Write the Terraform JSON of each environment, and list the files."),
    "warm": Command(
        "warm",
        "Fill the caches with what the environments need, for an image or the cache of a CI "
        "system.",
    ),
    "routes": Command(
        "routes", "Show which service handles requests with PATH, and which listener rule matches."
    ),
    "environments": Command(
        "environments", "List the environments, each with its name, stack, account, Region and URL."
    ),
    "diff": Command(
        "diff", "List the settings that differ between A and B, and below them the resources."
    ),
    "check": Command(
        "check", "Check documents and plans with policy rules, without Terraform, AWS or node."
    ),
    "discover": Command(
        "discover",
        "Find the resources of ENV that exist in its AWS account, and write an inventory of them.",
    ),
    "preflight": Command(
        "preflight", "Check what would stop the first apply of ENV in its AWS account."
    ),
    "guard": Command(
        "guard", "Refuse a plan that would lose data, cut traffic, or change adopted resources."
    ),
    "rehearse": Command(
        "rehearse",
        "Apply an environment to an emulated AWS, plan again, destroy, and check for leftovers.",
    ),
    "local": Command(
        "local",
        "Run the tasks of ENV in a local container engine, behind its listener rules.",
    ),
    "deploy": Command(
        "deploy", "Deploy images to services of ENV, and follow each deployment to its end."
    ),
    "run": Command(
        "deploy", "Run a one-off task of a service with the image that the service runs."
    ),
    "status": Command(
        "status", "Show what the services of ENV run, and which settings are not deployed."
    ),
    "rollback": Command(
        "deploy", "Return services of ENV to the revision of their last successful deployment."
    ),
    "logs": Command("logs", "Print the log events of a service of ENV, the oldest one first."),
}
"""The subcommands by name, in the order of the help."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the `navra` command, and exit with a status of docs/exit-statuses.md.

    Args:
        arguments: The command-line arguments. None: those of the process.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    with handle_errors():
        _app(next((one for one in given if not one.startswith("-")), ""))(args=given)


def _app(selected: str) -> typer.Typer:
    """Return the command with one subcommand, or with the names and summaries of all.

    The modules of all subcommands take longer to import than most of them take to run, and the
    help with borders and colours takes longer than both.
    """
    app = typer.Typer(
        help="Terraform JSON for containerised web applications on AWS.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    if selected in COMMANDS:
        app.command(selected)(COMMANDS[selected].load(selected))
        return app
    for name, command in COMMANDS.items():
        app.command(name, short_help=command.summary)(_listed)
    return app


def _listed() -> None:
    """Do nothing: a subcommand that is only listed in the help."""


def _print_version(value: bool) -> None:
    if value:
        from navra_stacks import __version__

        print_line(f"navra-stacks {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass
