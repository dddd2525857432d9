"""What of a document a rehearsal does not run, whatever the provider: left out, or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["ForeignProviderError", "strip_unsupported"]

HARMLESS = frozenset("archive aws cloudinit null random terraform time tls".split())
"""Providers, by what their types begin with, that reach nothing but the emulator."""


class ForeignProviderError(NavraError):
    """A document has resources that would be made for real."""


def strip_unsupported(document: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A copy of `document` without imports and provisioners, and what was left out.

    Raises:
        ForeignProviderError: a resource's provider speaks to something that is not emulated.
    """
    copy: dict[str, Any] = json.loads(json.dumps(document))
    resources = TerraformDocument(copy).resources
    if foreign := [one.address for one in resources if _provider(one.type) not in HARMLESS]:
        raise ForeignProviderError(
            f"{', '.join(foreign)}: a rehearsal emulates AWS alone, and what belongs to another "
            "provider would be made for real; rehearse a copy of the document without it"
        )
    return copy, (*sorted(_imports(copy)), *_provisioners(copy))


def _provider(type_: str) -> str:
    return type_.partition("_")[0]


def _imports(document: dict[str, Any]) -> Iterator[str]:
    """In an empty account there is nothing to import."""
    blocks = document.pop("import", [])
    for one in [blocks] if isinstance(blocks, dict) else blocks:
        yield f"import of {one['to']}: nothing exists yet, it is created"


def _provisioners(document: dict[str, Any]) -> Iterator[str]:
    """They run commands, with this machine's means and rights."""
    for block in TerraformDocument(document).resources:
        body: Any = block.body
        if body.pop("provisioner", None):
            yield f"{block.address}.provisioner: it would run commands on this machine or another"
