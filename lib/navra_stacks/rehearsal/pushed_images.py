"""Push images without content to the emulated ECR."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

from navra_stacks.account.image_manifests import ARCHITECTURES
from navra_stacks.account.image_references import ecr_repository
from navra_stacks.rehearsal.emulator.client import Emulator

__all__ = ["PushedImages"]

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_CONFIGURATION = "application/vnd.oci.image.config.v1+json"


class PushedImages:
    """Pushes images to the emulated ECR, and creates missing repositories.

    The emulated ECR has one registry for all accounts, so an image in the registry of another
    account is pushed to the same one.

    Args:
        emulator: The emulated AWS.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._created: list[tuple[str, str]] = []

    def push(self, repositories: Mapping[str, Iterable[str]], tag: str) -> dict[str, str]:
        """Push an image with a tag to each repository in ECR.

        A repository outside ECR gets no image, because its tags are not resolved.

        Args:
            repositories: The architectures of the tasks (``X86_64``, ``ARM64``) by the repository
                with its registry.
            tag: The tag.

        Returns:
            The digest of the image, by repository.
        """
        return {
            repository: self._push(found.region, found.name, tag, architectures)
            for repository, architectures in repositories.items()
            if (found := ecr_repository(repository)) is not None
        }

    def delete_created_repositories(self) -> None:
        """Delete the repositories that did not exist before a push, with their images."""
        while self._created:
            region, name = self._created.pop()
            self._emulator.client("ecr", region).delete_repository(repositoryName=name, force=True)

    def _push(self, region: str, name: str, tag: str, architectures: Iterable[str]) -> str:
        ecr = self._emulator.client("ecr", region)
        with suppress(ecr.exceptions.RepositoryAlreadyExistsException):
            ecr.create_repository(repositoryName=name)
            self._created.append((region, name))
        manifests = []
        for architecture in sorted({ARCHITECTURES[one] for one in architectures}):
            content = f"{name}:{tag} {architecture}"
            configuration = {
                "mediaType": _CONFIGURATION,
                "digest": f"sha256:{sha256(content.encode()).hexdigest()}",
                "size": 1,
            }
            image = {"mediaType": _MANIFEST, "config": configuration, "layers": []}
            manifests.append(
                {
                    "mediaType": _MANIFEST,
                    "digest": _put(ecr, name, image),
                    "size": 1,
                    "platform": {"architecture": architecture, "os": "linux"},
                }
            )
        return _put(ecr, name, {"mediaType": _INDEX, "manifests": manifests}, imageTag=tag)


def _put(ecr: Any, name: str, manifest: Mapping[str, Any], **tag: str) -> str:
    """Put a manifest into a repository, and return its digest."""
    text = json.dumps({"schemaVersion": 2, **manifest})
    image = ecr.put_image(repositoryName=name, imageManifest=text, **tag)["image"]
    return str(image["imageId"]["imageDigest"])
