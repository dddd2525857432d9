"""Container images in ECR, and the architectures for which they are built."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from navra_stacks.account.aws_reader import AwsAccount

__all__ = ["ARCHITECTURES", "StoredImage", "find_image"]

ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
"""The architecture in an image index by that of a task (OCI Image Index, `platform`)."""

MEDIA_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


class StoredImage(NamedTuple):
    """An image in a repository."""

    digest: str

    architectures: Sequence[str] | None
    """The Linux architectures in the image index; None for an image without an index. The manifest
    of a single image does not contain its architecture: it is in the configuration of the image,
    which only a download returns."""


def find_image(
    account: AwsAccount, repository: str, image: str, *, registry: str | None = None
) -> Sequence[StoredImage] | None:
    """Return the image with a tag or digest.

    Args:
        account: Access to the Region of the repository.
        repository: The name of the repository.
        image: A tag, or ``@`` and a digest.
        registry: The ID of the registry's account; None for the account of the credentials.

    Returns:
        The image; an empty sequence if the repository does not have it; None if there is no such
        repository.

    Raises:
        AccountError: the registry cannot be read.
    """
    response = account.find(
        "ecr",
        "batch_get_image",
        repositoryName=repository,
        imageIds=[{"imageDigest": image[1:]} if image.startswith("@") else {"imageTag": image}],
        acceptedMediaTypes=list(MEDIA_TYPES),
        **({} if registry is None else {"registryId": registry}),
    )
    if response is None:
        return None
    return [
        StoredImage(one["imageId"]["imageDigest"], _architectures(one["imageManifest"]))
        for one in response["images"][:1]
    ]


def _architectures(manifest: str) -> Sequence[str] | None:
    index = json.loads(manifest)
    if "manifests" not in index:
        return None
    platforms = [one.get("platform", {}) for one in index["manifests"]]
    return sorted(
        {platform["architecture"] for platform in platforms if platform.get("os") == "linux"}
    )
