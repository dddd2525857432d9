"""Validation rules for container images and their registries."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.image import EcrImage
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.networking.vpc import PrivateVpc

__all__ = ["RULES"]


def check_ecr_repositories(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """If `registry` is set, check that Terraform would create at least one ECR repository."""
    if environment.registry is not None and not environment.own_repositories:
        yield SettingsProblem(
            "registry",
            "would contain no repository, because no container uses an EcrImage in this account "
            "and Region",
            "remove `registry`, or use an EcrImage without `account` and `region`",
        )


def check_image_registries(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that tasks can pull their images if the VPC has no NAT.

    Without NAT, tasks reach only interface endpoints, and the endpoint for ECR serves only the
    registries in its Region.
    """
    if not isinstance(environment.network, PrivateVpc) or environment.network.has_nat:
        return
    for service in environment.services:
        for container in service.containers:
            image = container.image
            if isinstance(image, EcrImage) and image.region in (None, environment.region):
                continue
            yield SettingsProblem(
                f"services.{service.name}.{service.container_name(container)}.image",
                f"{image.repository!r} is not in ECR in this Region, and tasks cannot reach other "
                "registries without NAT",
                "copy the image to ECR in this Region and use an EcrImage, or set network.nat to "
                "another value",
            )


RULES = (
    check_ecr_repositories,
    check_image_registries,
)
