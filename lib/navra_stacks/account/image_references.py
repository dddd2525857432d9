"""References of container images: the repository, the tag and the digest."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["EcrRepository", "ImageReference", "ecr_repository", "parse_image"]

_IMAGE = re.compile(
    r"(?P<repository>[^@]+?)(?::(?P<tag>[^:/@]+))?(?:@(?P<digest>sha256:[0-9a-f]+))?"
)
_ECR = re.compile(
    r"(?P<account>[0-9]{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.]+/(?P<name>.+)"
)


class ImageReference(NamedTuple):
    """The parts of an image reference."""

    repository: str
    """The repository with its registry."""

    tag: str | None

    digest: str | None


class EcrRepository(NamedTuple):
    """A repository in a private ECR registry."""

    account: str

    region: str

    name: str


def parse_image(image: str) -> ImageReference:
    """Return the parts of an image reference."""
    found = _IMAGE.fullmatch(image)
    return ImageReference(image, None, None) if found is None else ImageReference(*found.groups())


def ecr_repository(repository: str) -> EcrRepository | None:
    """Return the parts of a repository with its registry; None outside private ECR registries."""
    found = _ECR.fullmatch(repository)
    return None if found is None else EcrRepository(*found.groups())
