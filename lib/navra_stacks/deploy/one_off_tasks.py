"""Run a one-off task of a service with an image, as a gate of a deployment or alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from navra_stacks.deploy.description import OneOffTaskDescription, ServiceDescription
from navra_stacks.deploy.mover import ServiceMover
from navra_stacks.deploy.outcome import Outcome, Status
from navra_stacks.deploy.revisions import Revision, copy_with_images
from navra_stacks.deploy.services import EcsService
from navra_stacks.deploy.tasks import run_task

__all__ = ["run_one_off_task"]


def run_one_off_task(
    mover: ServiceMover,
    service: ServiceDescription,
    live: EcsService,
    task: OneOffTaskDescription,
    base: Revision,
    *,
    images: Mapping[str, str],
    tags: Mapping[str, str],
    arguments: Sequence[str] = (),
) -> Outcome:
    """Run a one-off task in a copy of its revision, and report its progress and its logs.

    Args:
        mover: The access to the account.
        service: The service of the task.
        live: The ECS service, whose network and capacity the task uses.
        task: The task.
        base: The revision of the task to copy.
        images: The image by the name of the container.
        tags: Tags of the copy, in addition to those of `base`.
        arguments: Arguments that are appended to the command of the task.

    Returns:
        The outcome: FAILED if the task has ended without the exit code 0, UNKNOWN if it may still
        run.

    Raises:
        LostResponseError: it is not known whether the task was started.
        AccountError: AWS did not start the task.
    """
    copied = {name: image for name, image in images.items() if name in base.images}
    revision = copy_with_images(mover.account, base, copied, tags)
    mover.say(service, f"runs the one-off task {task.name} as {revision.name}")
    try:
        result = run_task(
            mover.account,
            mover.cluster,
            revision,
            container=task.container,
            service=live.live,
            arguments=arguments,
            timeout_seconds=mover.options.migration_timeout_seconds,
            poll_seconds=mover.options.poll_seconds,
            clock=mover.options.clock,
            report=lambda line: mover.say(service, line),
        )
    except (KeyboardInterrupt, SystemExit):
        mover.say_interrupted(service, f"{task.name} may still run in AWS; no service was moved")
        raise
    if result.succeeded:
        mover.say(service, f"{task.name} succeeded")
        return Outcome(Status.DONE)
    if result.is_running:
        return Outcome(
            Status.UNKNOWN,
            f"the task {result.task} of {task.name} {result.reason}; no service was moved",
        )
    return Outcome(Status.FAILED, f"{task.name} failed: {result.reason}")
