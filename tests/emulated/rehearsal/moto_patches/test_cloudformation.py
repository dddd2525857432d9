"""Patches for CloudFormation stacks, compared with moto without patches."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.support.emulator_clients import Client

TEMPLATE = json.dumps(
    {
        "Resources": {
            "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "shop"}},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alarms"}},
        }
    }
)


def create_stack(client: Client) -> str:
    created = client("cloudformation").create_stack(StackName="web", TemplateBody=TEMPLATE)
    return str(created["StackId"])


def test_a_stack_is_found_by_the_physical_id_of_a_resource(
    patched: Client, unpatched: Client
) -> None:
    stack_id = create_stack(patched)
    cloudformation = patched("cloudformation")
    found = cloudformation.describe_stack_resources(PhysicalResourceId="shop")["StackResources"]
    assert {resource["LogicalResourceId"] for resource in found} == {"Cluster", "Topic"}
    assert {resource["StackId"] for resource in found} == {stack_id}
    by_name = cloudformation.describe_stack_resources(StackName="web")["StackResources"]
    assert len(by_name) == 2
    create_stack(unpatched)
    with pytest.raises(ClientError, match="Stack with id None does not exist"):
        unpatched("cloudformation").describe_stack_resources(PhysicalResourceId="shop")


def test_a_physical_id_in_no_stack_is_an_error(patched: Client) -> None:
    create_stack(patched)
    with pytest.raises(ClientError, match=r"ValidationError.* Stack for other does not exist"):
        patched("cloudformation").describe_stack_resources(PhysicalResourceId="other")


def test_a_stack_tags_its_resources(patched: Client, unpatched: Client) -> None:
    stack_id = create_stack(patched)
    (cluster,) = patched("ecs").describe_clusters(clusters=["shop"], include=["TAGS"])["clusters"]
    assert {tag["key"]: tag["value"] for tag in cluster["tags"]} == {
        "aws:cloudformation:logical-id": "Cluster",
        "aws:cloudformation:stack-id": stack_id,
        "aws:cloudformation:stack-name": "web",
    }
    (topic,) = patched("sns").list_topics()["Topics"]
    tags = patched("sns").list_tags_for_resource(ResourceArn=topic["TopicArn"])["Tags"]
    assert {"Key": "aws:cloudformation:logical-id", "Value": "Topic"} in tags
    create_stack(unpatched)
    (cluster,) = unpatched("ecs").describe_clusters(clusters=["shop"], include=["TAGS"])["clusters"]
    assert not cluster.get("tags")
