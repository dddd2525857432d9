"""Find the images of containers in the emulator's ECR."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["image_digest", "is_missing", "pull_error"]

ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
    r"/(?P<repository>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:\w+))?"
)
"""An image in ECR (Amazon ECR User Guide, "Pulling an image to your local environment")."""

DIGEST = re.compile(r"@(sha256:\w+)$")


def image_digest(image: str) -> str | None:
    """Return the digest that an image has or that its tag has in ECR; None if it is unknown."""
    if found := DIGEST.search(image):
        return found[1]
    stored = _find(image)
    return None if stored is None else str(stored.get_image_digest())


def is_missing(image: str) -> bool:
    """Return True for an image whose repository in ECR has other images only.

    An empty repository is that of a test that pushes no images, so nothing is missing in it.
    """
    repository = _repository(image)
    return repository is not None and bool(repository.images) and _find(image) is None


def pull_error(image: str) -> str:
    """Return why a task with a missing image stops.

    Amazon ECS Developer Guide, "CannotPullContainer task errors in Amazon ECS".
    """
    return (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
        f"failed to resolve ref {image}: {image}: not found"
    )


def _find(image: str) -> Any:
    """Return moto's image for a reference; None if the emulator does not have it."""
    repository, reference = _repository(image), ECR_IMAGE.fullmatch(image)
    if repository is None or reference is None:
        return None
    digest, tag = reference["digest"], reference["tag"] or "latest"
    for stored in repository.images:
        # As container engines do: with a digest, the tag is ignored.
        if digest == stored.get_image_digest() if digest else tag in stored.image_tags:
            return stored
    return None


def _repository(image: str) -> Any:
    from moto.ecr.models import ecr_backends

    if (reference := ECR_IMAGE.fullmatch(image)) is None:
        return None
    backends = ecr_backends[reference["account"]]
    if reference["region"] not in backends.regions:
        return None
    return backends[reference["region"]].repositories.get(reference["repository"])
