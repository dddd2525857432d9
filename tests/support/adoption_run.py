"""Run a complete adoption, from the discovery to the plan after the first apply."""

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
from navra_stacks.terraform.provider_override import emulator_environment, point_at_emulator
from navra_stacks.terraform.working_directory import WorkingDirectory
from tests.support.handmade_account.environment import Console, HandmadeEnvironment

__all__ = [
    "Adoption",
    "CommandResult",
    "adopt",
    "credentials",
    "live_state",
    "run_discover",
    "run_discover_without_provider",
]


@dataclass(frozen=True)
class CommandResult:
    """The exit status and output of `navra discover`."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report."""
        return dict(json.loads(self.out))


@dataclass(frozen=True)
class Adoption:
    """The results of an adoption, in order."""

    handmade: HandmadeEnvironment
    before: Mapping[str, Any]
    """The live state before the discovery."""
    discovery: CommandResult
    inventory: ImportInventory
    document: TerraformDocument
    first: Plan
    after: Mapping[str, Any]
    """The live state after the first apply."""
    second: Plan


@contextmanager
def credentials() -> Iterator[None]:
    """Set the environment variables of AWS to the emulator's credentials."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulator_environment("", {}).items():
            if name.startswith("AWS_") and value:
                patch.setenv(name, value)
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        yield


def run_discover(
    endpoint: str, out: Path, provider: Provider | None, *arguments: str
) -> CommandResult:
    """Run `navra discover` for the recorded environment."""
    stdout, stderr, status = StringIO(), StringIO(), 0
    with credentials(), redirect_stdout(stdout), redirect_stderr(stderr):
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
    return CommandResult(status, stdout.getvalue(), stderr.getvalue())


def run_discover_without_provider(console: Console, path: Path, *arguments: str) -> CommandResult:
    """Run `navra discover` without the option for a provider mirror."""
    return run_discover(console.emulator.endpoint, path, None, *arguments)


def adopt(
    handmade: HandmadeEnvironment, installed: tuple[Terraform, Provider], directory: Path
) -> Adoption:
    """Discover the environment, synthesize it with the inventory, plan, apply, and plan again."""
    from navra_stacks import synthesize  # starts node

    for service in ("backend", "frontend"):
        handmade.console("elbv2").register_targets(
            TargetGroupArn=handmade.arns[f"tg {service}"], Targets=[{"Id": "172.31.0.10"}]
        )
    endpoint, path = handmade.console.emulator.endpoint, directory / "staging.inventory.json"
    before = live_state(handmade.console)
    discovery = run_discover(endpoint, path, installed[1], "--json")
    assert discovery.status == 0, discovery.err
    inventory = ImportInventory.read(path)
    (written,) = synthesize([STAGING.replace(inventory=inventory)], directory / "out")
    document = TerraformDocument.read(written.path)
    workspace = WorkingDirectory(
        *installed, directory / "terraform", emulator_environment(endpoint)
    )
    fitted = workspace.adapt_to_provider(document.content).document
    workspace.write(point_at_emulator(fitted))
    workspace.init()
    variables = discovery.report["variables"]
    first = workspace.plan(variables=variables)
    workspace.apply()
    after = live_state(handmade.console)
    second = workspace.plan(variables=variables)
    return Adoption(handmade, before, discovery, inventory, document, first, after, second)


def live_state(console: Console) -> dict[str, Any]:
    """Return the live state of the resources that receive traffic."""
    ecs, elb = console("ecs"), console("elbv2")
    services = ecs.describe_services(
        cluster="aep-staging",
        services=["aep-backend-staging-svc", "aep-frontend-staging-svc"],
    )["services"]
    groups = elb.describe_target_groups()["TargetGroups"]
    listeners = elb.describe_listeners(
        LoadBalancerArn=elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    )["Listeners"]
    https = next(listener["ListenerArn"] for listener in listeners if listener["Port"] == 443)
    rules = [
        rule for rule in elb.describe_rules(ListenerArn=https)["Rules"] if not rule["IsDefault"]
    ]
    return {
        "revisions": sorted(ecs.list_task_definitions()["taskDefinitionArns"]),
        "definitions": {
            service["serviceName"]: ecs.describe_task_definition(
                taskDefinition=service["taskDefinition"]
            )["taskDefinition"]
            for service in services
        },
        "services": {
            service["serviceName"]: {
                name: service.get(name)
                for name in (
                    "taskDefinition",
                    "desiredCount",
                    "networkConfiguration",
                    "loadBalancers",
                    "launchType",
                )
            }
            | {"deployments": [deployment["id"] for deployment in service["deployments"]]}
            for service in services
        },
        "targets": {
            group["TargetGroupName"]: [
                target["Target"]
                for target in elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])[
                    "TargetHealthDescriptions"
                ]
            ]
            for group in groups
        },
        "load balancers": [
            balancer["LoadBalancerArn"]
            for balancer in elb.describe_load_balancers()["LoadBalancers"]
        ],
        "listeners": {listener["Port"]: listener["DefaultActions"] for listener in listeners},
        # In the order of evaluation.
        "rules": [
            (
                rule["RuleArn"],
                [
                    pattern
                    for condition in rule["Conditions"]
                    for pattern in condition["PathPatternConfig"]["Values"]
                ],
                rule["Actions"][0]["TargetGroupArn"],
            )
            for rule in sorted(rules, key=lambda rule: int(rule["Priority"]))
        ],
        "security groups": sorted(
            (group["GroupId"], group["GroupName"], group["Description"])
            for group in console("ec2").describe_security_groups()["SecurityGroups"]
        ),
        "security group rules": sorted(
            rule["SecurityGroupRuleId"]
            for rule in console("ec2").describe_security_group_rules()["SecurityGroupRules"]
        ),
    }
