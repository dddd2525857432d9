"""The report on a discovery as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.adoption.discovery import Discovery
from navra_stacks.adoption.report import Entry, heading, sections

__all__ = ["markdown_lines", "text_lines"]


def text_lines(discovery: Discovery) -> Iterator[str]:
    """Yield the lines of the report for a terminal."""
    yield from heading(discovery)
    for section in sections(discovery):
        yield ""
        yield section.heading
        for entry in section.entries:
            yield f"  {entry.text}"
            yield from (f"    {line}" for line in entry.details)


def markdown_lines(discovery: Discovery) -> Iterator[str]:
    """Yield the lines of the report for a pull request, in GitHub Flavored Markdown.

    Sections for looking something up are collapsed.
    """
    first, counts = heading(discovery)
    yield f"### {_escaped(first)}"
    yield ""
    yield f"**{_escaped(counts)}**"
    for section in sections(discovery):
        yield ""
        if section.is_folded:
            yield f"<details><summary>{_escaped(section.heading)}</summary>"
        else:
            yield f"**{_escaped(section.heading)}**"
        yield ""
        yield from (line for entry in section.entries for line in _item(entry))
        if section.is_folded:
            yield ""
            yield "</details>"


def _item(entry: Entry) -> Iterator[str]:
    yield f"- {_code(entry.text)}"
    yield from (f"  - {_code(line)}" for line in entry.details)


def _code(text: str) -> str:
    """Return a text as inline code, in which Markdown has no effect."""
    fence = "``" if "`" in text else "`"
    padding = " " if "`" in text else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("*", "\\*")
