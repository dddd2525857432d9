"""`navra deploy`, `navra rollback` and `navra run`: change what the services run."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.cli.deployment_options import (
    EnvironmentName,
    Profile,
    load_description,
    open_account,
)
from navra_stacks.cli.deployment_progress import DeploymentProgress
from navra_stacks.cli.options import EndpointUrl, configured_endpoint
from navra_stacks.cli.output import print_error, print_json, print_line
from navra_stacks.cli.required_packages import require_packages
from navra_stacks.cli.stack_files import OutputDirectory
from navra_stacks.errors import NavraError, did_you_mean

if TYPE_CHECKING:
    from navra_stacks.deploy.deployment import Deployer
    from navra_stacks.deploy.description import DeploymentDescription
    from navra_stacks.deploy.outcome import Outcome

__all__ = ["deploy", "rollback", "run"]

AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]
Timeout = Annotated[
    float | None,
    typer.Option(
        metavar="MINUTES",
        min=1,
        help="Time after which the deployment is rolled back. Default: from the health settings.",
    ),
]
PollSeconds = Annotated[
    float, typer.Option(metavar="SECONDS", min=0, help="Time between two requests.", hidden=True)
]


def deploy(
    name: EnvironmentName,
    images: Annotated[
        list[str],
        typer.Argument(metavar="SERVICE=TAG...", help="The tag, or @ and the digest, to deploy."),
    ],
    restart: Annotated[
        bool,
        typer.Option(
            "--restart",
            help="Accept SERVICE without a tag: deploy the image that it runs once more.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only read and report the differences.")
    ] = False,
    parallel: Annotated[
        bool, typer.Option("--parallel", help="Move the services at the same time.")
    ] = False,
    timeout: Timeout = None,
    rollback_on_interrupt: Annotated[
        bool,
        typer.Option("--rollback-on-interrupt", help="Roll back if the command is interrupted."),
    ] = False,
    smoke: Annotated[
        bool,
        typer.Option(help="Check each service through its load balancer. Never with an emulator."),
    ] = True,
    commit: Annotated[
        str, typer.Option(metavar="SHA", help="Commit of the image. Default: $GITHUB_SHA.")
    ] = "",
    as_json: AsJson = False,
    outdir: OutputDirectory = None,
    profile: Profile = None,
    endpoint_url: EndpointUrl = None,
    poll_seconds: PollSeconds = 5,
) -> None:
    """Deploy images to services of ENV, and follow each deployment to its end.

    The one-off tasks of the services, for example migrations, run first, with the new images. A new
    revision has the newest settings of Terraform. The services are moved one after the other, or
    with --parallel at the same time. If one fails, the others return to what they ran. With a
    strategy that shifts traffic, a service is checked through the load balancer in the bake time,
    otherwise after the deployment. With --restart, SERVICE without a tag brings the newest settings
    into force.

    Exit status 0: the services run the images.

    Exit status 1: it failed, and the services were confirmed to run what they ran before.

    Exit status 3: nothing was changed, because of a running deployment or another account, or
    because Terraform deploys the service.

    Exit status 4: a part was changed, or it is not known what runs.
    """
    from navra_stacks.deploy.images import parse_target

    targets: dict[str, str] = {}
    for text in images:
        service, image = (text, "") if restart and "=" not in text else parse_target(text)
        if service in targets:
            raise NavraError(f"{service} is given twice; pass one image for each service")
        targets[service] = image
    description = load_description(name, outdir)
    _run(
        description,
        profile,
        endpoint_url,
        lambda deployer: deployer.deploy(targets, dry_run=dry_run),
        as_json=as_json,
        timeout=timeout,
        poll_seconds=poll_seconds,
        rollback_on_interrupt=rollback_on_interrupt,
        parallel=parallel,
        commit=commit or os.environ.get("GITHUB_SHA", ""),
        actor=os.environ.get("GITHUB_ACTOR", ""),
        smoke=smoke and configured_endpoint(endpoint_url) is None,
    )


def rollback(
    name: EnvironmentName,
    services: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SERVICE...]", help="Default: all services of a pipeline."),
    ] = None,
    to: Annotated[
        str, typer.Option(metavar="REVISION", help="Number of the revision, for one service.")
    ] = "",
    timeout: Timeout = None,
    as_json: AsJson = False,
    outdir: OutputDirectory = None,
    profile: Profile = None,
    endpoint_url: EndpointUrl = None,
    poll_seconds: PollSeconds = 5,
) -> None:
    """Return services of ENV to the revision of their last successful deployment.

    A deployment in progress is stopped instead, and ECS rolls it back. Revisions are not
    deregistered, and migrations are not reverted.

    Exit status 0: the services run the revision.

    Exit status 3: nothing was changed.

    Exit status 4: a part was changed, or it is not known what runs.
    """
    description = load_description(name, outdir)
    names = services or [
        service.name for service in description.services if service.deployed_by == "pipeline"
    ]
    if to and re.fullmatch("[0-9]{1,9}", to) is None:
        raise NavraError(f"--to {to!r} is not the number of a revision")
    if to and len(names) != 1:
        raise NavraError("--to needs exactly one service; name the service")
    _run(
        description,
        profile,
        endpoint_url,
        lambda deployer: deployer.rollback(names, to=to),
        as_json=as_json,
        timeout=timeout,
        poll_seconds=poll_seconds,
    )


def run(
    name: EnvironmentName,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="The service of the task.")],
    task: Annotated[str, typer.Argument(metavar="TASK", help="The one-off task.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- ARGS...]", help="Appended to the command of the task."),
    ] = None,
    as_json: AsJson = False,
    outdir: OutputDirectory = None,
    profile: Profile = None,
    endpoint_url: EndpointUrl = None,
    poll_seconds: PollSeconds = 5,
) -> None:
    """Run a one-off task of a service with the image that the service runs.

    Exit status 0: the exit code of the task is 0.

    Exit status 1: the task failed.

    Exit status 3: nothing was started.

    Exit status 4: it is not known how the task ended.
    """
    description = load_description(name, outdir)
    described = description.service(service)
    names = [one.name for one in described.one_off_tasks]
    if task not in names:
        hint = did_you_mean(task, names, f"its tasks are {', '.join(names) or 'none'}")
        raise NavraError(f"{service} has no one-off task {task!r}; {hint}")
    found = described.one_off_tasks[names.index(task)]
    _run(
        description,
        profile,
        endpoint_url,
        lambda deployer: deployer.run(described, found, arguments or ()),
        as_json=as_json,
        poll_seconds=poll_seconds,
    )


def _run(
    description: DeploymentDescription,
    profile: str | None,
    endpoint_url: str | None,
    command: Callable[[Deployer], Outcome],
    *,
    as_json: bool,
    poll_seconds: float,
    timeout: float | None = None,
    rollback_on_interrupt: bool = False,
    parallel: bool = False,
    commit: str = "",
    actor: str = "",
    smoke: bool = False,
) -> None:
    """Run a command, report its progress, print its outcome, and exit with its status."""
    require_packages("boto3", command="deploy", extra="deploy")
    from navra_stacks.deploy.deployment import Deployer
    from navra_stacks.deploy.options import Options
    from navra_stacks.deploy.smoke import SmokeCheck

    account = open_account(description, profile, endpoint_url)
    with DeploymentProgress() as progress:
        options = Options(
            timeout_seconds=None if timeout is None else timeout * 60,
            poll_seconds=poll_seconds,
            rollback_on_interrupt=rollback_on_interrupt,
            parallel=parallel,
            commit=commit,
            actor=actor,
            progress=progress.update,
            smoke=SmokeCheck(description.host) if smoke and description.host else None,
        )
        outcome = command(Deployer(description, account, progress.line, options))
    if as_json:
        print_json(outcome.as_json())
    else:
        for service, revision in outcome.running.items():
            verb = "has" if outcome.status else "runs"
            print_line(f"{service} {verb} {revision}")
    if outcome.reason:
        print_error(outcome.reason)
    if outcome.status:
        sys.exit(int(outcome.status))
