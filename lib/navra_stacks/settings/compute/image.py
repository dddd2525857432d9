"""Container images: registry, repository and tag."""

import re
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, best_fitting, invalid
from navra_stacks.settings.model.field_types import AccountId, Region

__all__ = ["EcrImage", "Image", "RegistryImage"]


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
    if re.fullmatch(r"[a-z0-9][a-z0-9._/-]*(:[0-9]+/[a-z0-9._/-]+)?", value) is None:
        raise invalid(
            f"{value!r} is not a valid image repository",
            "write the repository in lower case, without scheme, tag or digest, and set `tag` "
            "separately",
        )
    return value


Tag = Annotated[str, AfterValidator(_check_tag)]
Repository = Annotated[str, AfterValidator(_check_repository)]


class EcrImage(Settings):
    """An image in Amazon ECR; the service's execution role gets permission to pull it."""

    repository: Repository
    """The repository's name, without registry and tag, for example ``shop-web``."""

    tag: Tag | None = None
    """A fixed tag. None makes the tag a Terraform variable that must be set at each plan, so
    that a pipeline can deploy a version without a change of the Python code."""

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


Image = Annotated[EcrImage | RegistryImage, best_fitting(EcrImage, RegistryImage)]

if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class EcrImageChanges(TypedDict, total=False):
        repository: Repository
        tag: Tag | None
        account: AccountId | None
        region: Region | None

    class RegistryImageChanges(TypedDict, total=False):
        repository: Repository
        tag: Tag | None
