"""Image repositories: the name in ECR, or the registry and the repository."""

import pytest

from navra_stacks import EcrImage, RegistryImage
from tests.support.settings_errors import case, problems_of

REGISTRY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
OWN = "omit `account` and `region` if they are those of the environment"
IMAGE = "EcrImage(repository='shop/web', account='111122223333', region='eu-west-1'"
NO_ACCESS = (
    "is in a private ECR registry, from which an image of this type cannot be pulled, because the "
    "execution role gets no permission"
)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        case(
            "the URI of a repository",
            lambda: EcrImage(repository=f"{REGISTRY}/shop/web"),
            f"repository: '{REGISTRY}/shop/web' is the URI of an image, but only the name of the "
            f"repository is allowed; use {IMAGE}); {OWN}",
        ),
        case(
            "the URI of an image with a tag",
            lambda: EcrImage(repository=f"https://{REGISTRY}/shop/web:1.2"),
            f"repository: 'https://{REGISTRY}/shop/web:1.2' is the URI of an image, but only the "
            f"name of the repository is allowed; use {IMAGE}, tag='1.2'); {OWN}",
        ),
        case(
            "a registry",
            lambda: EcrImage(repository=REGISTRY),
            f"repository: '{REGISTRY}' is the URI of an image, but only the name of the "
            f"repository is allowed; use {IMAGE}); {OWN}",
        ),
        case(
            "another registry",
            lambda: EcrImage(repository="public.ecr.aws/nginx/nginx"),
            "repository: 'public.ecr.aws/nginx/nginx' is in the registry 'public.ecr.aws', not in "
            "a private ECR registry; use RegistryImage, or write only the name of the ECR "
            "repository, for example 'nginx/nginx'",
        ),
        case(
            "a registry with a port",
            lambda: EcrImage(repository="registry.shop.example:5000/web"),
            "repository: 'registry.shop.example:5000/web' is in the registry "
            "'registry.shop.example:5000', not in a private ECR registry; use RegistryImage, or "
            "write only the name of the ECR repository, for example 'web'",
        ),
        case(
            "ECR as a registry",
            lambda: RegistryImage(repository=f"{REGISTRY}/shop/web"),
            f"repository: '{REGISTRY}/shop/web' {NO_ACCESS}; use {IMAGE}); {OWN}",
        ),
        case(
            "a dual-stack endpoint of ECR",
            lambda: RegistryImage(repository="111122223333.dkr-ecr.eu-west-1.on.aws/shop/web"),
            f"repository: '111122223333.dkr-ecr.eu-west-1.on.aws/shop/web' {NO_ACCESS}; use "
            f"{IMAGE}); {OWN}",
        ),
    ],
)
def test_rejects_an_image_in_the_wrong_registry(build, expected):
    assert problems_of(build()) == expected


@pytest.mark.parametrize("name", ["web", "shop/web", "2048-game", "my.team/web", "a_b"])
def test_accepts_the_name_of_a_repository(name: str) -> None:
    assert EcrImage(repository=name).problems() == ()


@pytest.mark.parametrize(
    "name", ["nginx", "public.ecr.aws/nginx/nginx", "ghcr.io/shop/web", "registry.example:5000/web"]
)
def test_accepts_an_image_in_another_registry(name: str) -> None:
    assert RegistryImage(repository=name).problems() == ()
