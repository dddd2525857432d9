"""`navra rehearse`: apply an environment to an emulated AWS, and destroy it again."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from navra_stacks.cli.options import Source
from navra_stacks.cli.selection import DEFAULT_SOURCE, environments_of, select_environments
from navra_stacks.cli.signals import ended_by_sigterm
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.rehearsal.result import Leftover, Rehearsal
    from navra_stacks.rehearsal.runner import RehearsalContext

__all__ = ["rehearse", "table"]

KINDS = "sigint sigkill throttle error lost".split()


def rehearse(
    name: Annotated[
        str,
        typer.Argument(metavar="ENV", help="The environment, or a file of Terraform JSON."),
    ],
    var: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A variable's value; may be given repeatedly."),
    ] = None,
    provider_mirror: Annotated[
        Path | None,
        typer.Option(help="Take the AWS provider from here.  [default: $NAVRA_PROVIDER_MIRROR]"),
    ] = None,
    interrupt: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help=f"Interrupt the apply midway, then go on: {', '.join(KINDS)}.",
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Destroy nothing; the emulator stays until Ctrl-C.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for programs.")
    ] = False,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Apply an environment for real, to an emulated AWS; plan again, destroy, look what is left.

    Exits with 0 if all came out as promised, 1 if not, 2 for a mistake of yours.
    """
    if interrupt is not None and interrupt not in KINDS:
        raise NavraError(f"--interrupt {interrupt}: it is one of {', '.join(KINDS)}")
    _check_installed()
    with ended_by_sigterm(), tempfile.TemporaryDirectory(prefix="navra-rehearsal-") as made:
        stack, document = _document(name, source, Path(made))
        # Only here: it loads boto3, and the other commands answer at once.
        from navra_stacks.rehearsal.runner import rehearse as run
        from navra_stacks.rehearsal.transforms.placeholder_values import given_values
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
            directory=Path(made) / "terraform",
            stack=stack,
            variables=given_values(document, var or []),
            interruption=interrupt,
            keep=_look_around if keep else None,
            on_progress=_progress,
        )
    print(json.dumps(result.as_json(), indent=2) if as_json else table(result))
    if not result.as_promised:
        sys.exit(1)


def table(result: Rehearsal) -> str:
    """What a rehearsal found, for people."""
    lines = [f"{result.stack}: {result.resources} resources, AWS provider {result.provider}", ""]
    width = max(len(phase.name) for phase in result.phases)
    lines += [f"  {phase.name:{width}}  {phase.seconds:6.1f} s" for phase in result.phases]
    lines.append(f"  {'':{width}}  {result.seconds:6.1f} s")
    told = {
        "Not run": result.omissions,
        "Made up for variables": [f"{k} = {json.dumps(v)}" for k, v in result.stand_ins.items()],
        "Made beforehand": result.preconditions,
        **_interruption(result),
        "Protections lifted before the destroy": result.lifted,
        "Left, as on AWS": [f"{_remnant(one)}: {one.reason}" for one in result.kept],
        "The second plan is not empty": [
            f"{one.address}: {one.argument}"
            + ("" if one.before is None and one.after is None else _change(one.before, one.after))
            for one in result.differences
        ],
        "Left, and should not be": list(map(_remnant, result.left)),
        "Failed": result.failure.splitlines(),
    }
    for title, those in told.items():
        if those:
            lines += ["", f"{title}:", *(f"  {one}" for one in those)]
    return "\n".join([*lines, "", _verdict(result)])


def _interruption(result: Rehearsal) -> dict[str, Any]:
    told = result.interrupted
    if told is None:
        return {}
    return {
        f"Interrupted ({told.kind}) with {told.resources} resources in the state": [
            *(f"struck: {call}" for call in dict.fromkeys(told.struck)),
            *(f"tainted, completed: {address}" for address in told.completed),
            *(f"in no state, imported: {to} as {id_}" for to, id_ in told.imported.items()),
            *(f"let everything out, revoked: {rule}" for rule in told.revoked),
        ]
        or ["nothing was tainted or forgotten"],
        "Exists, and no resource describes it": told.beside,
    }


def _change(before: Any, after: Any) -> str:
    return f": {json.dumps(before)} -> {json.dumps(after)}"


def _remnant(one: Leftover) -> str:
    status = f" ({one.status})" if one.status else ""
    return f"{one.service} {one.kind} {one.name}{status}"


def _verdict(result: Rehearsal) -> str:
    if not result.as_promised:
        return "This rehearsal did not come out as promised."
    if not result.is_whole:
        return "Applied, and the second plan is empty; it was kept, so nothing is known of destroy."
    return "Applied, the second plan is empty, destroyed, nothing is left."


def _check_installed() -> None:
    missing = [package for package in ("boto3", "moto") if find_spec(package) is None]
    if missing:
        raise NavraError(
            f"a rehearsal needs {' and '.join(missing)}: pip install 'navra-stacks[rehearsal]'"
        )


def _document(name: str, source: str, directory: Path) -> tuple[str, dict[str, Any]]:
    """An environment's document, or the one in a file, and what to call it."""
    from navra_stacks.terraform.document import TerraformDocument

    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        stack = path.parent.name if path.name == "cdk.tf.json" else path.name.partition(".")[0]
        return stack, dict(TerraformDocument.read(path).content)
    (environment,) = select_environments(environments_of(source), [name])
    from navra_stacks.stacks.synthesis import synthesize

    stack = environment.names.stack
    (written,) = (
        one for one in synthesize([environment], directory / "cdktf") if one.stack == stack
    )
    return stack, dict(TerraformDocument.read(written.path).content)


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _look_around(stage: RehearsalContext, result: Rehearsal) -> None:
    """Say where everything is, and wait until Ctrl-C."""
    if result.failure:
        _progress(f"failed: {result.failure}")
    shown = {
        name: stage.variables[name]
        for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    } | {"AWS_REGION": stage.region}
    lines = (
        f"The emulated AWS stands at {stage.emulator.endpoint} until Ctrl-C. To speak to it:",
        *(f"  export {variable}={value}" for variable, value in shown.items()),
        f"Terraform's directory, with its state: {stage.directory}",
    )
    with suppress(KeyboardInterrupt):  # also while it is being said
        for line in lines:
            _progress(line)
        threading.Event().wait()
