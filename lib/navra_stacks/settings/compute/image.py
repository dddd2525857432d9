"""Where the images of containers come from, and which version of them."""

import re
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.settings.model.base import Settings, one_of, refuse
from navra_stacks.settings.model.field_types import AccountId, Region

__all__ = ["EcrImage", "Image", "RegistryImage"]


def _check_tag(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", value) is None:
        raise refuse(f"{value!r} is not an image tag", "use 1-128 letters, digits, _ . and -")
    if value == "latest":
        raise refuse(
            "'latest' changes what runs without a deployment", "name the version that is meant"
        )
    return value


def _check_repository(value: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9._/-]*(:[0-9]+/[a-z0-9._/-]+)?", value) is None:
        raise refuse(
            f"{value!r} is not an image repository",
            "give it in lower case and without tag, digest or scheme; the tag has its own setting",
        )
    return value


Tag = Annotated[str, AfterValidator(_check_tag)]
Repository = Annotated[str, AfterValidator(_check_repository)]


class EcrImage(Settings):
    """An image in Amazon ECR, which the service's execution role may then pull."""

    repository: Repository
    """The repository's name, without registry and tag: ``aep-backend``."""

    tag: Tag | None = None
    """A fixed tag; where absent, Terraform asks for it in a variable at each plan, so that a
    pipeline deploys a version without editing Python."""

    account: AccountId | None = None
    """The account of the registry; the environment's where absent."""

    region: Region | None = None
    """The Region of the registry; the environment's where absent."""


class RegistryImage(Settings):
    """An image in a registry that needs no permission: ``public.ecr.aws/nginx/nginx``."""

    repository: Repository
    """Registry and repository, without tag."""

    tag: Tag | None = None
    """A fixed tag; where absent, Terraform asks for it in a variable at each plan."""


Image = Annotated[EcrImage | RegistryImage, one_of(EcrImage, RegistryImage)]
