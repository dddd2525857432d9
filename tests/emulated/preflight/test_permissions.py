"""The permissions that docs/preflight.md lists are those that the checks need."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import boto3
import pytest

from environments.prod import PROD
from navra_stacks import Alarms, DefaultVpc, ExistingVpc, Hardening
from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.iam_actions import iam_action
from navra_stacks.account.read_only import is_allowed_operation
from navra_stacks.preflight.dns_resolver import Delegation, DnsResolver
from navra_stacks.preflight.runner import preflight
from tests.emulated.preflight.test_names import TYPES, create
from tests.support.code_blocks import code_blocks
from tests.support.handmade_account.console import ACCOUNT, REGION, Console
from tests.support.repository import ROOT
from tests.support.shop import shop

PACKAGE = ROOT / "lib/navra_stacks/preflight"
SERVICES = frozenset(boto3.Session().get_available_services())


@cache
def methods(service: str) -> Mapping[str, str]:
    """Return the operations of a service, by the name of their method in boto3."""
    client = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
    mapping: Mapping[str, str] = client.meta.method_to_api_mapping
    return mapping


def written_calls(source: str) -> set[tuple[str, str]]:
    """Return each service and method in the code of a check, also those that no account needs."""
    words = set(re.findall(r'"([a-z0-9_-]+)"', source))
    return {
        (service, word)
        for service in words & SERVICES
        for word in words & methods(service).keys()
        if is_allowed_operation(methods(service)[word])
    }


def recorded(cached: Callable[..., Any], calls: set[tuple[str, str]]) -> Callable[..., Any]:
    def record(self: AwsAccount, method: str, service: str, operation: str, *rest: Any) -> Any:
        calls.add((service, operation))
        return cached(self, method, service, operation, *rest)

    return record


def test_the_page_lists_the_permissions_of_all_checks(
    console: Console, account: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: set[tuple[str, str]] = set()
    monkeypatch.setattr(AwsAccount, "_cached", recorded(AwsAccount._cached, calls))
    monkeypatch.setattr(DnsResolver, "delegation", lambda *_: Delegation())
    zones = (f"{REGION}a", f"{REGION}b")
    alarms = Alarms(topic_arn=f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms")
    subnets = ("subnet-0a0a0a0a", "subnet-0b0b0b0b")
    located = {"account": ACCOUNT, "region": REGION}
    environments = [
        PROD.replace(account=ACCOUNT),
        shop(**located, network=DefaultVpc(availability_zones=zones)),
        shop(
            **located,
            network=ExistingVpc(vpc_id="vpc-0a1b2c3d", public_subnet_ids=subnets),
            hardening=Hardening.relaxed(alarms=alarms),
        ),
    ]
    console("route53").create_hosted_zone(Name="shop.example", CallerReference="x")
    for type_ in TYPES:
        create(console, type_, {})
    for environment in environments:
        account.clear_cache()
        tags = {"backend_image_tag": "1", "frontend_image_tag": "1"}
        preflight(environment, account, variables=tags, resolver=DnsResolver())
    for path in PACKAGE.glob("*.py"):
        calls |= written_calls(path.read_text(encoding="utf-8"))
    needed = {iam_action(service, methods(service)[name]) for service, name in calls} - {
        "sts:GetCallerIdentity"
    } | {"sts:AssumeRole"}

    (policy,) = (b.text for b in code_blocks("docs/preflight.md") if b.language == "json")
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == sorted(needed)
