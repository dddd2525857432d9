"""Container images: registry, repository and tag."""

import re
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from navra_stacks.naming import slug
from navra_stacks.settings.model.base import Settings, invalid
from navra_stacks.settings.model.best_fitting import best_fitting
from navra_stacks.settings.model.field_types import AccountId, Region

__all__ = ["EcrImage", "Image", "RegistryImage", "tag_variable"]

_ECR_URI = re.compile(
    r"(https?://)?(?P<account>[0-9]{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)"
    r"\.(amazonaws\.com(\.cn)?|on\.aws)(/(?P<name>[^:@]*)(:(?P<tag>[^@]*))?(@.*)?)?"
)
"""The URI of an image in a private ECR registry, including the dual-stack and FIPS endpoints.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html and
https://docs.aws.amazon.com/general/latest/gr/ecr.html
"""

_PUBLIC_REGISTRIES = (
    *("public.ecr.aws", "docker.io", "registry-1.docker.io", "ghcr.io", "quay.io", "gcr.io"),
    *("registry.k8s.io", "mcr.microsoft.com", "registry.gitlab.com", "docker.elastic.co"),
)
"""Registries that are often written in front of a repository. A name in ECR can contain dots, so
not every first part with a dot is a registry."""


def _check_tag(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", value) is None:
        raise invalid(
            f"{value!r} is not a valid image tag",
            "use 1-128 letters, digits, _ . and -, starting with a letter, a digit or _",
        )
    if value == "latest":
        raise invalid(
            "'latest' is not allowed, because the image can change without a deployment",
            "use the tag of a specific version",
        )
    return value


def _check_repository(value: str) -> str:
    uri = _ECR_URI.fullmatch(value)
    if uri is not None:
        raise invalid(
            f"{value!r} is in a private ECR registry, from which an image of this type cannot be "
            "pulled, because the execution role gets no permission",
            _ecr_image(uri),
        )
    if re.fullmatch(r"[a-z0-9][a-z0-9._/-]*(:[0-9]+/[a-z0-9._/-]+)?", value) is None:
        raise _invalid_repository(value)
    return value


def _check_ecr_repository(value: str) -> str:
    uri = _ECR_URI.fullmatch(value)
    if uri is not None:
        raise invalid(
            f"{value!r} is the URI of an image, but only the name of the repository is allowed",
            _ecr_image(uri),
        )
    registry, slash, name = value.partition("/")
    if slash and (registry in _PUBLIC_REGISTRIES or ":" in registry):
        raise invalid(
            f"{value!r} is in the registry {registry!r}, not in a private ECR registry",
            "use RegistryImage, or write only the name of the ECR repository, for example "
            f"{name.partition(':')[0]!r}",
        )
    if re.fullmatch(r"[a-z0-9][a-z0-9._/-]*", value) is None:
        raise _invalid_repository(value)
    return value


def _ecr_image(uri: re.Match[str]) -> str:
    """Return the repair: the `EcrImage` for the URI of an image in ECR."""
    tag = f", tag={uri['tag']!r}" if uri["tag"] else ""
    return (
        f"use EcrImage(repository={uri['name'] or 'shop/web'!r}, account={uri['account']!r}, "
        f"region={uri['region']!r}{tag}); omit `account` and `region` if they are those of the "
        "environment"
    )


def _invalid_repository(value: str) -> PydanticCustomError:
    return invalid(
        f"{value!r} is not a valid image repository",
        "write the repository in lower case, without scheme, tag or digest, and set `tag` "
        "separately",
    )


Tag = Annotated[str, AfterValidator(_check_tag)]
Repository = Annotated[str, AfterValidator(_check_repository)]
EcrRepositoryName = Annotated[str, AfterValidator(_check_ecr_repository)]


class EcrImage(Settings):
    """An image in Amazon ECR; the service's execution role gets permission to pull it."""

    repository: EcrRepositoryName
    """The repository's name, without registry and tag, for example ``shop-web``."""

    tag: Tag | None = None
    """A fixed tag. None makes the tag a Terraform variable that must be set at each plan, so
    that a version can be deployed without a change of the Python code. For a service that a
    pipeline deploys, only the first apply uses the value."""

    account: AccountId | None = None
    """The account of the registry; None for the environment's account."""

    region: Region | None = None
    """The Region of the registry; None for the environment's Region."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[EcrImageChanges]") -> Self: ...


class RegistryImage(Settings):
    """An image that is pulled without credentials, for example ``public.ecr.aws/nginx/nginx``."""

    repository: Repository
    """The registry and the repository, without the tag."""

    tag: Tag | None = None
    """A fixed tag. None makes the tag a Terraform variable that must be set at each plan."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[RegistryImageChanges]") -> Self: ...


def tag_variable(service: str) -> str:
    """Return the name of the Terraform variable with the tag of a service's images.

    It is the tag of each image that has none in the settings.

    Args:
        service: The name of the service.
    """
    return f"{slug(service)}_image_tag"


Image = Annotated[EcrImage | RegistryImage, best_fitting(EcrImage, RegistryImage)]

if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class EcrImageChanges(TypedDict, total=False):
        repository: EcrRepositoryName
        tag: Tag | None
        account: AccountId | None
        region: Region | None

    class RegistryImageChanges(TypedDict, total=False):
        repository: Repository
        tag: Tag | None
