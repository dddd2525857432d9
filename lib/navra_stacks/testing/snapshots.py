"""Committed documents with which a test compares the synthesized ones."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from navra_stacks.reports.resource_changes import resource_changes

__all__ = ["Snapshots"]

MAX_LINES = 80
"""The number of lines of differences in a message."""


class Snapshots:
    """Documents in a directory beside the tests.

    Args:
        directory: The directory.
        update: Whether to write the files instead of comparing them.
        how: How a user writes them, for the message of a difference.
    """

    def __init__(self, directory: Path, *, update: bool = False, how: str = "") -> None:
        self._directory = directory
        self._update = update
        self._how = how

    def check(self, name: str, content: Mapping[str, Any]) -> None:
        """Compare a document with the file ``NAME.tf.json``.

        The comments of CDKTF, which contain paths of constructs, do not count.

        Raises:
            AssertionError: they differ, or there is no file. The message lists the resources that
                differ, and below them the lines.
        """
        path = self._directory / f"{name}.tf.json"
        now = json.dumps(_without_comments(content), indent=2, sort_keys=True) + "\n"
        if self._update:
            self._directory.mkdir(parents=True, exist_ok=True)
            path.write_text(now, encoding="utf-8")
            return
        if not path.exists():
            raise AssertionError(f"{path.name} does not exist in {path.parent.name}. {self._how}")
        before = path.read_text(encoding="utf-8")
        if now != before:
            raise AssertionError("\n".join(self._differences(path.name, before, now)))

    def _differences(self, name: str, before: str, now: str) -> Iterator[str]:
        yield f"The document differs from {name}:"
        yield ""
        for one in resource_changes(json.loads(before), json.loads(now)):
            arguments = f": {', '.join(one.arguments)}" if one.arguments else ""
            yield f"  {one.address} is {one.kind}{arguments}"
        yield ""
        lines = difflib.unified_diff(
            before.splitlines(), now.splitlines(), "committed", "synthesized", n=2, lineterm=""
        )
        yield from list(lines)[:MAX_LINES]
        yield ""
        yield f"If the change is intended: {self._how}" if self._how else ""


def _without_comments(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_comments(item) for name, item in value.items() if name != "//"}
    return [_without_comments(item) for item in value] if isinstance(value, list) else value
