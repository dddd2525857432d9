"""All owners of the resources of a document."""

from __future__ import annotations

from navra_stacks.account.lookup import FoundResources
from navra_stacks.terraform.document import TerraformDocument
from tests.support.found_owners import (
    CLUSTER,
    CLUSTER_MEMBER,
    IDS,
    LIVE,
    SERVICE,
    SERVICE_ARN,
    TARGETS,
    TARGETS_ARN,
    found,
    owners,
    stacks,
    tags_of,
)

DOCUMENT = TerraformDocument({"provider": {"aws": {"default_tags": {"tags": {"Project": "shop"}}}}})


def test_without_tags_and_stacks_nothing_else_owns_the_resources() -> None:
    assert owners(found(*IDS), {}) == ()
    assert owners(FoundResources(), {}) == ()


def test_owners_are_sorted_by_kind_name_and_addresses() -> None:
    live = {**LIVE[SERVICE], "deploymentController": {"type": "EXTERNAL"}}
    tags = {SERVICE_ARN: {"ManagedBy": "terraform"}, TARGETS_ARN: {"ManagedBy": "pulumi"}}
    result = owners(
        found(SERVICE, CLUSTER, TARGETS, **{SERVICE: live}),
        {**stacks(CLUSTER_MEMBER).responses(), "get_resources": tags_of(**tags)},
        DOCUMENT,
    )
    assert [(owner.kind, owner.name) for owner in result] == [
        ("CloudFormation stack", "web"),
        ("ECS deployment controller", "EXTERNAL"),
        ("Pulumi state", "ManagedBy=pulumi"),
        ("Terraform state", "ManagedBy=terraform"),
    ]
