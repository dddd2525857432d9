"""The images of data servers, and the option ``--data``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from navra_stacks.errors import NavraError
from navra_stacks.local.data.data_stores import Kind

__all__ = ["default_image", "kind_of_image", "parse_data_options"]

_REPOSITORIES = {
    "postgres": "docker.io/library/postgres",
    "redis": "docker.io/library/redis",
    "valkey": "docker.io/valkey/valkey",
}

_DEFAULT_TAGS = {"postgres": "17", "redis": "7.2", "valkey": "8.1"}
"""For a document without a version."""

_COMPATIBLE = {("redis", "7.1"): "7.0", ("redis", "6.x"): "6.2", ("valkey", "8.2"): "8.1"}
"""The release of the same features for versions that only ElastiCache has (ElastiCache User Guide,
"Engine versions and upgrading"; the tags of both images)."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("postgres", "postgres"),
    ("postgis", "postgres"),
    ("pgvector", "postgres"),
    ("redis", "redis"),
    ("valkey", "redis"),
)
_USE = "use an image with the interface of postgres, redis or valkey/valkey"


def default_image(engine: str, version: str | None) -> str:
    """Return the official image of an engine and version, for example ``...postgres:17``.

    Args:
        engine: ``postgres``, ``redis`` or ``valkey``.
        version: The version as in AWS, for example ``17``, ``17.4-R2`` or ``8.2``; None for a
            recent version.
    """
    tag = _COMPATIBLE.get((engine, version or ""), version or _DEFAULT_TAGS[engine])
    number = re.match(r"\d+(?:\.\d+)*", tag)
    return f"{_REPOSITORIES[engine]}:{_DEFAULT_TAGS[engine] if number is None else number[0]}"


def kind_of_image(image: str) -> Kind | None:
    """Return the kind of server of an image by the name of its repository; None if unknown."""
    path = image.partition("@")[0].split("/")
    path[-1] = path[-1].partition(":")[0]
    # The last part names the image: a registry or user can have any name.
    for text in reversed(path):
        for word, kind in _KINDS:
            if word in text:
                return kind
    return None


def parse_data_options(options: Iterable[str]) -> dict[str, str]:
    """Return the images of ``--data NAME=IMAGE`` by name.

    A name is an environment variable of a container, or ``SERVICE.VARIABLE``.

    Raises:
        NavraError: an option has another form, or a name occurs twice.
    """
    images: dict[str, str] = {}
    for option in options:
        name, separator, image = option.partition("=")
        if not separator or re.fullmatch(r"[\w.-]+", name) is None:
            # Without the value: it can be a URL with a password.
            raise NavraError(
                "--data: the option is not NAME=IMAGE; write the variable that gets the URL and an "
                "image, for example DATABASE_URL=docker.io/library/postgres:17"
            )
        if "://" in image:
            raise NavraError(
                f"--data {name}: the value is a URL, not an image; put the URL of a running server "
                f"into the file of --secrets, as {name}=URL"
            )
        if re.fullmatch(r"[A-Za-z0-9][\w./:@-]*", image) is None:
            raise NavraError(f"--data {name}: {image!r} is not an image; {_USE}")
        if name in images:
            raise NavraError(f"--data {name}: the name has two images; remove one of them")
        images[name] = image
    return images
