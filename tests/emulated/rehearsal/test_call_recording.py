"""The record of the API calls to the emulator."""

from __future__ import annotations

from navra_stacks.rehearsal.emulator.client import Emulator
from tests.support.handmade_account.console import REGION


def operations(emulator: Emulator) -> list[str]:
    return [call["operation"] for call in emulator.recorded_calls()]


def test_calls_are_recorded_in_their_order_with_their_parameters(emulated: Emulator) -> None:
    emulated.clear_recorded_calls()
    ecs = emulated.client("ecs", REGION)
    ecs.create_cluster(clusterName="shop")
    ecs.describe_clusters(clusters=["shop"], include=["TAGS"])
    created, described = emulated.recorded_calls()
    assert created == {
        "operation": "ecs:CreateCluster",
        "parameters": {"clusterName": "shop"},
        "attempts": 1,
    }
    assert described["operation"] == "ecs:DescribeClusters"
    assert described["parameters"] == {"clusters": ["shop"], "include": ["TAGS"]}


def test_operations_have_the_names_of_iam_actions(emulated: Emulator) -> None:
    emulated.clear_recorded_calls()
    emulated.client("elbv2", REGION).describe_load_balancers(Names=[])
    emulated.client("cloudwatch", REGION).describe_alarms(AlarmNames=["web-5xx"])
    emulated.client("sts", REGION).get_caller_identity()
    emulated.client("route53", REGION).list_hosted_zones()
    emulated.client("application-autoscaling", REGION).describe_scalable_targets(
        ServiceNamespace="ecs"
    )
    assert operations(emulated) == [
        "elasticloadbalancing:DescribeLoadBalancers",
        "cloudwatch:DescribeAlarms",
        "sts:GetCallerIdentity",
        "route53:GET /2013-04-01/hostedzone",
        "application-autoscaling:DescribeScalableTargets",
    ]


def test_the_parameters_of_query_protocols_are_recorded(emulated: Emulator) -> None:
    emulated.clear_recorded_calls()
    emulated.client("ec2", REGION).create_vpc(CidrBlock="10.0.0.0/16")
    (call,) = emulated.recorded_calls()
    assert call["parameters"].items() >= {"CidrBlock": "10.0.0.0/16"}.items()
    assert not call["parameters"].keys() & {"Action", "Version"}


def test_uploads_are_not_changed(emulated: Emulator) -> None:
    s3 = emulated.client("s3", REGION)
    s3.create_bucket(Bucket="files")
    s3.put_object(Bucket="files", Key="Action=Test", Body=b"&Action=CreateVpc")
    assert s3.get_object(Bucket="files", Key="Action=Test")["Body"].read() == b"&Action=CreateVpc"
    assert "s3:PUT /files/Action=Test" in operations(emulated)


def test_a_failed_call_is_recorded_once_with_its_attempts(emulated: Emulator) -> None:
    emulated.clear_recorded_calls()
    emulated.fail_call("ecs:CreateCluster", "error", attempts=1)
    emulated.client("ecs", REGION).create_cluster(clusterName="shop")
    (call,) = emulated.recorded_calls()
    assert (call["operation"], call["attempts"]) == ("ecs:CreateCluster", 2)


def test_a_reset_clears_the_record(emulated: Emulator) -> None:
    emulated.client("ecs", REGION).list_clusters()
    assert operations(emulated)[-1] == "ecs:ListClusters"
    emulated.reset()
    assert "ecs:ListClusters" not in operations(emulated)[-1:]
