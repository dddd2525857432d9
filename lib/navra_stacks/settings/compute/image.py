"""Container images: registry, repository and tag."""

import re
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, best_fitting, invalid
from navra_stacks.settings.model.field_types import AccountId, Region

__all__ = ["EcrImage", "Image", "RegistryImage"]


def _check_tag(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", value) is None:
        raise invalid(f"{value!r} is not an image tag", "use 1-128 letters, digits, _ . and -")
    if value == "latest":
        raise invalid(
            "'latest' can change the running image without a deployment", "use the tag of a version"
        )
    return value


def _check_repository(value: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9._/-]*(:[0-9]+/[a-z0-9._/-]+)?", value) is None:
        raise invalid(
            f"{value!r} is not an image repository",
            "write it in lower case, without tag, digest or scheme; the tag is a separate setting",
        )
    return value


Tag = Annotated[str, AfterValidator(_check_tag)]
Repository = Annotated[str, AfterValidator(_check_repository)]


class EcrImage(Settings):
    """An image in Amazon ECR; the service's execution role gets permission to pull it."""

    repository: Repository
    """The repository's name, without registry and tag: ``shop-web``."""

    tag: Tag | None = None
    """A fixed tag. Without it, the tag is a Terraform variable to be set at each plan, so that a
    pipeline can deploy a version without changing Python code."""

    account: AccountId | None = None
    """The account of the registry; the environment's account by default."""

    region: Region | None = None
    """The Region of the registry; the environment's Region by default."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[EcrImageChanges]") -> Self: ...


class RegistryImage(Settings):
    """An image in a registry that needs no credentials: ``public.ecr.aws/nginx/nginx``."""

    repository: Repository
    """The registry and the repository, without tag."""

    tag: Tag | None = None
    """A fixed tag. Without it, the tag is a Terraform variable to be set at each plan."""

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
