"""Options of the commands that run tasks in a local container engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from navra_stacks.local.application import Application
    from navra_stacks.local.options import LocalOptions

__all__ = ["DataImages", "EngineName", "SecretsPath", "ServiceImages", "read_local_options"]

ServiceImages = Annotated[
    list[str] | None,
    typer.Option(
        "--image",
        metavar="SERVICE=IMAGE",
        help="The image of a service, or of SERVICE.CONTAINER. Repeatable.",
    ),
]

SecretsPath = Annotated[
    Path | None,
    typer.Option("--secrets", metavar="FILE", help="NAME=VALUE lines with the values of secrets."),
]

DataImages = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="NAME=IMAGE",
        help="The image of the database or cache whose URL is the secret NAME. Repeatable.",
    ),
]

EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="docker, podman or nerdctl. Default: the first one that runs.",
    ),
]


def read_local_options(
    application: Application,
    images: Sequence[str] | None,
    secrets: Path | None,
    data: Sequence[str] | None,
) -> LocalOptions:
    """Return the options of a run.

    Raises:
        NavraError: an option is invalid, or the file of secrets cannot be read.
    """
    from navra_stacks.local.data.images import parse_data_options
    from navra_stacks.local.images import parse_images
    from navra_stacks.local.options import LocalOptions
    from navra_stacks.local.secrets.secrets_file import SecretsFile

    return LocalOptions(
        images=parse_images(images or (), application.services),
        secrets=SecretsFile() if secrets is None else SecretsFile.read(secrets),
        data_images=parse_data_options(data or ()),
    )
