"""Helpers that push images without layers to the emulator's ECR."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from tests.support.emulator_clients import Client

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def push_image(client: Client, repository: str, tag: str | None, content: str = "") -> str:
    """Push an image and return its digest.

    Args:
        client: The clients of the emulator.
        repository: The name of the repository.
        tag: The tag; None for an image without one.
        content: What the digest depends on; by default the tag.
    """
    configuration = sha256((content or str(tag)).encode()).hexdigest()
    config = {
        "mediaType": "application/vnd.oci.image.config.v1+json",
        "digest": f"sha256:{configuration}",
        "size": 1,
    }
    return _put(client, repository, tag, MANIFEST, config=config, layers=[])


def push_index(
    client: Client, repository: str, tag: str, architectures: Iterable[str], content: str = ""
) -> str:
    """Push an image for each architecture, for example ``arm64``, and return the index's digest."""
    manifests = [
        {
            "mediaType": MANIFEST,
            "digest": push_image(client, repository, None, f"{content or tag} {architecture}"),
            "size": 1,
            "platform": {"architecture": architecture, "os": "linux"},
        }
        for architecture in architectures
    ]
    return _put(client, repository, tag, INDEX, manifests=manifests)


def _put(client: Client, repository: str, tag: str | None, kind: str, **parts: Any) -> str:
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, **parts})
    tagged = {} if tag is None else {"imageTag": tag}
    image = client("ecr").put_image(repositoryName=repository, imageManifest=manifest, **tagged)
    return str(image["image"]["imageId"]["imageDigest"])
