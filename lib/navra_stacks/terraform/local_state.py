"""The output of a document with local state that checks where Terraform runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["STATE_FILE_OUTPUT", "without_state_check"]

STATE_FILE_OUTPUT = "state_file"
"""The name of the output. Its precondition fails in another directory or workspace, in which
Terraform would not find the state."""


def without_state_check(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a document without the check, for a document whose backend is removed."""
    outputs = dict(document.get("output", {}))
    if "precondition" not in outputs.get(STATE_FILE_OUTPUT, {}):
        return dict(document)
    outputs[STATE_FILE_OUTPUT] = {
        name: value for name, value in outputs[STATE_FILE_OUTPUT].items() if name != "precondition"
    }
    return {**document, "output": outputs}
