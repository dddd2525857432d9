"""Options that several commands share."""

from typing import Annotated

import typer

__all__ = ["Source", "StackClass"]

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
