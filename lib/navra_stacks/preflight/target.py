"""The environment and the account that the checks compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.resolver import Outcome, Resolver
from navra_stacks.preflight.dns_resolver import DnsResolver
from navra_stacks.settings.environment import Environment
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["Target", "look_up", "unusable"]


class Target(NamedTuple):
    """An environment, the account of its first apply, and the inputs of that apply."""

    environment: Environment
    """The environment; its `account` is set."""

    account: AwsAccount

    variables: Mapping[str, str]
    """The values of Terraform variables, by name."""

    resolver: DnsResolver

    @property
    def imports_resources(self) -> bool:
        """True if the first apply imports existing resources instead of creating them."""
        inventory = self.environment.inventory
        return bool(inventory and inventory.resources) or self.environment.existing_ids is not None

    def is_tagged(self, tags: Mapping[str, str]) -> bool:
        """Return True if `tags` contain those that Terraform gives each resource."""
        return self.environment.names.tags({}).items() <= tags.items()


def look_up(
    account: AwsAccount, type_: str, *, kind: str = "resource", **arguments: Any
) -> Outcome:
    """Find an existing resource, as the lookup for an import does.

    Args:
        account: The account to search.
        type_: The Terraform type of the resource or data source.
        kind: ``resource`` or ``data``.
        arguments: The arguments that identify the resource, for example ``name``.
    """
    document = TerraformDocument({kind: {type_: {"target": arguments}}})
    ((_, outcome),) = Resolver(document, account, {}).outcomes()
    return outcome


def unusable(outcome: Outcome, name: str) -> tuple[str, str]:
    """Return the reason why a resource is not usable, and the repair, without the resource's name.

    A message about a resource begins with its name, which a finding has as its subject.
    """
    message, _, repair = outcome.unusable.removeprefix(f"{name} ").partition("; ")
    return message, repair
