"""Other Terraform and Pulumi states, as far as tags show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.adoption.owners.owner import Owner
from navra_stacks.adoption.owners.tagged_resource import TaggedResource
from navra_stacks.settings.model.credentials import is_credential
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["find_states"]

MANAGED_BY = {"managedby", "provisionedby", "createdby", "terraform", "iac"}
"""The keys of tags that name a tool, in lower case without separators."""

TOOL = re.compile(r"(?i)\b(terraform|opentofu|tofu|terragrunt|pulumi)\b")

LOCATION = re.compile(r"(terraform|tf|git)?(workspace|state|repo|repository)")
"""The keys of tags that show the place of a state, in lower case without separators."""

COMMANDS = {
    "terragrunt": "terragrunt state rm",
    "opentofu": "tofu state rm",
    "tofu": "tofu state rm",
    "pulumi": "pulumi state delete",
}
"""The command that removes a resource from a state, by tool; ``terraform state rm`` otherwise."""

IDENTIFYING = ("Project", "Environment")
"""The default tags that identify an environment. The settings can change the others later."""

HIDDEN = "(not shown)"


def find_states(
    document: TerraformDocument, resources: Iterable[TaggedResource]
) -> Iterator[Owner]:
    """Find the states whose tools have tagged found resources.

    Two states that contain one resource revert each other's changes. A resource with the
    `IDENTIFYING` default tags of the document's provider is in the state of this environment since
    an earlier apply. If the document has no default tags, the tag itself must be in the document.
    """
    default_tags = _default_tags(document)
    blocks = {block.address: block for block in document.resources}
    states: dict[tuple[str, str, str], list[str]] = {}
    for resource in resources:
        block = blocks.get(resource.address.partition("[")[0])
        block_tags = block.get("tags") if block is not None else None
        for key, value in sorted(resource.tags.items()):
            if (tool := _tool(key, value)) is None:
                continue
            if default_tags:
                is_own = _has_all(resource.tags, default_tags)
            else:
                is_own = isinstance(block_tags, Mapping) and block_tags.get(key) == value
            if is_own:
                continue
            places = [
                _shown(other, resource.tags[other])
                for other in sorted(resource.tags)
                if LOCATION.fullmatch(_normalized(other))
            ]
            name = ", ".join([_shown(key, value), *places])
            states.setdefault((tool, name, key), []).append(resource.address)
    for (tool, name, key), addresses in states.items():
        yield Owner(
            "Pulumi state" if tool == "pulumi" else "Terraform state",
            name,
            tuple(sorted(addresses)),
            "remove the resources from the other state with "
            f"`{COMMANDS.get(tool, 'terraform state rm')}`, then remove the tag {key} from them",
            conflicts=True,
        )


def _default_tags(document: TerraformDocument) -> Mapping[str, Any]:
    """Return the default tags of the AWS provider without an alias that identify its resources."""
    providers = document.content.get("provider", {}).get("aws", [])
    for provider in providers if isinstance(providers, list) else [providers]:
        if "alias" not in provider:
            blocks = provider.get("default_tags") or []
            for block in blocks if isinstance(blocks, list) else [blocks]:
                tags = block.get("tags") or {}
                return {key: tags[key] for key in IDENTIFYING if key in tags} or tags
    return {}


def _has_all(tags: Mapping[str, str], expected: Mapping[str, Any]) -> bool:
    """Return True if `tags` has all expected tags; the value of an expression is not compared."""
    return all(
        key in tags and ("${" in str(value) or tags[key] == value)
        for key, value in expected.items()
    )


def _tool(key: str, value: str) -> str | None:
    """Return the tool that a tag names, in lower case, or None if it names none."""
    normalized = _normalized(key)
    if normalized not in MANAGED_BY:
        return None
    if normalized == "terraform" and value.strip().lower() == "true":
        return "terraform"
    match = TOOL.search(value)
    return None if match is None else match[0].lower()


def _normalized(key: str) -> str:
    return re.sub(r"[-_ :/.]", "", key).lower()


def _shown(key: str, value: str) -> str:
    return f"{key}={HIDDEN if is_credential(value, name=key) else value}"
