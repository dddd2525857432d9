"""Check of the container images in ECR: repository, tag and processor architecture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.account.image_manifests import ARCHITECTURES, StoredImage, find_image
from navra_stacks.preflight.commands import apply, repository_address
from navra_stacks.preflight.finding import Finding, note, passed, problem, unknown
from navra_stacks.preflight.target import Target
from navra_stacks.settings.compute.image import EcrImage, tag_variable
from navra_stacks.settings.compute.service import Service

__all__ = ["check_images"]


class Required(NamedTuple):
    """An image that a service needs."""

    image: EcrImage
    tag: str | None
    """The tag; None if it is not known."""
    architecture: str
    service: Service


def check_images(target: Target) -> Iterator[Finding]:
    """Check the images of all services; an image that several services need is checked once."""
    for required in dict.fromkeys(_required(target)):
        try:
            yield from _findings(target, required)
        except OperationError as error:
            yield unknown(required.image.repository, error.reason)
    others = {
        container.image.repository
        for service in target.environment.services
        for container in service.containers
        if not isinstance(container.image, EcrImage)
    }
    for repository in sorted(others):
        yield note(repository, "is not in ECR, so the image is not checked")


def _required(target: Target) -> Iterator[Required]:
    for service in target.environment.services:
        for container in service.containers:
            if isinstance(image := container.image, EcrImage):
                tag = image.tag or target.variables.get(tag_variable(service.name))
                yield Required(image, tag, service.architecture, service)


def _findings(target: Target, required: Required) -> Iterator[Finding]:
    image, service = required.image, required.service
    account = target.account.in_region(image.region or target.environment.region)
    variable = tag_variable(service.name)
    if required.tag is None:
        yield unknown(
            image.repository,
            f"the tag for the service {service.name} is not known",
            f"pass --var {variable}=TAG, or set the environment variable TF_VAR_{variable}",
        )
        return
    name = f"{image.repository}:{required.tag}"
    if image.tag is None and (reason := _invalid_tag(image, required.tag)):
        yield problem(
            image.repository,
            f"Terraform refuses the value of the variable {variable}: {reason}",
            f"correct --var {variable} or the environment variable TF_VAR_{variable}",
        )
        return
    stored = find_image(account, image.repository, required.tag, registry=image.account)
    if stored is None:
        yield _missing_repository(target, image, name)
    elif not stored:
        yield problem(
            name,
            f"the repository has no image with this tag, so the tasks of {service.name} do not "
            "start",
            f"push the image, built for linux/{ARCHITECTURES[required.architecture]}",
        )
    else:
        yield _architecture(name, required, stored[0])


def _invalid_tag(image: EcrImage, tag: str) -> str:
    """Return the reason why a tag is not allowed in the settings, nor as a variable; or nothing."""
    return next((found.message for found in image.replace(tag=tag).problems()), "")


def _missing_repository(target: Target, image: EcrImage, name: str) -> Finding:
    environment = target.environment
    if environment.registry is not None and image.repository in environment.own_repositories:
        return problem(
            name,
            "its repository does not exist yet, so it has no image when the tasks start",
            "create the repository first with `"
            + apply(environment.names.stack, repository_address(image.repository))
            + "`, then push the image",
        )
    region = image.region or environment.region
    account = f" in account {image.account}" if image.account else ""
    return problem(
        name,
        f"its repository does not exist{account}",
        f"create the repository{account} with `aws ecr create-repository --region {region} "
        f"--repository-name {image.repository}` and push the image, or set `registry` to let the "
        "environment create its repositories"
        if environment.registry is None and not image.account
        else f"create the repository{account} with `aws ecr create-repository --region {region} "
        f"--repository-name {image.repository}`, and push the image",
    )


def _architecture(name: str, required: Required, image: StoredImage) -> Finding:
    """Compare the architectures in an image index with that of the tasks."""
    if image.architectures is None:
        return note(
            name,
            "exists; its architecture is not checked, because the image is not in an image index",
            f"build it for linux/{ARCHITECTURES[required.architecture]}",
        )
    needed = ARCHITECTURES[required.architecture]
    if needed in image.architectures:
        return passed(name, f"exists for linux/{needed}")
    return problem(
        name,
        f"exists for {', '.join(image.architectures) or 'no Linux architecture'}, but the tasks of "
        f"{required.service.name} are {required.architecture}",
        f"build it for linux/{needed}, or change `services.{required.service.name}.architecture`",
    )
