"""Synthesis of environments into Terraform JSON files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

# isort: split
from cdktf import App

from navra_jsii import pipelined
from navra_stacks.deploy.description import FILE_NAME
from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.files import write_file
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.validation.uniqueness import claim_problems
from navra_stacks.stacks.base import EnvironmentStack
from navra_stacks.stacks.deployment_file import describe_deployment
from navra_stacks.stacks.exclusive import exclusive
from navra_stacks.stacks.output_directory import replacement_directory, report_node_errors
from navra_stacks.stacks.pending_settings import (
    PendingSettings,
    check_ports,
    find_pending_settings,
)
from navra_stacks.stacks.running_revision import resources_of
from navra_stacks.stacks.stack_class import (
    Output,
    construct_stack,
    load_class,
    record_in_metadata,
    report_node_errors_of,
    writing_to,
)
from navra_stacks.stacks.state import StateStack
from navra_stacks.stacks.web.stack import WebStack
from navra_stacks.stacks.zone import ZoneStack
from navra_stacks.terraform.document import DocumentError, TerraformDocument
from navra_stacks.terraform.hcl_fixes import fix_hcl
from navra_stacks.terraform.removed_resources import removed_resources

__all__ = ["Synthesized", "synthesize"]


class Synthesized(NamedTuple):
    """A synthesized stack: its name, its file, and the numbers of resources and data sources."""

    environment: Environment

    stack: str
    """The name of the stack: ``<project>-<environment>``, with the suffix ``-state`` for the stack
    of the state bucket, or ``-zone`` for the stack of a delegated hosted zone.
    """

    path: Path
    """The path of the Terraform JSON file, or of the HCL file if `cdktf synth --hcl` runs; run
    Terraform in the directory of the file.
    """

    resources: int
    """The number of resources in the file."""

    data_sources: int
    """The number of data sources in the file."""

    pending: PendingSettings = PendingSettings()
    """The settings that the next apply does not bring into the running tasks."""

    removed: tuple[str, ...] = ()
    """The addresses of the resources that the replaced document had and the new one has not, so
    that the next apply destroys them."""

    @property
    def is_main(self) -> bool:
        """Whether this is the stack of the environment, not that of its state or hosted zone."""
        return self.stack == self.environment.names.stack

    def __repr__(self) -> str:
        return (
            f"Synthesized(stack={self.stack!r}, path={str(self.path)!r}, "
            f"resources={self.resources}, data_sources={self.data_sources})"
        )


def synthesize(
    environments: Iterable[Environment],
    outdir: str | Path | None = None,
    *,
    app: App | None = None,
    stack_class: type[WebStack] | None = None,
    replace: bool = False,
) -> list[Synthesized]:
    """Write ``<outdir>/stacks/<project>-<environment>/cdk.tf.json`` for each environment.

    Several threads may call this function; they wait for each other. A process that was forked
    after cdktf was imported cannot.

    The stack ``<project>-<environment>-state``, which creates the bucket of an `S3State` with
    ``bootstrapped=True``, and the stack ``<project>-<environment>-zone``, which creates a
    `DelegatedZone`, are written before the stack of the environment.

    Args:
        environments: The environments; no two, and none of those in `app`, can have the same
            project and name.
        outdir: The output directory; by default ``$CDKTF_OUTDIR`` or ``cdktf.out``.
        app: A CDKTF app that may contain further stacks, all of which are synthesized; by default
            a new app. Its output directory is used instead of `outdir`.
        stack_class: The class of the environments' stacks; by default `Environment.stack_class`,
            or `WebStack` if it is None.
        replace: Whether a document that another stack class wrote may be replaced.

    Returns:
        The stacks in the order in which they were written, without those that `app` contained.

    Raises:
        TypeError: `environments` is a single environment, or both `outdir` and `app` are given.
        SettingsError: two environments have the same project and name, or would create the same
            unique resource, or the port of a service changes whose running revision an apply does
            not replace.
        OtherStackClassError: another stack class wrote a document, and `replace` is False.
        NavraError: a stack class cannot be imported, a file or directory cannot be written, the
            directory of a stack has a ``cdk.tf`` that cdktf did not write, or this process was
            forked from one that had imported cdktf. The existing files are unchanged, except with
            `app`.
    """
    if isinstance(environments, Environment):
        name = environments.names.stack
        raise TypeError(f"`environments` is the environment {name}; pass a list of environments")
    environments = tuple(environments)  # an iterator can be read only once
    present = () if app is None else tuple(_environments_in(app))
    together = (*present, *environments)
    if problems := [*_duplicate_names(together), *_duplicate_claims(together)]:
        raise SettingsError("environments", problems)
    if app is not None and outdir is not None:
        raise TypeError("`outdir` and `app` are both given; pass outdir=... to the App instead")
    classes = [stack_class or _stack_class(environment) for environment in environments]
    with exclusive():
        if app is not None:
            output = Output(Path(app.outdir), replace)
            with report_node_errors(output.directory):
                return _synthesize(app, environments, classes, output, output.directory)
        output = Output(_default_directory() if outdir is None else Path(outdir), replace)
        with replacement_directory(output.directory) as pending:
            # Node resolves a relative path against the working directory in which it was started.
            new = App(outdir=str(pending.absolute()))
            return _synthesize(new, environments, classes, output, pending)


def _synthesize(
    app: App,
    environments: Sequence[Environment],
    classes: Sequence[type[WebStack]],
    output: Output,
    pending: Path,
) -> list[Synthesized]:
    """Synthesize environments in `app`, whose output directory is `pending`.

    The files in `pending` replace those in `output` afterwards, unless the two are the same.
    """
    previous = [_previous(output.document(one.names.stack)) for one in environments]
    for environment, before in zip(environments, previous, strict=True):
        check_ports(environment, None if before is None else resources_of(before))
    stacks: list[tuple[EnvironmentStack, Mapping[str, Any] | None]] = []
    with writing_to(output), report_node_errors_of(classes, WebStack):
        # With many stacks, waiting for JavaScript after each of them takes a tenth of the CPU time.
        # A stack class of the user waits, so that an error is raised by the class that causes it.
        with pipelined() if set(classes) == {WebStack} else nullcontext():
            for environment, kind, before in zip(environments, classes, previous, strict=True):
                *supporting, _ = environment.stacks
                for name in supporting:
                    other = StateStack if name == environment.names.state_stack else ZoneStack
                    stacks.append((other(app, environment), _previous(output.document(name))))
                stacks.append((construct_stack(kind, WebStack, app, environment), before))
        app.synth()
    hcl = bool(app.hcl_output)
    return [_written(stack, pending, output.directory, before, hcl=hcl) for stack, before in stacks]


def _stack_class(environment: Environment) -> type[WebStack]:
    if environment.stack_class is None:
        return WebStack
    return load_class(environment.stack_class, WebStack)


def _environments_in(app: App) -> Iterator[Environment]:
    for child in app.node.children:
        # A stack whose constructor failed may have no environment.
        if isinstance(child, WebStack) and hasattr(child, "environment"):
            yield child.environment


def _previous(path: Path) -> Mapping[str, Any] | None:
    """Return the content of the document that is about to be replaced; None without one."""
    try:
        return TerraformDocument.read(path).content
    except DocumentError:
        return None


def _default_directory() -> Path:
    # cdktf reads $CDKTF_OUTDIR in node; the app is not used for anything else.
    with report_node_errors(Path("the output directory")):
        return Path(App().outdir)


def _duplicate_names(environments: Sequence[Environment]) -> Iterator[SettingsProblem]:
    for name, count in Counter(one.names.stack for one in environments).items():
        if count > 1:
            yield SettingsProblem(
                name, "is described more than once", "describe each environment once"
            )


def _duplicate_claims(environments: Sequence[Environment]) -> Iterator[SettingsProblem]:
    # Each name once: environments with the same name always have the same claims.
    return claim_problems([*{one.names.stack: one for one in environments}.values()])


def _written(
    stack: EnvironmentStack,
    pending: Path,
    directory: Path,
    previous: Mapping[str, Any] | None,
    *,
    hcl: bool,
) -> Synthesized:
    """Complete the files of a stack in `pending`, and describe them as files in `directory`."""
    name = Path("stacks", stack.stack_name, "cdk.tf" if hcl else "cdk.tf.json")
    text = (pending / name).read_text(encoding="utf-8")
    if hcl:
        document = stack.to_terraform()
        # Before the cdktf command formats it.
        write_file(pending / name, fix_hcl(text, document))
        record_in_metadata((pending / name).parent, type(stack).__name__)
    else:
        document = json.loads(text)
    pending_settings = PendingSettings()
    if isinstance(stack, WebStack):
        pending_settings = find_pending_settings(
            stack.environment,
            resources_of(document),
            previous=None if previous is None else resources_of(previous),
            overridden=stack.existing.overridden,
        )
        description = describe_deployment(stack.environment, pending_settings).to_json()
        write_file((pending / name).with_name(FILE_NAME), description)
    lock_file = stack.environment.lock_file
    if lock_file is not None and lock_file.is_file():
        write_file((pending / name).with_name(".terraform.lock.hcl"), lock_file.read_bytes())
    written = TerraformDocument(document)
    return Synthesized(
        environment=stack.environment,
        stack=stack.stack_name,
        path=directory / name,
        resources=len(written.resources),
        data_sources=len(written.data_sources),
        pending=pending_settings,
        removed=() if previous is None else removed_resources(previous, document),
    )
