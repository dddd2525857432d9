"""Environments in, Terraform JSON files out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from cdktf import App

from navra_stacks.errors import NavraError, SettingsError, SettingsProblem
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.state import S3State
from navra_stacks.settings.validation.uniqueness import claim_problems
from navra_stacks.stacks.state import StateStack
from navra_stacks.stacks.web.stack import WebStack
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.hcl_fixes import fix_hcl

__all__ = ["Synthesized", "synthesize"]


class Synthesized(NamedTuple):
    """One stack that was written for an environment."""

    environment: Environment

    stack: str
    """The stack's name: the environment's own, or the one that makes its state bucket."""

    path: Path
    """The Terraform JSON, or HCL where CDKTF was told so; Terraform runs in its directory."""

    resources: int
    """How many resources the environment has."""

    data_sources: int
    """How many look-ups it makes in the account."""


def synthesize(
    environments: Sequence[Environment], outdir: str | Path | None = None
) -> list[Synthesized]:
    """Write ``<outdir>/stacks/<project>-<environment>/cdk.tf.json`` for each environment.

    An environment whose state bucket is bootstrapped gets a second stack, ``...-state``, before it.

    Args:
        environments: What to synthesize; each project and name once.
        outdir: Where to; CDKTF's own choice where absent, which is ``$CDKTF_OUTDIR`` or
            ``cdktf.out``.

    Raises:
        SettingsError: two environments have one name, or claim what only one can have.
        NavraError: the directory cannot be made.
    """
    if problems := [*_twins(environments), *_claimed_twice(environments)]:
        raise SettingsError("environments", problems)
    # Node resolves a relative directory against the one in which it was started, once a process.
    app = App() if outdir is None else App(outdir=str(_made(outdir).absolute()))
    written_to = Path(app.outdir if outdir is None else outdir)
    stacks: list[WebStack | StateStack] = []
    for environment in environments:
        if isinstance(environment.state, S3State) and environment.state.bootstrapped:
            stacks.append(StateStack(app, environment, environment.state))
        stacks.append(WebStack(app, environment))
    app.synth()
    return [_written(stack, written_to, hcl=bool(app.hcl_output)) for stack in stacks]


def _made(directory: str | Path) -> Path:
    # CDKTF makes the last directory of a path only.
    path = Path(directory)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NavraError(f"{path} cannot be made: {error.strerror}") from None
    return path


def _twins(environments: Sequence[Environment]) -> Iterator[SettingsProblem]:
    for name, count in Counter(one.names.stack for one in environments).items():
        if count > 1:
            yield SettingsProblem(name, "is described more than once", "name each once")


def _claimed_twice(environments: Sequence[Environment]) -> Iterator[SettingsProblem]:
    # Each once: that twins claim the same goes without saying.
    return claim_problems([*{one.names.stack: one for one in environments}.values()])


def _written(stack: WebStack | StateStack, outdir: Path, *, hcl: bool) -> Synthesized:
    directory = outdir / "stacks" / stack.stack_name
    names = ("cdk.tf.json", "cdk.tf")
    # Of the other syntax, an earlier run's file may lie here; Terraform would read both.
    (directory / names[0 if hcl else 1]).unlink(missing_ok=True)
    path = directory / names[1 if hcl else 0]
    text = path.read_text(encoding="utf-8")
    if hcl:
        document = stack.to_terraform()
        # Before the cdktf command formats it.
        path.write_text(fix_hcl(text, document), encoding="utf-8")
    else:
        document = json.loads(text)
    written = TerraformDocument(document)
    return Synthesized(
        environment=stack.environment,
        stack=stack.stack_name,
        path=path,
        resources=len(written.resources),
        data_sources=len(written.data_sources),
    )
