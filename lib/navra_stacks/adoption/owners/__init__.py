"""Find other owners of existing resources, for example CloudFormation stacks."""

from __future__ import annotations

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import FoundResources
from navra_stacks.adoption.owners.cloudformation import find_stacks
from navra_stacks.adoption.owners.deployments import find_deployment_owners
from navra_stacks.adoption.owners.owner import Owner, Unchecked
from navra_stacks.adoption.owners.tagged_resource import read_tags
from navra_stacks.adoption.owners.terraform_states import find_states
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["Owner", "find_owners"]


def find_owners(
    document: TerraformDocument, found: FoundResources, account: AwsAccount
) -> tuple[tuple[Owner, ...], tuple[str, ...]]:
    """Find everything else that manages the found resources of a document.

    Args:
        document: The document.
        found: The existing resources of the document.
        account: The account that contains the resources.

    Returns:
        The owners, sorted, and the reasons why other owners may exist, for example ``CloudFormation
        stacks: needs the permission cloudformation:DescribeStackResources``.

    Raises:
        AccountError: AWS rejected the credentials.
    """
    unchecked = Unchecked()
    resources = read_tags(found, account, unchecked)
    owners = [
        *find_stacks(resources, account, unchecked),
        *find_deployment_owners(resources, account, unchecked),
        *find_states(document, resources),
    ]
    order = sorted(owners, key=lambda owner: (owner.kind, owner.name, owner.addresses))
    return tuple(order), tuple(unchecked.reasons)
