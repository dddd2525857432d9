"""Build small Terraform documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.document import TerraformDocument

__all__ = ["document"]


def document(
    blocks: Mapping[str, Mapping[str, Any]],
    *,
    recorded: Mapping[str, str] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> TerraformDocument:
    """Return a document with resources and data sources, given by address."""
    content: dict[str, Any] = {"provider": {"aws": [{"region": "us-east-1"}]}}
    for address, body in blocks.items():
        kind = "data" if address.startswith("data.") else "resource"
        type_, name = address.removeprefix("data.").split(".")
        content.setdefault(kind, {}).setdefault(type_, {})[name] = dict(body)
    if recorded is not None:
        content["locals"] = {"recorded": dict(recorded)}
    if variables is not None:
        content["variable"] = dict(variables)
    return TerraformDocument(content)
