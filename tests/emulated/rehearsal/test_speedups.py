"""Data that the emulator loads lazily is available when it is requested."""

from __future__ import annotations

from navra_stacks.rehearsal.emulator.client import Emulator
from tests.support.handmade_account.console import REGION


def test_a_region_offers_instances_in_its_zones(emulated: Emulator) -> None:
    ec2, type_ = emulated.client("ec2", REGION), "t4g.small"
    offered = ec2.describe_instance_type_offerings(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": [type_]}]
    )["InstanceTypeOfferings"]
    assert len(offered) > 1
    for offering in offered:
        assert (offering["InstanceType"], offering["LocationType"]) == (type_, "availability-zone")
        assert offering["Location"].startswith(REGION)
    placement = {"AvailabilityZone": offered[0]["Location"]}
    ec2.run_instances(MinCount=1, MaxCount=1, InstanceType=type_, Placement=placement)
