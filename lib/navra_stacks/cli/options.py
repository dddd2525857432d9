"""Options that several commands share."""

from typing import Annotated

import typer

from navra_stacks.errors import NavraError

__all__ = ["Source", "StackClass", "Variables", "parse_variable"]

Source = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="MODULE:NAME",
        help=(
            "The environments: an importable module, and a name that this module defines for an "
            "environment, or for a tuple or list of environments."
        ),
    ),
]
"""The option ``--from``. Its value is passed to `load_environments`."""

StackClass = Annotated[
    str | None,
    typer.Option(
        "--stack-class",
        metavar="MODULE:CLASS",
        help="The class of the stacks. Default: the `stack_class` of each environment.",
    ),
]
"""The option ``--stack-class``. Its value is passed to `select_environments`."""

Variables = Annotated[
    list[str] | None,
    typer.Option("--var", metavar="NAME=VALUE", help="Value of a Terraform variable. Repeatable."),
]
"""The option ``--var``. Its values are passed to `parse_variable`."""


def parse_variable(option: str) -> tuple[str, str]:
    """Return the name and the value of a variable.

    Raises:
        NavraError: `option` is not of the form ``NAME=VALUE``.
    """
    name, equals, value = option.partition("=")
    if not name or not equals:
        # The option is not shown, because it can be a secret.
        raise NavraError("an option --var is not of the form NAME=VALUE")
    return name, value
