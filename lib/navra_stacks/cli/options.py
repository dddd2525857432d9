"""Options that several commands share."""

from typing import Annotated

import typer

__all__ = ["Source"]

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
