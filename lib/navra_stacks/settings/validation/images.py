"""The rules of an environment over where its images come from."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.image import EcrImage
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.networking.vpc import PrivateVpc

__all__ = ["RULES"]


def registry_has_images(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """A registry has the repositories that images are taken from."""
    if environment.registry is not None and not environment.own_repositories:
        yield SettingsProblem(
            "registry",
            "would be empty: no container takes an image from this account and Region",
            "leave it out, or use EcrImage without account and region",
        )


def images_are_reached(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Without NAT only endpoints lead out, and that of ECR to its own Region's registries."""
    if not isinstance(environment.network, PrivateVpc) or environment.network.has_nat:
        return
    for service in environment.services:
        for container in service.containers:
            image = container.image
            if isinstance(image, EcrImage) and image.region in (None, environment.region):
                continue
            yield SettingsProblem(
                f"services.{service.name}.{service.container_name(container)}.image",
                f"{image.repository!r} is outside the Region's own ECR, which is all that "
                "tasks reach without NAT",
                "copy the image there, or choose a NAT in `network.nat`",
            )


RULES = (
    registry_has_images,
    images_are_reached,
)
