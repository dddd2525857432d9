"""Patches for the images of ECR repositories."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from moto.ecr.exceptions import ImageNotFoundException, RepositoryNotFoundException
from moto.ecr.models import ECRBackend, Image

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["create_digests_of_manifests", "get_images_by_tag_and_digest", "keep_untagged_images"]


def create_digests_of_manifests() -> None:
    """Make the digest of an image the SHA-256 of its manifest, as in every OCI registry.

    https://github.com/opencontainers/image-spec/blob/main/descriptor.md: images with equal layers
    and different configurations have different digests. In moto they have the same digest, and an
    image without layers has one of 100 random digests.

    Remove this patch when moto's digests depend on the whole manifest.
    """

    @around(Image)
    def _create_digest(_: Any, image: Any) -> None:
        digest = hashlib.sha256(image.image_manifest.encode()).hexdigest()
        image._image_digest = f"sha256:{digest}"


def keep_untagged_images() -> None:
    """Make PutImage with an existing tag move the tag, and keep the image that had it.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html. Tasks that run
    by digest still find their image. moto deletes it.

    Remove this patch when moto keeps an image whose last tag is moved.
    """

    @around(ECRBackend)
    def put_image(put: Any, backend: Any, name: str, manifest: str, tag: Any, *others: Any) -> Any:
        if (repository := backend.repositories.get(name)) is None:
            raise RepositoryNotFoundException(name, backend.account_id)
        for image in backend._resolve_image_tag_mutability(repository, tag):
            if image.image_manifest != manifest:
                image.remove_tag(tag)
        return put(backend, name, manifest, tag, *others)


def get_images_by_tag_and_digest() -> None:
    """Make BatchGetImage return the requested tag, and missing images as they were requested.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html

    Remove this patch when moto's BatchGetImage returns a missing digest in its failures.
    """

    @around(ECRBackend)
    def batch_get_image(
        get: Any, backend: Any, name: str, registry: str | None, requested: list[dict[str, str]]
    ) -> dict[str, Any]:
        get(backend, name, registry, requested)  # raises the errors for invalid arguments
        found: dict[str, Any] = {"images": [], "failures": []}
        for identifier in requested:
            tag, digest = identifier.get("imageTag"), identifier.get("imageDigest")
            try:
                image = copy.copy(backend.repositories[name]._get_image(tag, digest))
            except ImageNotFoundException:
                failure = {
                    "imageId": identifier,
                    "failureCode": "ImageNotFound",
                    "failureReason": "Requested image not found",
                }
                found["failures"].append(failure)
            else:
                image.image_tag = tag or image.image_tag
                found["images"].append(image)
        return found
