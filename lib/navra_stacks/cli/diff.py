"""`navra diff`: compare environments, commits and documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
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

    The name of the environment in a physical name is no difference. Documents have no settings, so
    only their resources are compared.
    """
    from navra_stacks.reports.resource_changes import resource_changes
    from navra_stacks.reports.settings_changes import setting_changes

    first, second = (_side(text, source) for text in (before, after))
    settings = (
        []
        if first.settings is None or second.settings is None
        else list(setting_changes(first.settings, second.settings))
    )
    both = (first.name, second.name)
    names = None if None in both else (str(both[0]), str(both[1]))
    resources = list(resource_changes(first.document, second.document, names))
    if as_json:
        print_json(_as_json(settings, resources))
        return
    lines = _markdown if markdown else _text
    for line in lines(first.label, second.label, settings, resources):
        print_line(line)


def _side(text: str, source: str) -> ComparedSide:
    from navra_stacks.reports.compared_side import side_of_commit, side_of_document

    if text.endswith(".json") or Path(text).is_file():
        return side_of_document(Path(text))
    name, at, commit = text.partition("@")
    if not at:
        return _side_of_environment(name, source)
    if re.fullmatch(r"[\w./~^-]+", commit) is None or commit.startswith("-"):
        raise NavraError(f"{commit!r} is not a commit, tag or branch")
    program = f"from {__name__} import print_side; print_side({name!r}, {source!r})"
    return side_of_commit(text, commit, ["-c", program])


def print_side(name: str, source: str) -> None:
    """Print an environment in the working directory, for `side_of_commit`."""
    from navra_stacks.cli.error_handling import handle_errors
    from navra_stacks.reports.compared_side import as_json

    with handle_errors():
        print_line(as_json(_side_of_environment(name, source)))


def _side_of_environment(name: str, source: str) -> ComparedSide:
    from navra_stacks.reports.compared_side import side_of_environment

    (environment,) = select_environments(load_environments(source), [name])
    return side_of_environment(name, environment, _synthesize)


def _synthesize(environment: Environment, directory: Path) -> Path:
    from navra_stacks.stacks.synthesis import synthesize

    stack = environment.names.stack
    (written,) = (one for one in synthesize([environment], directory) if one.stack == stack)
    return written.path


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
    from navra_stacks.reports.settings_changes import describe_value

    yield f"{before} -> {after}: {_counts(settings, resources)}"
    for area, own, changed in _areas(settings, resources):
        yield ""
        yield area
        for one in own:
            yield f"  {one.field}: {describe_value(one.before)} -> {describe_value(one.after)}"
        for line in _resource_lines(changed):
            yield f"  {line}"


def _markdown(
    before: str,
    after: str,
    settings: list[SettingChange],
    resources: list[ResourceChange],
) -> Iterator[str]:
    from navra_stacks.reports.settings_changes import describe_value

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
                values = (describe_value(value) for value in (one.before, one.after))
                yield f"| `{one.field}` | {' | '.join(map(_cell, values))} |"
        if changed:
            yield ""
            for line in _resource_lines(changed):
                yield f"- `{line}`"


def _resource_lines(changes: Iterable[ResourceChange]) -> Iterator[str]:
    """Yield a line for each resource; the arguments of a changed one follow."""
    for kind, group in groupby(sorted(changes, key=_order), lambda one: one.kind):
        for one in group:
            arguments = f": {', '.join(one.arguments)}" if one.arguments else ""
            yield f"{SIGNS[kind]} {one.address}{arguments}"


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
