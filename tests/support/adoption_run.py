"""One adoption, from what somebody made by hand to the plan after the first apply."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from environments.staging import STAGING
from navra_stacks import ImportInventory
from navra_stacks.cli.app import main
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.provider_override import loopback_only, point_at_emulator
from navra_stacks.terraform.working_directory import Workspace
from tests.support.handmade_account.environment import ByHand, Console

__all__ = ["Adoption", "Discovered", "adopt", "credentials", "discovered", "ended", "live"]


@dataclass(frozen=True)
class Discovered:
    """How `navra discover` ended."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """What it told in JSON."""
        return dict(json.loads(self.out))


@dataclass(frozen=True)
class Adoption:
    """What happened, in the order in which it did."""

    made: ByHand
    before: Mapping[str, Any]
    """What was live before anything was done."""
    discovered: Discovered
    inventory: ImportInventory
    document: TerraformDocument
    first: Plan
    after: Mapping[str, Any]
    """What was live after the first apply."""
    second: Plan


@contextmanager
def credentials() -> Iterator[None]:
    """A machine whose usual credentials open the emulator."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in loopback_only("", {}).items():
            if name.startswith("AWS_") and value:
                patch.setenv(name, value)
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        yield


def discovered(endpoint: str, out: Path, provider: Provider | None, *arguments: str) -> Discovered:
    """`navra discover` of the recorded environment, as somebody runs it."""
    printed, complained, status = StringIO(), StringIO(), 0
    with credentials(), redirect_stdout(printed), redirect_stderr(complained):
        try:
            main(
                [
                    *("discover", "staging", "--endpoint-url", endpoint, "--out", str(out)),
                    *(() if provider is None else ("--provider-mirror", str(provider.mirror))),
                    *arguments,
                ]
            )
        except SystemExit as end:
            status = int(end.code or 0)
    return Discovered(status, printed.getvalue(), complained.getvalue())


def ended(console: Console, path: Path, *arguments: str) -> Discovered:
    """The same with the provider that the machine may or may not have."""
    return discovered(console.emulator.endpoint, path, None, *arguments)


def adopt(made: ByHand, at_hand: tuple[Terraform, Provider], directory: Path) -> Adoption:
    """Discover what was made, synthesize with it, plan, apply, and plan once more."""
    from navra_stacks import synthesize  # starts node

    for service in ("backend", "frontend"):
        made.console("elbv2").register_targets(
            TargetGroupArn=made.arns[f"tg {service}"], Targets=[{"Id": "172.31.0.10"}]
        )
    endpoint, path = made.console.emulator.endpoint, directory / "staging.inventory.json"
    before = live(made.console)
    found = discovered(endpoint, path, at_hand[1], "--json")
    assert found.status == 0, found.err
    inventory = ImportInventory.read(path)
    (written,) = synthesize([STAGING.replace(inventory=inventory)], directory / "out")
    document = TerraformDocument.read(written.path)
    workspace = Workspace(*at_hand, directory / "terraform", loopback_only(endpoint))
    fitted = workspace.fitted(document.content).document
    workspace.write(point_at_emulator(fitted))
    workspace.init()
    variables = found.report["variables"]
    first = workspace.plan(variables=variables)
    workspace.apply()
    after = live(made.console)
    second = workspace.plan(variables=variables)
    return Adoption(made, before, found, inventory, document, first, after, second)


def live(console: Console) -> dict[str, Any]:
    """What takes the traffic now, as AWS tells it."""
    ecs, elb = console("ecs"), console("elbv2")
    services = ecs.describe_services(
        cluster="aep-staging",
        services=["aep-backend-staging-svc", "aep-frontend-staging-svc"],
    )["services"]
    groups = elb.describe_target_groups()["TargetGroups"]
    listeners = elb.describe_listeners(
        LoadBalancerArn=elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    )["Listeners"]
    https = next(one["ListenerArn"] for one in listeners if one["Port"] == 443)
    rules = [one for one in elb.describe_rules(ListenerArn=https)["Rules"] if not one["IsDefault"]]
    return {
        "revisions": sorted(ecs.list_task_definitions()["taskDefinitionArns"]),
        "definitions": {
            one["serviceName"]: ecs.describe_task_definition(taskDefinition=one["taskDefinition"])[
                "taskDefinition"
            ]
            for one in services
        },
        "services": {
            one["serviceName"]: {
                name: one.get(name)
                for name in (
                    "taskDefinition",
                    "desiredCount",
                    "networkConfiguration",
                    "loadBalancers",
                    "launchType",
                )
            }
            | {"deployments": [d["id"] for d in one["deployments"]]}
            for one in services
        },
        "targets": {
            one["TargetGroupName"]: [
                target["Target"]
                for target in elb.describe_target_health(TargetGroupArn=one["TargetGroupArn"])[
                    "TargetHealthDescriptions"
                ]
            ]
            for one in groups
        },
        "load balancers": [
            one["LoadBalancerArn"] for one in elb.describe_load_balancers()["LoadBalancers"]
        ],
        "listeners": {one["Port"]: one["DefaultActions"] for one in listeners},
        # In the order in which they are asked.
        "rules": [
            (
                one["RuleArn"],
                [
                    pattern
                    for c in one["Conditions"]
                    for pattern in c["PathPatternConfig"]["Values"]
                ],
                one["Actions"][0]["TargetGroupArn"],
            )
            for one in sorted(rules, key=lambda one: int(one["Priority"]))
        ],
        "security groups": sorted(
            (one["GroupId"], one["GroupName"], one["Description"])
            for one in console("ec2").describe_security_groups()["SecurityGroups"]
        ),
        "security group rules": sorted(
            one["SecurityGroupRuleId"]
            for one in console("ec2").describe_security_group_rules()["SecurityGroupRules"]
        ),
    }
