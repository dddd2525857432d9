"""What a deployment does with each service, before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from navra_stacks.deploy.description import ServiceDescription
from navra_stacks.deploy.differences import describe_differences
from navra_stacks.deploy.images import DeployedImage, resolve_image
from navra_stacks.deploy.mover import ServiceMover
from navra_stacks.deploy.outcome import RefusedError
from navra_stacks.deploy.revisions import TAG_TAG, Revision, deployment_tags, read_revision
from navra_stacks.deploy.services import TEST_STAGE, EcsService, holds_test_stage, running_digests

__all__ = ["PlannedService", "plan_service", "refuse_running_tasks", "same_images"]


@dataclass(frozen=True)
class PlannedService:
    """A service to deploy, with the image and the revision that ran before the deployment."""

    service: ServiceDescription
    live: EcsService
    images: Mapping[str, DeployedImage]
    """The image by the name of the container."""
    base: Revision
    previous: Revision

    @property
    def references(self) -> dict[str, str]:
        """The reference of each image, by the name of the container."""
        return {name: image.reference for name, image in self.images.items()}

    def tags(self, *, commit: str, actor: str) -> dict[str, str]:
        """Return the tags of the registered revisions, see `deployment_tags`."""
        label = next((image.label for image in self.images.values()), "")
        return deployment_tags(label, commit=commit, actor=actor)


def plan_service(mover: ServiceMover, service: ServiceDescription, image: str) -> PlannedService:
    """Plan the deployment of a service, and report what will change; nothing is changed.

    Args:
        mover: Reads the service.
        service: The service.
        image: The tag of the image, or ``@`` and its digest; empty for the image that runs.

    Raises:
        RefusedError: the service cannot be deployed now, or a pipeline does not deploy it.
        NavraError: the image does not exist, or is not built for the architecture.
        AccountError: the account cannot be read.
    """
    if service.deployed_by != "pipeline":
        raise RefusedError(
            f"Terraform deploys the service {service.name}: apply with another image tag, or "
            "set deployed_by='pipeline' in its settings"
        )
    if not service.containers:
        raise RefusedError(
            f"the settings of the service {service.name} contain the image tag; remove it from "
            "the settings to deploy images"
        )
    live = mover.read(service)
    refuse_running_tasks(mover, service)
    if busy := mover.unfinished(service):
        raise RefusedError(
            f"a deployment of {service.name} is in progress ({busy[0].rpartition('/')[2]}); "
            "wait until it has ended, or stop it with `navra rollback`"
        )
    base = mover.newest(service, service.family)
    previous = read_revision(mover.account, live.revision)
    images = (
        {
            container: resolve_image(
                mover.account, base.repository(container), image, service.architecture
            )
            for container in service.containers
        }
        if image
        else same_images(mover, live, previous, service)
    )
    planned = PlannedService(service, live, images, base, previous)
    mover.say(service, f"runs {previous.name}, {live.describe_tasks()}")
    if not previous.is_active:
        mover.say(
            service,
            f"{previous.name} is deregistered; if the deployment fails, a copy of it is registered",
        )
    what = image or "the image that it runs"
    mover.say(service, f"deploys {what} with the settings of {base.name}")
    for line in describe_differences(previous, base, planned.references):
        mover.say(service, f"  {line}")
    if mover.options.smoke and service.test_header and not holds_test_stage(live.live):
        mover.say(
            service,
            f"the test traffic is not checked, because no lifecycle hook holds {TEST_STAGE}",
        )
    return planned


def same_images(
    mover: ServiceMover, live: EcsService, running: Revision, service: ServiceDescription
) -> dict[str, DeployedImage]:
    """Return the images that a service runs, by their digests if ECS has them."""
    label = running.tags.get(TAG_TAG, "")
    digests = running_digests(mover.account, mover.cluster, live)
    return {
        container: DeployedImage(
            f"{running.repository(container)}@{digests[container]}"
            if container in digests
            else running.images[container],
            label,
        )
        for container in service.containers
        if container in running.images
    }


def refuse_running_tasks(mover: ServiceMover, service: ServiceDescription) -> None:
    """Refuse to start a one-off task of a service while one of them runs.

    Raises:
        RefusedError: a one-off task runs.
    """
    for task in service.one_off_tasks:
        found = mover.account.request(
            "ecs",
            "list_tasks",
            cluster=mover.cluster,
            family=task.family,
            desiredStatus="RUNNING",
        )
        if found["taskArns"]:
            raise RefusedError(
                f"the one-off task {task.name} of {service.name} runs "
                f"({found['taskArns'][0].rpartition('/')[2]}); wait until it has stopped"
            )
