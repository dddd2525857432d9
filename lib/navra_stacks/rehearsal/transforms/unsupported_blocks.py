"""Blocks that a rehearsal does not support: some are removed, and others are errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["ForeignProviderError", "strip_unsupported"]

HARMLESS = frozenset("archive aws cloudinit null random terraform time tls".split())
"""The resource type prefixes of the providers that a rehearsal allows, because these providers
connect to nothing but the emulator.
"""


class ForeignProviderError(NavraError):
    """The document has resources whose provider connects to a service other than AWS."""


def strip_unsupported(document: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a copy of `document` without import blocks and provisioners.

    Returns:
        The copy, and a description of each omission.

    Raises:
        ForeignProviderError: a resource's provider connects to a service that is not emulated.
    """
    copy: dict[str, Any] = json.loads(json.dumps(document))
    resources = TerraformDocument(copy).resources
    if foreign := [block.address for block in resources if _provider(block.type) not in HARMLESS]:
        raise ForeignProviderError(
            f"{', '.join(foreign)}: a rehearsal emulates AWS only, and these would be created "
            "for real; rehearse a copy of the document without these resources"
        )
    return copy, (*sorted(_imports(copy)), *_provisioners(copy))


def _provider(type_: str) -> str:
    return type_.partition("_")[0]


def _imports(document: dict[str, Any]) -> Iterator[str]:
    """Remove the ``import`` blocks, because an empty account has nothing to import."""
    for block in document.pop("import", []):
        yield f"import of {block['to']}: the emulated account is empty, so the resource is created"


def _provisioners(document: dict[str, Any]) -> Iterator[str]:
    """Remove the provisioners, because they run commands with the permissions of the user."""
    for block in TerraformDocument(document).resources:
        body: Any = block.body
        if body.pop("provisioner", None):
            yield f"{block.address}.provisioner: it would run commands on a real machine"
