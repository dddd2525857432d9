"""Patches for temporary credentials."""

from __future__ import annotations

from navra_stacks.rehearsal.emulator.client import Emulator

ROLE = "arn:aws:iam::444455556666:role/dns"
REGION = "us-east-1"


def test_an_assumed_role_acts_in_its_account(emulated: Emulator) -> None:
    """Without the patch, every call acts in the account in ``MOTO_ACCOUNT_ID``."""
    identity = emulated.client_with_role("sts", REGION, ROLE).get_caller_identity()
    assert identity["Account"] == "444455556666"
    topic = emulated.client_with_role("sns", REGION, ROLE).create_topic(Name="alarms")
    assert topic["TopicArn"] == f"arn:aws:sns:{REGION}:444455556666:alarms"
    assert emulated.client("sns", REGION).list_topics()["Topics"] == []
    assert emulated.client("sts", REGION).get_caller_identity()["Account"] == emulated.account
