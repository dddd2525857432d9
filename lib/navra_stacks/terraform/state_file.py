"""The file in which Terraform keeps its state, read without Terraform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["StateFile"]


class StateFile:
    """The local state of a directory.

    Args:
        path: Where Terraform writes it; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def recorded(self) -> Mapping[str, bool]:
        """The address of each resource that is managed, and whether it is tainted.

        Raises:
            ValueError: it is no JSON: see :meth:`set_aside_if_unreadable`.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        return {
            f"{prefix}{one['type']}.{one['name']}{_index(instance)}": (
                instance.get("status") == "tainted"
            )
            for one in json.loads(text)["resources"]
            if one["mode"] == "managed"
            for prefix in [f"{one['module']}." if "module" in one else ""]
            for instance in one["instances"]
        }

    def set_aside_if_unreadable(self) -> bool:
        """Whether it was cut off while it was written; then the one before takes its place.

        Terraform writes it in place, so whoever kills it may find half of one.
        """
        try:
            self.recorded()
        except ValueError:
            before = self.path.with_name(f"{self.path.name}.backup")
            self.path.replace(self.path.with_name(f"{self.path.name}.unreadable"))
            if before.is_file():
                before.replace(self.path)
            return True
        return False


def _index(instance: Mapping[str, Any]) -> str:
    return f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
