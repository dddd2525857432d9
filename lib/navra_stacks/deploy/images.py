"""Images to deploy: the digest of a tag, and the architectures that an image supports."""

from __future__ import annotations

import re
from dataclasses import dataclass

from navra_stacks.account.image_manifests import ARCHITECTURES, find_image
from navra_stacks.account.image_references import ecr_repository
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.errors import NavraError

__all__ = ["DeployedImage", "parse_target", "resolve_image"]

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class DeployedImage:
    """An image that a deployment starts."""

    reference: str
    """The reference in the task definition: with the digest, if it is known."""

    label: str
    """The tag, or the digest if the image was selected by it."""


def parse_target(text: str) -> tuple[str, str]:
    """Return the service and the tag or digest of ``SERVICE=TAG`` or ``SERVICE=@sha256:...``.

    Raises:
        NavraError: the text has another form, or the tag is ``latest``.
    """
    service, equals, image = text.partition("=")
    if not service or not equals or not image:
        raise NavraError(f"{text!r} is not of the form SERVICE=TAG or SERVICE=@sha256:DIGEST")
    if image.startswith("@"):
        if _DIGEST.fullmatch(image[1:]) is None:
            raise NavraError(f"{image!r} is not a digest; write @sha256: and 64 hexadecimal digits")
    elif _TAG.fullmatch(image) is None:
        raise NavraError(
            f"{image!r} is not a valid image tag; use 1-128 letters, digits, _ . and -"
        )
    elif image == "latest":
        raise NavraError(
            "'latest' is not allowed, because the image can change without a deployment; use the "
            "tag of a version, or a digest"
        )
    return service, image


def resolve_image(
    account: DeploymentAccount, repository: str, image: str, architecture: str
) -> DeployedImage:
    """Resolve a tag or a digest in a repository.

    An image outside ECR cannot be resolved: its tag is deployed as it is.

    Args:
        account: The account, from which the registry must be readable.
        repository: The repository with its registry.
        image: A tag, or ``@`` and a digest.
        architecture: The architecture of the tasks, ``X86_64`` or ``ARM64``.

    Raises:
        NavraError: the repository has no such image, or the image is not built for the
            architecture.
        AccountError: the registry cannot be read.
    """
    found = ecr_repository(repository)
    if found is None:
        separator = "" if image.startswith("@") else ":"
        return DeployedImage(f"{repository}{separator}{image}", image)
    region = account.in_region(found.region)
    stored = find_image(region, found.name, image, registry=found.account)
    if stored is None:
        raise NavraError(f"the repository {repository} does not exist")
    if not stored:
        raise NavraError(f"the repository {found.name} has no image {image}; push it first")
    offered, needed = stored[0].architectures, ARCHITECTURES[architecture]
    if offered is not None and needed not in offered:
        raise NavraError(
            f"the image {image} of {found.name} is built for "
            f"{', '.join(offered) or 'no Linux architecture'}, but the tasks need {needed}; build "
            f"it with --platform linux/{needed}"
        )
    return DeployedImage(f"{repository}@{stored[0].digest}", image)
