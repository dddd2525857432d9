"""Patches for images in ECR, compared with moto without patches."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.ecr_images import INDEX, push_image, push_index
from tests.support.emulator_clients import Client


def create_repository(client: Client, **settings: Any) -> None:
    client("ecr").create_repository(repositoryName="web", **settings)


def get(client: Client, **identifier: str) -> dict[str, Any]:
    response = client("ecr").batch_get_image(repositoryName="web", imageIds=[identifier])
    return {"images": response["images"], "failures": response["failures"]}


def test_the_digest_is_that_of_the_manifest(patched: Client, unpatched: Client) -> None:
    for client in (patched, unpatched):
        create_repository(client)
        digests = {push_image(client, "web", tag) for tag in "123"}
        assert len(digests) == (3 if client is patched else 1)
    (image,) = get(patched, imageTag="2")["images"]
    digest = sha256(image["imageManifest"].encode()).hexdigest()
    assert image["imageId"] == {"imageTag": "2", "imageDigest": f"sha256:{digest}"}


def test_the_same_image_has_the_same_digest_in_each_repository(patched: Client) -> None:
    create_repository(patched)
    patched("ecr").create_repository(repositoryName="api")
    assert push_image(patched, "web", "1") == push_image(patched, "api", "1")


def test_an_index_has_a_manifest_for_each_platform(patched: Client) -> None:
    create_repository(patched)
    digest = push_index(patched, "web", "1", ["amd64", "arm64"])
    assert digest != push_index(patched, "web", "2", ["amd64"])
    (image,) = get(patched, imageTag="1")["images"]
    assert image["imageManifestMediaType"] == INDEX
    manifests = json.loads(image["imageManifest"])["manifests"]
    assert [one["platform"]["architecture"] for one in manifests] == ["amd64", "arm64"]
    for one in manifests:
        assert get(patched, imageDigest=one["digest"])["failures"] == []


def test_images_are_described_by_tag_and_by_digest(patched: Client) -> None:
    create_repository(patched)
    digest = push_image(patched, "web", "1")
    push_image(patched, "web", "2")
    for identifier in ({"imageTag": "1"}, {"imageDigest": digest}):
        (detail,) = patched("ecr").describe_images(repositoryName="web", imageIds=[identifier])[
            "imageDetails"
        ]
        assert (detail["imageDigest"], detail["imageTags"]) == (digest, ["1"])


@pytest.mark.parametrize("identifier", [{"imageTag": "2"}, {"imageDigest": f"sha256:{'0' * 64}"}])
def test_a_missing_image_is_not_found(
    patched: Client, unpatched: Client, identifier: dict[str, str]
) -> None:
    create_repository(patched)
    push_image(patched, "web", "1")
    ecr = patched("ecr")
    with pytest.raises(ecr.exceptions.ImageNotFoundException):
        ecr.describe_images(repositoryName="web", imageIds=[identifier])
    (failure,) = get(patched, **identifier)["failures"]
    assert (failure["failureCode"], failure["imageId"]) == ("ImageNotFound", identifier)
    create_repository(unpatched)
    (failure,) = get(unpatched, **identifier)["failures"]
    assert (failure["imageId"] == identifier) == ("imageTag" in identifier)


def test_the_requested_tag_of_an_image_with_two_tags_is_returned(
    patched: Client, unpatched: Client
) -> None:
    for client in (patched, unpatched):
        create_repository(client)
        for tag in ("1", "stable"):
            push_image(client, "web", tag, "same")
        (image,) = get(client, imageTag="1")["images"]
        assert image["imageId"]["imageTag"] == ("1" if client is patched else "stable")


def test_an_image_whose_tag_moves_is_kept(patched: Client, unpatched: Client) -> None:
    for client in (unpatched, patched):
        create_repository(client)
        old = push_image(client, "web", "stable", "one")
        push_image(client, "web", "stable", "two")
        found = client("ecr").describe_images(repositoryName="web")["imageDetails"]
        untagged = [one["imageDigest"] for one in found if "imageTags" not in one]
        assert untagged == ([old] if client is patched else [])
    (image,) = get(patched, imageDigest=old)["images"]
    assert image["imageId"]["imageDigest"] == old


def test_an_immutable_tag_does_not_move(patched: Client) -> None:
    create_repository(patched, imageTagMutability="IMMUTABLE")
    digest = push_image(patched, "web", "1", "one")
    with pytest.raises(ClientError, match="already exists"):
        push_image(patched, "web", "1", "two")
    (image,) = get(patched, imageTag="1")["images"]
    assert image["imageId"]["imageDigest"] == digest


def test_an_image_needs_a_repository(patched: Client) -> None:
    ecr = patched("ecr")
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        push_image(patched, "missing", "1")
