"""Synthesis of environments into Terraform JSON files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from cdktf import App

from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.files import write_file
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.state import S3State
from navra_stacks.settings.validation.uniqueness import claim_problems
from navra_stacks.stacks.output_directory import replacement_directory, report_node_errors
from navra_stacks.stacks.state import StateStack
from navra_stacks.stacks.web.stack import WebStack
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.hcl_fixes import fix_hcl

__all__ = ["Synthesized", "synthesize"]


class Synthesized(NamedTuple):
    """A synthesized stack: its name, its file, and the numbers of resources and data sources."""

    environment: Environment

    stack: str
    """The name of the stack: ``<project>-<environment>``, with the suffix ``-state`` for the stack
    of the state bucket.
    """

    path: Path
    """The path of the Terraform JSON file, or of the HCL file if `cdktf synth --hcl` runs; run
    Terraform in the directory of the file.
    """

    resources: int
    """The number of resources in the file."""

    data_sources: int
    """The number of data sources in the file."""

    def __repr__(self) -> str:
        return (
            f"Synthesized(stack={self.stack!r}, path={str(self.path)!r}, "
            f"resources={self.resources}, data_sources={self.data_sources})"
        )


def synthesize(
    environments: Sequence[Environment], outdir: str | Path | None = None
) -> list[Synthesized]:
    """Write ``<outdir>/stacks/<project>-<environment>/cdk.tf.json`` for each environment.

    If the state of an environment is an `S3State` with ``bootstrapped=True``, the stack
    ``<project>-<environment>-state``, which creates the state bucket, is written before the stack
    of the environment.

    Args:
        environments: The environments; no two can have the same project and name.
        outdir: The output directory; by default ``$CDKTF_OUTDIR`` or ``cdktf.out``.

    Returns:
        The stacks in the order in which they were written.

    Raises:
        TypeError: `environments` is a single environment.
        SettingsError: two environments have the same project and name, or would create the same
            unique resource.
        NavraError: a file or directory cannot be written, or the directory of a stack has a
            ``cdk.tf`` that cdktf did not write. The existing files are unchanged.
    """
    if isinstance(environments, Environment):
        name = environments.names.stack
        raise TypeError(f"`environments` is the environment {name}; pass a list of environments")
    if problems := [*_duplicate_names(environments), *_duplicate_claims(environments)]:
        raise SettingsError("environments", problems)
    directory = _default_directory() if outdir is None else Path(outdir)
    with replacement_directory(directory) as pending:
        # Node resolves a relative path against the working directory in which it was started.
        app = App(outdir=str(pending.absolute()))
        stacks: list[WebStack | StateStack] = []
        for environment in environments:
            if isinstance(environment.state, S3State) and environment.state.bootstrapped:
                stacks.append(StateStack(app, environment, environment.state))
            stacks.append(WebStack(app, environment))
        app.synth()
        hcl = bool(app.hcl_output)
        return [_written(stack, pending, directory, hcl=hcl) for stack in stacks]


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
    stack: WebStack | StateStack, pending: Path, directory: Path, *, hcl: bool
) -> Synthesized:
    """Complete the file of a stack in `pending`, and describe it as a file in `directory`."""
    name = Path("stacks", stack.stack_name, "cdk.tf" if hcl else "cdk.tf.json")
    text = (pending / name).read_text(encoding="utf-8")
    if hcl:
        document = stack.to_terraform()
        # Before the cdktf command formats it.
        write_file(pending / name, fix_hcl(text, document))
    else:
        document = json.loads(text)
    written = TerraformDocument(document)
    return Synthesized(
        environment=stack.environment,
        stack=stack.stack_name,
        path=directory / name,
        resources=len(written.resources),
        data_sources=len(written.data_sources),
    )
