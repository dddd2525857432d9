"""`navra rehearse`: apply an environment to an emulated AWS, and destroy it again."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from navra_stacks.cli.local_options import (
    DataImages,
    EngineName,
    SecretsPath,
    ServiceImages,
    read_local_options,
)
from navra_stacks.cli.options import Source, StackClass
from navra_stacks.cli.output import print_json, print_line, printable
from navra_stacks.cli.required_packages import require_packages
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments
from navra_stacks.cli.stack_files import document_at
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.deploy.description import DeploymentDescription
    from navra_stacks.rehearsal.applied_tasks import AppliedTasks
    from navra_stacks.rehearsal.result import Leftover, Rehearsal, RehearsedDeployment
    from navra_stacks.rehearsal.runner import RehearsalContext

__all__ = ["rehearse", "table"]

KINDS = "sigint sigkill throttle error lost".split()
"""The values of ``--interrupt``: the ways to interrupt an apply."""


def rehearse(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ENV", help="The environment, or the path of a Terraform JSON file."
        ),
    ],
    var: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Value of a Terraform variable. Repeatable."),
    ] = None,
    provider_mirror: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Filesystem mirror with the AWS provider. Default: $NAVRA_PROVIDER_MIRROR.",
        ),
    ] = None,
    interrupt: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help=f"Interrupt the apply, then apply again. KIND is one of {', '.join(KINDS)}.",
        ),
    ] = None,
    deploy: Annotated[
        bool,
        typer.Option(
            "--deploy",
            help="After the second plan, deploy images to the services that a pipeline deploys, "
            "let a deployment fail, and change a setting.",
        ),
    ] = False,
    tasks: Annotated[
        bool,
        typer.Option(
            "--tasks",
            help="After the second plan, run the tasks in a local container engine, and send a "
            "request through each route; see `navra local`.",
        ),
    ] = False,
    image: ServiceImages = None,
    secrets: SecretsPath = None,
    data: DataImages = None,
    engine: EngineName = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Skip the destroy, and keep the emulator running until Ctrl-C."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    source: Source = DEFAULT_SOURCE,
    stack_class: StackClass = None,
) -> None:
    """Apply an environment to an emulated AWS, plan again, destroy, and check for leftovers.

    Exit status: 0 if the rehearsal passed, 1 if it failed, 2 for a user error.
    """
    if interrupt is not None and interrupt not in KINDS:
        raise NavraError(
            f"--interrupt {interrupt} is not a valid KIND; use one of {', '.join(KINDS)}"
        )
    require_packages("boto3", "moto", command="rehearse", extra="rehearsal")
    if tasks:
        require_packages("aiohttp", "cryptography", command="rehearse --tasks", extra="local")
    elif image or secrets or data or engine:
        raise NavraError("--image, --secrets, --data and --engine need --tasks")
    with tempfile.TemporaryDirectory(prefix="navra-rehearsal-") as directory:
        stack, path = _document(name, source, stack_class, Path(directory))
        from navra_stacks.terraform.document import TerraformDocument

        document = dict(TerraformDocument.read(path).content)
        description = _description(path) if deploy else None
        applied = _tasks(path, stack, image, secrets, data, engine) if tasks else None
        # Imported here, because other commands do not need boto3 and these modules load it.
        from navra_stacks.rehearsal.runner import rehearse as run
        from navra_stacks.rehearsal.transforms.placeholder_values import parse_variables
        from navra_stacks.terraform.installation import find_provider, find_terraform
        from navra_stacks.terraform.working_directory import pinned_version

        terraform = find_terraform()
        provider = find_provider(
            terraform.platform, pinned_version(document), mirror=provider_mirror
        )
        result = run(
            document,
            terraform=terraform,
            provider=provider,
            directory=Path(directory) / "terraform",
            stack=stack,
            variables=parse_variables(document, var or []),
            interruption=interrupt,
            deployment=description,
            tasks=applied,
            inspect=_wait_for_ctrl_c if keep else None,
            on_progress=_progress,
        )
    if as_json:
        print_json(result.as_json())
    else:
        for line in table(result).split("\n"):
            print_line(line)
    if not result.passed:
        sys.exit(1)


def table(result: Rehearsal) -> str:
    """Return the result of a rehearsal as text: the phases, the findings, and a summary."""
    lines = [f"{result.stack}: {result.resources} resources, AWS provider {result.provider}", ""]
    width = max(len(phase.name) for phase in result.phases)
    lines += [f"  {phase.name:{width}}  {phase.seconds:6.1f} s" for phase in result.phases]
    lines.append(f"  {'':{width}}  {result.seconds:6.1f} s")
    sections = {
        "Omitted": result.omissions,
        "Placeholder values of variables": [
            f"{name} = {json.dumps(value)}" for name, value in result.placeholder_values.items()
        ],
        "Created before the apply": result.seeded,
        **_interruption(result),
        "Deployments": [f"{one.phase}: {_deployment(one)}" for one in result.deployments],
        **_task_results(result),
        "Protections removed before the destroy": result.removed_protections,
        "Expected leftovers, as on AWS": [
            f"{_leftover(leftover)}: {leftover.reason}" for leftover in result.expected_leftovers
        ],
        "The second plan is not empty": [
            f"{change.address}: {change.argument}"
            + (
                ""
                if change.before is None and change.after is None
                else _change(change.before, change.after)
            )
            for change in result.differences
        ],
        "Unexpected leftovers": list(map(_leftover, result.leftovers)),
        "Failed": result.failure.splitlines(),
    }
    for title, entries in sections.items():
        if entries:
            lines += ["", f"{title}:", *(f"  {entry}" for entry in entries)]
    return "\n".join(map(printable, [*lines, "", _summary(result)]))


def _interruption(result: Rehearsal) -> dict[str, Any]:
    interruption = result.interruption
    if interruption is None:
        return {}
    imported = interruption.imported.items()
    return {
        f"Interrupted ({interruption.kind}) with {interruption.resources} resources in the state": [
            *(f"failed call: {call}" for call in dict.fromkeys(interruption.failed_calls)),
            *(f"tainted, then completed: {address}" for address in interruption.completed),
            *(f"missing from the state, imported: {to} as {id_}" for to, id_ in imported),
            *(f"default egress rule, revoked: {rule}" for rule in interruption.revoked),
        ]
        or ["no resource was tainted or missing from the state"],
        "Unmanaged resources": interruption.unmanaged,
    }


def _deployment(deployment: RehearsedDeployment) -> str:
    """Return the targets, the outcome, and what runs afterwards, in one line."""
    targets = ", ".join(f"{name}={tag}" for name, tag in deployment.targets.items())
    reason = f" ({deployment.reason})" if deployment.reason else ""
    running = ", ".join(f"{name} runs {one}" for name, one in deployment.running.items())
    return f"{targets}: {deployment.outcome}{reason}; {running}"


def _task_results(result: Rehearsal) -> dict[str, Any]:
    if result.tasks is None:
        return {}
    return {
        "Tasks": [
            line
            for service in result.tasks["services"]
            for line in (
                f"{service['service']}: {service['status']} after {service['seconds']} s",
                *(f"{one['kind']}: {one['message']}" for one in service["faults"]),
            )
        ],
        "Requests": [
            f"{one['method']} {one['path']} -> {one['service']}: {one['status'] or 'no response'}"
            for one in result.tasks["routes"]
        ],
    }


def _change(before: Any, after: Any) -> str:
    return f": {json.dumps(before)} -> {json.dumps(after)}"


def _leftover(leftover: Leftover) -> str:
    status = f" ({leftover.status})" if leftover.status else ""
    return f"{leftover.service} {leftover.kind} {leftover.name}{status}"


def _summary(result: Rehearsal) -> str:
    if not result.passed:
        return "The rehearsal failed."
    if not result.is_complete:
        return "Applied, and the second plan is empty. With --keep, the destroy was not tested."
    ran = "all tasks are healthy, " if result.tasks is not None else ""
    deployed = "deployed, the later plans are empty, " if result.deployments else ""
    return (
        f"Passed: applied, the second plan is empty, {ran}{deployed}destroyed, no unexpected "
        "leftovers."
    )


def _document(name: str, source: str, stack_class: str | None, directory: Path) -> tuple[str, Path]:
    """Return the name of a stack and the path of its Terraform JSON document.

    Args:
        name: The path of a Terraform JSON file, or the name of an environment.
        source: The environments, as in `load_environments`. Not read if `name` is a path.
        stack_class: The class of the environment's stack, as in `select_environments`.
        directory: The directory to synthesize in.
    """
    found = document_at(name)
    if found is not None:
        return found
    (environment,) = select_environments(load_environments(source), [name], stack_class)
    from navra_stacks.stacks.synthesis import synthesize

    written = synthesize([environment], directory / "cdktf")
    ((stack, path),) = ((one.stack, one.path) for one in written if one.is_main)
    return stack, path


def _description(document: Path) -> DeploymentDescription:
    """Return the description beside a document.

    Raises:
        NavraError: there is none, or it has another format.
    """
    from navra_stacks.deploy.description import FILE_NAME, DeploymentDescription

    path = document.with_name(FILE_NAME)
    if not path.is_file():
        raise NavraError(
            f"--deploy needs the file {FILE_NAME} beside {document}, and there is none; write both "
            "with `navra synth`"
        )
    return DeploymentDescription.read(path)


def _tasks(
    document: Path,
    stack: str,
    images: list[str] | None,
    secrets: Path | None,
    data: list[str] | None,
    engine: str | None,
) -> AppliedTasks:
    """Return how to run the tasks of a document.

    Raises:
        NavraError: there is no engine, or an option is invalid.
    """
    from navra_stacks.local.application import Application
    from navra_stacks.local.engine import find_engine
    from navra_stacks.rehearsal.applied_tasks import AppliedTasks

    application = Application.read(document, stack)
    return AppliedTasks(
        find_engine(engine),
        read_local_options(application, images, secrets, data),
        application.description,
    )


def _progress(line: str) -> None:
    print_line(line, file=sys.stderr)


def _wait_for_ctrl_c(context: RehearsalContext, result: Rehearsal) -> None:
    """Print how to use the emulator and where Terraform's directory is, and wait for Ctrl-C."""
    if result.failure:
        _progress(f"failed: {result.failure}")
    variables = {
        name: context.variables[name]
        for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    } | {"AWS_REGION": context.region}
    lines = (
        f"The emulated AWS runs at {context.emulator.endpoint} until Ctrl-C. To use it:",
        *(f"  export {name}={value}" for name, value in variables.items()),
        f"Terraform's directory, with its state: {context.directory}",
    )
    with suppress(KeyboardInterrupt):  # Ctrl-C may also come while the lines are printed
        for line in lines:
            _progress(line)
        threading.Event().wait()
