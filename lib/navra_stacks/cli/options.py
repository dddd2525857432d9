"""Options that several commands have."""

from typing import Annotated

import typer

__all__ = ["Source"]

Source = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="MODULE:NAME",
        help="Where the environments are: a module that can be imported here, and its tuple.",
    ),
]
