"""Patches for the Resource Groups Tagging API, compared with moto without patches."""

from __future__ import annotations

from typing import Any

from tests.support.emulator_clients import Client

COUNT = 60


def listed(client: Client) -> dict[str, Any]:
    """Create more topics than a page has, and return the response with their tags."""
    sns = client("sns")
    tags = [{"Key": "owner", "Value": "platform"}]
    arns = [sns.create_topic(Name=f"t-{n}", Tags=tags)["TopicArn"] for n in range(COUNT)]
    tagging = client("resourcegroupstaggingapi")
    return dict(tagging.get_resources(ResourceARNList=arns))


def test_listed_resources_are_returned_in_one_page(patched: Client, unpatched: Client) -> None:
    response = listed(patched)
    assert len(response["ResourceTagMappingList"]) == COUNT
    assert not response.get("PaginationToken")
    assert len(listed(unpatched)["ResourceTagMappingList"]) < COUNT


def test_only_listed_resources_are_returned(patched: Client) -> None:
    listed(patched)
    tagging = patched("resourcegroupstaggingapi")
    arn = patched("sns").list_topics()["Topics"][0]["TopicArn"]
    (only,) = tagging.get_resources(ResourceARNList=[arn])["ResourceTagMappingList"]
    assert only["ResourceARN"] == arn
    assert len(tagging.get_resources()["ResourceTagMappingList"]) == 50
