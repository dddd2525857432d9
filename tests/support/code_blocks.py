"""The fenced code blocks of the documentation."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.repository import ROOT

__all__ = ["PAGES", "CodeBlock", "code_blocks"]

PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("*.md", "docs/*.md", "benchmarks/*.md")
    for path in ROOT.glob(pattern)
)
"""The pages, by their path in the repository."""

_BLOCK = re.compile(r"^( *)```([^\n`]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class CodeBlock:
    page: str
    line: int
    """The line of the opening fence."""

    info: str
    """The text after the opening fence: the language, and words that renderers ignore."""

    text: str

    @property
    def language(self) -> str:
        return self.info.partition(" ")[0]

    @property
    def words(self) -> tuple[str, ...]:
        """The words after the language."""
        return tuple(self.info.split()[1:])

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def code_blocks(page: str) -> Iterator[CodeBlock]:
    """Yield the code blocks of a page in their order, also those in lists."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield CodeBlock(page, line, found[2].strip(), textwrap.dedent(found[3]))
