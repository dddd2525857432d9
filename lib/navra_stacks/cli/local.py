"""`navra local`: run the described tasks in a local container engine."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.cli.background_lines import Lines
from navra_stacks.cli.deployment_options import Profile
from navra_stacks.cli.local_options import (
    DataImages,
    EngineName,
    SecretsPath,
    ServiceImages,
    read_local_options,
)
from navra_stacks.cli.options import EndpointUrl
from navra_stacks.cli.output import print_json, print_line
from navra_stacks.cli.required_packages import require_packages
from navra_stacks.cli.stack_files import DOCUMENT, OutputDirectory, StackFiles, document_at
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.local.application import Application
    from navra_stacks.local.engine import Engine
    from navra_stacks.local.runner import LocalRun
    from navra_stacks.local.verdict import LocalResult, ServiceResult

__all__ = ["local"]

FAILED = 1
"""Exit status if a service did not become healthy or has a fault."""


def local(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ENV", help="The environment or stack, or the path of a Terraform JSON file."
        ),
    ] = None,
    services: Annotated[
        list[str] | None,
        typer.Argument(metavar="SERVICE", help="The services to run. Default: all."),
    ] = None,
    image: ServiceImages = None,
    secrets: SecretsPath = None,
    data: DataImages = None,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65000, metavar="N", help="The first local port. 0 selects free ports."
        ),
    ] = 8080,
    engine: EngineName = None,
    platform: Annotated[
        bool,
        typer.Option(
            "--platform", help="Run images of the described architecture, which is emulated."
        ),
    ] = False,
    keep_alive_seconds: Annotated[
        float,
        typer.Option(
            min=0, metavar="N", help="With --check, how long idle connections are observed."
        ),
    ] = 10,
    profile: Profile = None,
    endpoint_url: EndpointUrl = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the containers at the end; see --clean.")
    ] = False,
    clean: Annotated[
        bool,
        typer.Option("--clean", help="Remove what runs with --keep and killed runs have left."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="End when each service is healthy or has failed.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, and the progress to stderr.")
    ] = False,
    outdir: OutputDirectory = None,
) -> None:
    """Run the tasks of ENV in a local container engine, behind its listener rules.

    The command reads the document that `navra synth` wrote. It runs until Ctrl-C, or with --check
    until the result is known.

    Exit status: 0 if all services are healthy and have no fault, 1 otherwise, 2 for a user error.
    """
    require_packages("aiohttp", "cryptography", command="local", extra="local")
    if profile is not None:
        require_packages("boto3", command="local --profile", extra="deploy")
    from navra_stacks.local.engine import find_engine

    found = find_engine(engine)
    report = Lines(sys.stderr if as_json else sys.stdout)
    try:
        if clean:
            _clean(found, report)
        if name is None and not clean:
            raise NavraError("ENV is missing; name an environment, a stack or a document")
        if name is None:
            return
        from navra_stacks.local.runner import LocalRun

        application = _application(name, outdir)
        selected = application.select(services or [])
        options = replace(
            read_local_options(application, image, secrets, data),
            port=port,
            use_platform=platform,
            is_kept=keep,
            keep_alive_seconds=keep_alive_seconds,
            profile=profile,
            endpoint_url=endpoint_url,
        )
        # A command runs for seconds, but this one for hours.
        gc.enable()
        with LocalRun(application, selected, found, options, report.line) as run:
            _run(run, report, is_check=check)
            result = run.result
    finally:
        report.close()
    if as_json:
        print_json(result.as_json())
    else:
        _print_result(result)
    if not result.passed:
        raise typer.Exit(FAILED)


def _run(run: LocalRun, report: Lines, *, is_check: bool) -> None:
    """Run until the result is known, or until Ctrl-C; stop the tasks in both cases."""
    if is_check:
        run.start()
        run.check()
        run.stop()
        return
    with suppress(KeyboardInterrupt):
        result = run.start()
        for service in result.services:
            report.line(_service(service))
        for listener, url in result.urls.items():
            report.line(f"listener {listener}: {url}")
        report.line("running until Ctrl-C")
        run.wait()
    try:
        run.stop()
    except KeyboardInterrupt:
        report.line("the tasks were killed")


def _clean(engine: Engine, report: Lines) -> None:
    from navra_stacks.local.cleanup import remove_leftovers

    removed = remove_leftovers(engine, kept=True)
    report.line(f"removed: {str(removed) or 'nothing was left'}")
    if removed.left:
        raise NavraError(
            f"{removed.left} containers, volumes or networks could not be removed; "
            f"`{engine.name} ps --all` and `{engine.name} network ls` list them"
        )


def _application(name: str, outdir: Path | None) -> Application:
    """Return the application of an environment, of a stack, or of the document at a path."""
    from navra_stacks.local.application import Application

    stack, path = document_at(name) or StackFiles(DOCUMENT, outdir).find(name)
    return Application.read(path, stack)


def _print_result(result: LocalResult) -> None:
    print_line()
    for service in result.services:
        print_line(_service(service))
        for fault in service.faults:
            print_line(f"  {fault.kind}: {fault.message}; {fault.repair}")
        for line in service.log:
            print_line(f"  log: {line}")
    for route in result.routes:
        print_line(str(route))
    if result.differences:
        print_line("Different from Fargate:")
        for difference in result.differences:
            print_line(f"  {difference}")


def _service(service: ServiceResult) -> str:
    if service.seconds is None:
        return f"{service.service}: {service.status}"
    limit = "" if service.limit is None else f" (ECS replaces the task after {service.limit:.0f} s)"
    return f"{service.service}: {service.status} after {service.seconds:.1f} s{limit}"
