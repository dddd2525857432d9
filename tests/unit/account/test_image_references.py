"""The parts of image references and of ECR repositories."""

from __future__ import annotations

import pytest

from navra_stacks.account.image_references import ecr_repository, parse_image

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("shop", ("shop", None, None)),
        ("public.ecr.aws/shop/web:1.0", ("public.ecr.aws/shop/web", "1.0", None)),
        ("registry.example:5000/web", ("registry.example:5000/web", None, None)),
        (f"registry.example:5000/web:1.0@{DIGEST}", ("registry.example:5000/web", "1.0", DIGEST)),
        (f"web@{DIGEST}", ("web", None, DIGEST)),
    ],
)
def test_an_image_has_a_repository_a_tag_and_a_digest(
    image: str, parts: tuple[str, str | None, str | None]
) -> None:
    assert parse_image(image) == parts


@pytest.mark.parametrize(
    ("repository", "parts"),
    [
        (
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web",
            ("111122223333", "eu-west-1", "team/web"),
        ),
        (
            "111122223333.dkr-ecr-fips.us-gov-west-1.on.aws/web",
            ("111122223333", "us-gov-west-1", "web"),
        ),
        (
            "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/web",
            ("111122223333", "us-gov-west-1", "web"),
        ),
        ("public.ecr.aws/shop/web", None),
        ("shop/web", None),
    ],
)
def test_only_a_private_ecr_repository_has_an_account_and_a_region(
    repository: str, parts: tuple[str, str, str] | None
) -> None:
    assert ecr_repository(repository) == parts
