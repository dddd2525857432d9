"""Targets of a deployment, and images."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.images import DeployedImage, parse_target, resolve_image
from navra_stacks.errors import NavraError

DIGEST = "sha256:" + "a" * 64
REPOSITORY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web"


class Registry(DeploymentAccount):
    """An account with one image in ECR."""

    def __init__(self, response: dict[str, Any] | None) -> None:
        super().__init__("eu-west-1")
        self.response = response
        self.arguments: dict[str, Any] = {}

    def in_region(self, region: str) -> Registry:
        assert region == "eu-west-1"
        return self

    def find(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        assert (service, operation) == ("ecr", "batch_get_image")
        self.arguments = arguments
        return self.response


def image(*architectures: str, os: str = "linux") -> dict[str, Any]:
    manifests = [
        # An attestation is "unknown" in both.
        {"platform": {"architecture": one, "os": "unknown" if one == "unknown" else os}}
        for one in architectures
    ]
    manifest = json.dumps({"manifests": manifests} if manifests else {"layers": []})
    return {"images": [{"imageManifest": manifest, "imageId": {"imageDigest": DIGEST}}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web=1.4.2", ("web", "1.4.2")),
        (f"web=@{DIGEST}", ("web", f"@{DIGEST}")),
        ("web=_a-b.c", ("web", "_a-b.c")),
    ],
)
def test_a_target_is_a_service_with_a_tag_or_a_digest(text: str, expected: tuple[str, str]) -> None:
    assert parse_target(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("web", "is not of the form SERVICE=TAG"),
        ("=1", "is not of the form SERVICE=TAG"),
        ("web=", "is not of the form SERVICE=TAG"),
        ("web=latest", "'latest' is not allowed"),
        ("web=-x", "is not a valid image tag"),
        ("web=a b", "is not a valid image tag"),
        ("web=@sha256:12", "is not a digest"),
    ],
)
def test_another_target_is_a_mistake(text: str, message: str) -> None:
    with pytest.raises(NavraError, match=message):
        parse_target(text)


def test_a_tag_is_resolved_to_its_digest() -> None:
    registry = Registry(image("arm64", "amd64", "unknown"))
    found = resolve_image(registry, REPOSITORY, "1.4.2", "X86_64")
    assert found == DeployedImage(f"{REPOSITORY}@{DIGEST}", "1.4.2")
    assert registry.arguments["registryId"] == "111122223333"
    assert registry.arguments["repositoryName"] == "shop/web"
    assert registry.arguments["imageIds"] == [{"imageTag": "1.4.2"}]


def test_a_digest_is_looked_up_too() -> None:
    registry = Registry(image())
    assert resolve_image(registry, REPOSITORY, f"@{DIGEST}", "ARM64").label == f"@{DIGEST}"
    assert registry.arguments["imageIds"] == [{"imageDigest": DIGEST}]


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (None, "the repository .* does not exist"),
        ({"images": []}, "has no image 1.4.2; push it first"),
        (
            image("arm64", "unknown"),
            "built for arm64, but the tasks need amd64; build it with --platform linux/amd64",
        ),
        (image("amd64", os="windows"), "built for no Linux architecture, but the tasks need amd64"),
    ],
)
def test_an_image_that_cannot_run_is_a_mistake(response: Any, message: str) -> None:
    with pytest.raises(NavraError, match=message):
        resolve_image(Registry(response), REPOSITORY, "1.4.2", "X86_64")


@pytest.mark.parametrize(
    ("image_", "reference"), [("1.4.2", ":1.4.2"), (f"@{DIGEST}", f"@{DIGEST}")]
)
def test_an_image_outside_ecr_is_deployed_as_it_is(image_: str, reference: str) -> None:
    found = resolve_image(Registry(None), "public.ecr.aws/shop/web", image_, "X86_64")
    assert found.reference == f"public.ecr.aws/shop/web{reference}"
