"""Other Terraform and Pulumi states, shown by tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.adoption.owners import Owner
from navra_stacks.terraform.document import TerraformDocument
from tests.support.found_owners import GROUP, LOGS, ROLE, found, owners


def provider(*aws: Mapping[str, Any], **tags: str) -> TerraformDocument:
    """Return a document whose provider has default tags."""
    return TerraformDocument(
        {"provider": {"aws": [*aws, {"region": "eu-west-1", "default_tags": [{"tags": tags}]}]}}
    )


DEFAULTS = {"Project": "shop", "ManagedBy": "terraform"}
DOCUMENT = provider(**DEFAULTS)


def states(tags: Mapping[str, str], document: TerraformDocument = DOCUMENT) -> tuple[Owner, ...]:
    return owners(found(GROUP, **{GROUP: {"Tags": dict(tags)}}), {}, document)


def test_the_tag_of_another_state_conflicts() -> None:
    assert states({"ManagedBy": "terraform"}) == (
        Owner(
            "Terraform state",
            "ManagedBy=terraform",
            (GROUP,),
            "remove the resources from the other state with `terraform state rm`, then remove "
            "the tag ManagedBy from them",
            conflicts=True,
        ),
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("managed-by", "Terraform"),
        ("Managed By", "OpenTofu"),
        ("provisioned_by", "tofu"),
        ("CreatedBy", "terragrunt 0.60"),
        ("terraform", "true"),
        ("Terraform", "True"),
        ("IaC", "terraform"),
        ("managed_by", "pulumi"),
    ],
)
def test_spellings_of_the_tag(key: str, value: str) -> None:
    (owner,) = states({key: value})
    assert owner.name == f"{key}={value}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("owner", "terraform"),
        ("ManagedBy", "platform team"),
        ("ManagedBy", "true"),
        ("terraform", "false"),
        ("ManagedBy", "terraformers"),
        ("ManagedBy", "noterraform"),
        ("Name", "terraform"),
    ],
)
def test_other_tags_show_no_state(key: str, value: str) -> None:
    assert states({key: value}) == ()


def test_the_default_tags_of_the_document_show_this_environment() -> None:
    assert states({**DEFAULTS, "owner": "platform"}) == ()
    assert states({**DEFAULTS, "Project": "other"}) != ()
    assert states({"ManagedBy": "terraform"}) != ()


def test_a_default_tag_that_the_settings_change_shows_no_other_environment() -> None:
    document = provider(**DEFAULTS, team="growth")
    assert states({**DEFAULTS, "team": "platform"}, document) == ()


def test_the_default_tags_of_a_provider_with_an_alias_do_not_count() -> None:
    other = {"alias": "dns", "default_tags": [{"tags": {"ManagedBy": "terraform"}}]}
    assert states({"ManagedBy": "terraform"}, provider(other, **DEFAULTS)) != ()


def test_the_value_of_an_expression_is_not_compared() -> None:
    document = provider(ManagedBy="terraform", Project="${var.project}")
    assert states({"ManagedBy": "terraform", "Project": "shop"}, document) == ()
    assert states({"ManagedBy": "terraform"}, document) != ()


@pytest.mark.parametrize(("tags", "count"), [({"ManagedBy": "terraform"}, 0), ({}, 1)])
def test_without_default_tags_the_tag_of_the_resource_counts(
    tags: dict[str, str], count: int
) -> None:
    document = TerraformDocument({"resource": {"aws_security_group": {"web": {"tags": tags}}}})
    assert len(states({"ManagedBy": "terraform"}, document)) == count


@pytest.mark.parametrize(
    ("value", "kind", "command"),
    [
        ("OpenTofu", "Terraform state", "`tofu state rm`"),
        ("terragrunt", "Terraform state", "`terragrunt state rm`"),
        ("pulumi", "Pulumi state", "`pulumi state delete`"),
    ],
)
def test_the_repair_has_the_command_of_the_tool(value: str, kind: str, command: str) -> None:
    (owner,) = states({"ManagedBy": value})
    assert owner.kind == kind
    assert command in owner.repair


@pytest.mark.parametrize(
    "key", ["terraform:workspace", "tfstate", "repo", "git-repository", "Workspace"]
)
def test_a_tag_with_the_place_of_the_state_is_part_of_the_name(key: str) -> None:
    (owner,) = states({"ManagedBy": "terraform", key: "network", "owner": "platform"})
    assert owner.name == f"ManagedBy=terraform, {key}=network"


def test_a_value_that_looks_like_a_credential_is_not_shown() -> None:
    url = "https://user:ghp_0123456789abcdefghijklmnopqrstuvwxyz@github.com/team/network"
    (owner,) = states({"ManagedBy": "terraform", "repo": url})
    assert owner.name == "ManagedBy=terraform, repo=(not shown)"
    assert "ghp_" not in str(owner)


def test_resources_with_the_same_tag_are_one_owner() -> None:
    tags = {"Tags": {"ManagedBy": "terraform"}}
    others = {"Tags": {"ManagedBy": "terraform", "repo": "network"}}
    resources = found(GROUP, ROLE, LOGS, **{GROUP: tags, ROLE: tags, LOGS: others})
    result = owners(resources, {}, DOCUMENT)
    assert [(owner.name, owner.addresses) for owner in result] == [
        ("ManagedBy=terraform", (ROLE, GROUP)),
        ("ManagedBy=terraform, repo=network", (LOGS,)),
    ]
