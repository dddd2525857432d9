"""Text of the settings, as Terraform must write it to mean itself."""

from __future__ import annotations

__all__ = ["literal"]


def literal(text: str) -> str:
    """`text` with its template sequences escaped, for the settings that may hold any text.

    In all others the settings refuse them (`navra_stacks.settings.templates`).
    """
    return text.replace("${", "$${").replace("%{", "%%{")
