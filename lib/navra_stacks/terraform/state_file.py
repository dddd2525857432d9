"""Read Terraform's local state file without running Terraform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["StateFile"]


class StateFile:
    """The local state file of a working directory.

    Args:
        path: The path of the state file. The file need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def resources(self) -> Mapping[str, bool]:
        """Return the managed resources by address; the value is True if the resource is tainted.

        Raises:
            ValueError: the file is not valid JSON (see :meth:`restore_backup_if_unreadable`).
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        return {
            f"{prefix}{resource['type']}.{resource['name']}{_index(instance)}": (
                instance.get("status") == "tainted"
            )
            for resource in json.loads(text)["resources"]
            if resource["mode"] == "managed"
            for prefix in [f"{resource['module']}." if "module" in resource else ""]
            for instance in resource["instances"]
        }

    def attributes(self) -> dict[str, Mapping[str, Any]]:
        """Return the attributes of each resource and data source of the root module, by address.

        Resources with several instances are omitted.
        """
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        found = {}
        for resource in content["resources"]:
            instances = resource["instances"]
            if "module" in resource or len(instances) != 1 or "index_key" in instances[0]:
                continue
            prefix = "data." if resource["mode"] == "data" else ""
            address = f"{prefix}{resource['type']}.{resource['name']}"
            found[address] = instances[0].get("attributes") or {}
        return found

    def restore_backup_if_unreadable(self) -> bool:
        """Replace a truncated state file with Terraform's backup of the previous state.

        Terraform overwrites the file in place, so a Terraform that is killed can leave a truncated
        file. The truncated file is renamed to ``*.unreadable``. Without a backup, no state file
        remains.

        Returns:
            True if the file was not valid JSON.
        """
        try:
            self.resources()
        except ValueError:
            backup = self.path.with_name(f"{self.path.name}.backup")
            self.path.replace(self.path.with_name(f"{self.path.name}.unreadable"))
            if backup.is_file():
                backup.replace(self.path)
            return True
        return False


def _index(instance: Mapping[str, Any]) -> str:
    return f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
