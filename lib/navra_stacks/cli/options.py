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
            "The environments: an importable module, and the name of an environment, or of a tuple "
            "or list of environments, in it."
        ),
    ),
]
"""The option ``--from``. Its value is passed to `load_environments`."""
