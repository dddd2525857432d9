"""`navra check`: check documents and plans with policy rules and the schema of the provider."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, cast, get_args

import typer

from navra_stacks.cli.output import print_json, print_line
from navra_stacks.cli.policy_check import check_with_waivers
from navra_stacks.cli.stack_files import DOCUMENT, OutputDirectory, StackFiles, names_of_stack
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.check.report import CheckedFile, Report
    from navra_stacks.check.rule import Pack
    from navra_stacks.check.waivers import Waiver

__all__ = ["check"]

FINDINGS = 1
"""Exit status if there are findings that no waiver accepts."""

WAIVERS = "navra-waivers.toml"
"""The file of waivers in the working directory."""


class Target(NamedTuple):
    """A file to check."""

    path: str
    """The path, or ``-`` for standard input."""
    waivers: Path | None
    """The file of waivers for the file; None for none."""


def check(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ENV|FILE",
            help="Environments or stacks, or files with Terraform JSON or the JSON of a plan; - "
            "for stdin. Default: all synthesized stacks.",
        ),
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            metavar="baseline|production",
            help="The rules to check. Default: the pack in the file of waivers, or baseline.",
        ),
    ] = None,
    waivers: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="TOML file with waivers. Default: environments/ENV.waivers.toml for an "
            f"environment that has one, or {WAIVERS}.",
        ),
    ] = None,
    outdir: OutputDirectory = None,
    provider: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The jsii assembly (*.jsii.tgz) of other bindings of the AWS provider: also "
            "report what their version rejects.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    as_sarif: Annotated[
        bool, typer.Option("--sarif", help="Print the report as SARIF 2.1.0.")
    ] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the report as Markdown.")
    ] = False,
    list_rules: Annotated[
        bool, typer.Option("--list-rules", help="Print all rules, and check nothing.")
    ] = False,
) -> None:
    """Check documents and plans with policy rules, without Terraform, AWS or node.

    For ENV, the command reads the document that `navra synth` wrote.

    Exit status 0: there are no findings, or all of them are waived.

    Exit status 1: there are findings.
    """
    if as_json + as_sarif + as_markdown > 1:
        raise NavraError("use one of --json, --sarif and --markdown")
    if list_rules:
        _print_rules(as_json=as_json, as_markdown=as_markdown)
        return
    from navra_stacks.check.report import report

    selected = _pack(pack)
    results = report(
        [_check(target, selected, provider) for target in _targets(targets, waivers, outdir)]
    )
    if as_json:
        from navra_stacks.check.formats import as_json as report_json

        print_json(report_json(results))
    elif as_sarif:
        from navra_stacks import __version__
        from navra_stacks.check.formats import sarif

        print_json(sarif(results, __version__))
    else:
        _print_report(results, as_markdown=as_markdown)
    if results.findings:
        raise typer.Exit(FINDINGS)


def _print_report(results: Report, *, as_markdown: bool) -> None:
    from navra_stacks.check.formats import markdown_lines, text_lines

    for line in markdown_lines(results) if as_markdown else text_lines(results):
        print_line(line)


def _print_rules(*, as_json: bool, as_markdown: bool) -> None:
    from navra_stacks.check.formats import rule_lines, rules_json, rules_markdown

    if as_json:
        print_json(rules_json())
        return
    for line in rules_markdown() if as_markdown else rule_lines():
        print_line(line)


def _pack(name: str | None) -> Pack | None:
    from navra_stacks.check.rule import Pack

    packs: tuple[str, ...] = get_args(Pack)
    if name is None:
        return None
    if name not in packs:
        hint = next((pack for pack in packs if pack.startswith(name)), None)
        repair = f"did you mean {hint}?" if hint else f"use {' or '.join(packs)}"
        raise NavraError(f"--pack {name!r} is not a pack; {repair}")
    return cast("Pack", name)


def _check(
    target: Target, pack: Pack | None, provider: Path | None
) -> tuple[CheckedFile, tuple[Waiver, ...]]:
    name = "stdin" if target.path == "-" else target.path
    return check_with_waivers(name, _read(target.path), target.waivers, pack, provider)


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise NavraError(f"{path} cannot be read: {error.strerror}") from error


def _targets(
    names: Sequence[str] | None, waivers: Path | None, outdir: Path | None
) -> list[Target]:
    """Return the files that the arguments select.

    Raises:
        NavraError: an argument is neither a file nor a synthesized stack.
    """
    documents = StackFiles(DOCUMENT, outdir)
    found: list[Target] = []
    for name in names or documents.all():
        if name == "-" or Path(name).is_file() or name.endswith(".json") or "/" in name:
            found.append(Target(name, waivers or _existing(Path(WAIVERS))))
            continue
        stack, document = documents.find(name, f"there is no file {name!r}, and ")
        beside = (Path("environments") / f"{one}.waivers.toml" for one in names_of_stack(stack))
        own = next((path for path in beside if path.is_file()), None)
        found.append(Target(str(document), waivers or own or _existing(Path(WAIVERS))))
    return list(dict.fromkeys(found))


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None
