"""`navra diff`: compare environments, commits and documents."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from navra_stacks.cli.options import Source
from navra_stacks.cli.output import print_json, print_line, printable
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.reports.compared_side import ComparedSide
    from navra_stacks.reports.resource_changes import ResourceChange
    from navra_stacks.reports.settings_changes import SettingChange
    from navra_stacks.settings.environment import Environment

__all__ = ["diff"]

SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="An environment, an environment at a commit (shop@v1.2.0), or a Terraform JSON "
            "file.",
        ),
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="As A.")],
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, for a comment on a pull request.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON.")] = False,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """List the settings that differ between A and B, and below them the resources.

    Physical names that differ only in the name of the environment are treated as equal. Documents
    have no settings, so only their resources are compared.
    """
    from navra_stacks.reports.resource_changes import Names, resource_changes
    from navra_stacks.reports.settings_changes import setting_changes

    first, second = (_side(text, source) for text in (before, after))
    settings: list[SettingChange] = []
    names = None
    if first.settings is not None and second.settings is not None:
        settings = list(setting_changes(first.settings, second.settings))
        project = str(first.settings["project"])
        if project == second.settings["project"]:
            names = Names(project, str(first.settings["name"]), str(second.settings["name"]))
    resources = list(resource_changes(first.document, second.document, names))
    if as_json:
        print_json(_as_json(settings, resources))
        return
    lines = _markdown if markdown else _text
    for line in lines(first.label, second.label, settings, resources):
        print_line(line)


def _side(text: str, source: str) -> ComparedSide:
    from navra_stacks.reports.compared_side import side_of_commit, side_of_document

    if text.endswith(".json") or os.sep in text.partition("@")[0]:
        return side_of_document(Path(text))
    name, at, commit = text.partition("@")
    if not at:
        return _side_of_environment(name, source)

    def program(top: Path, worktree: Path, written: Path) -> str:
        arguments = ", ".join(map(repr, (name, source, str(top), str(worktree), str(written))))
        return f"from {__name__} import write_side; write_side({arguments})"

    return side_of_commit(text, commit, program)


def write_side(name: str, source: str, top: str, worktree: str, written: str) -> None:
    """Write an environment in a worktree to a file, for `side_of_commit`.

    Args:
        name: The name of the environment.
        source: The environments as ``MODULE:NAME``.
        top: The top directory of the repository, from which no module may be imported.
        worktree: The top directory of the worktree.
        written: The file.
    """
    from navra_stacks.cli.error_handling import handle_errors
    from navra_stacks.reports.compared_side import as_json

    with handle_errors():
        # The settings can be in a directory of the Python path, for example src.
        for entry in list(sys.path):
            if entry.startswith(f"{top}{os.sep}"):
                at_commit = Path(worktree) / Path(entry).relative_to(top)
                if at_commit.is_dir():
                    sys.path.insert(0, str(at_commit))
        side = _side_of_environment(name, source)
        module = source.partition(":")[0]
        file = Path(getattr(sys.modules[module], "__file__", None) or "")
        if not file.resolve().is_relative_to(Path(worktree).resolve()):
            raise NavraError(
                f"{module} was imported from {file}, not from the commit; run the command where "
                "the module is importable from the working directory"
            )
        Path(written).write_text(as_json(side), encoding="utf-8")


def _side_of_environment(name: str, source: str) -> ComparedSide:
    from navra_stacks.reports.compared_side import side_of_environment

    (environment,) = select_environments(load_environments(source), [name])
    return side_of_environment(name, environment, _synthesize)


def _synthesize(environment: Environment, directory: Path) -> Path:
    from navra_stacks.stacks.synthesis import synthesize

    (path,) = (one.path for one in synthesize([environment], directory) if one.is_main)
    return path


def _areas(
    settings: Iterable[SettingChange], resources: Iterable[ResourceChange]
) -> Iterator[tuple[str, list[SettingChange], list[ResourceChange]]]:
    """Yield the differences by area, in the order of the areas of settings."""
    from navra_stacks.reports.resource_changes import AREAS as RESOURCE_AREAS, area_of_resource
    from navra_stacks.reports.settings_changes import AREAS as SETTING_AREAS, area_of_setting

    settings, resources = list(settings), list(resources)
    for area in dict.fromkeys((*SETTING_AREAS, *RESOURCE_AREAS, "others")):
        own = [one for one in settings if area_of_setting(one.field) == area]
        changed = [one for one in resources if area_of_resource(one.address) == area]
        if own or changed:
            yield area, own, changed


def _text(
    before: str,
    after: str,
    settings: list[SettingChange],
    resources: list[ResourceChange],
) -> Iterator[str]:
    from navra_stacks.reports.settings_changes import describe_values

    yield f"{before} -> {after}: {_counts(settings, resources)}"
    for area, own, changed in _areas(settings, resources):
        yield ""
        yield area
        for one in own:
            old, new = describe_values(one.before, one.after)
            yield f"  {one.field}: {old} -> {new}"
        for line in _resource_lines(changed):
            yield f"  {line}"


def _markdown(
    before: str,
    after: str,
    settings: list[SettingChange],
    resources: list[ResourceChange],
) -> Iterator[str]:
    from navra_stacks.reports.settings_changes import describe_values

    yield f"## {_cell(before)} → {_cell(after)}"
    yield ""
    yield f"{_counts(settings, resources)}."
    for area, own, changed in _areas(settings, resources):
        yield ""
        yield f"### {area}"
        if own:
            yield ""
            yield f"| setting | {_cell(before)} | {_cell(after)} |"
            yield "|---|---|---|"
            for one in own:
                values = describe_values(one.before, one.after)
                yield f"| `{one.field}` | {' | '.join(map(_cell, values))} |"
        if changed:
            yield ""
            for line in _resource_lines(changed):
                yield f"- `{line}`"


def _resource_lines(changes: Iterable[ResourceChange]) -> Iterator[str]:
    """Yield a line for each resource; the arguments of a changed one follow."""
    for one in sorted(changes, key=_order):
        arguments = f": {', '.join(one.arguments)}" if one.arguments else ""
        yield f"{SIGNS[one.kind]} {one.address}{arguments}"


def _order(change: ResourceChange) -> tuple[int, str]:
    return list(SIGNS).index(change.kind), change.address


def _counts(settings: list[SettingChange], resources: list[ResourceChange]) -> str:
    kinds = [one.kind for one in resources]
    return (
        f"{len(settings)} settings differ; resources: {kinds.count('added')} added, "
        f"{kinds.count('removed')} removed, {kinds.count('changed')} changed"
    )


def _cell(text: str) -> str:
    return printable(text).replace("|", "\\|")


def _as_json(
    settings: Iterable[SettingChange], resources: Iterable[ResourceChange]
) -> dict[str, Any]:
    return {
        "settings": [one._asdict() for one in settings],
        "resources": [one._asdict() for one in resources],
    }
