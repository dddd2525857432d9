"""Compare what `navra deploy` and `ecs deploy` report about the same ECS deployments.

The outcomes are scripted in the emulator, so this is no trial on AWS. Each command is a process of
its own, in an account of its own, in which a service runs the revision 1 with the image tag 1.0.
A cell has the exit status, the decisive line of the output, and what the account contains
afterwards: the revisions of the running tasks with their image tags, and deregistered revisions.

`ecs deploy` has its default options, except `--timeout` and `--sleep-time`, which only make it
faster, and the options that a cell names. On AWS it also fails at events of the service that
contain "unable"; the emulator has no such events.

Usage:
    python -m venv /tmp/ecs-deploy && /tmp/ecs-deploy/bin/pip install ecs-deploy==1.17.0
    python benchmarks/deploy_outcomes.py --ecs-deploy /tmp/ecs-deploy/bin/ecs [--only TEXT]
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from navra_stacks import __version__
from navra_stacks.deploy.description import FILE_NAME, ServiceDescription
from navra_stacks.rehearsal.emulator.client import Emulator
from tests.support.deployed_shop import CLUSTER, SETTLING_STEPS, WEB, DeployedShop
from tests.support.handmade_account.console import ACCOUNT, REGION
from tests.support.navra_command import COMMAND

MIGRATION = "shop-api-qa-migrate"
TIMEOUT_SECONDS = 180
"""The time after which a command is killed. `navra deploy --timeout` is at least one minute."""

VARIES = re.compile(r"arn:aws:\S+/|:\d{4,5}(?=/)| (?<=progress )\(\w+\)|:? \(?User: [^)]*\)?")
"""What is removed from a line: prefixes of ARNs, the port, IDs of deployments, the caller."""

SUCCESS = re.compile(r"^(Deployment successful|Successfully started .*)$", re.MULTILINE)
"""The lines of `ecs deploy` and `ecs run` that report a success."""

Change = Callable[[DeployedShop], object]


@dataclass(frozen=True)
class Scenario:
    """What happens in the account, and how the commands are called."""

    name: str

    before: Change = lambda _: None
    """Changes the account before the command starts."""

    meanwhile: Change | None = None
    """Changes the account after the command has called UpdateService."""

    service: str = "web"
    tag: str = "2.0"
    variants: tuple[tuple[str, ...], ...] = ((),)
    """Options of `ecs deploy`, one run for each tuple."""


def script(outcome: str, **failure: str) -> Change:
    """Script the next deployment of the service `web`."""
    return lambda shop: shop.emulator.script_deployments(REGION, WEB, [outcome], **failure)


def fail_update(kind: str, attempts: int | None = None) -> Change:
    """Make the next call of UpdateService fail."""
    return lambda shop: shop.emulator.fail_call("ecs:UpdateService", kind, attempts=attempts)


def deploy_other(shop: DeployedShop, outcome: str = "success") -> None:
    """Begin a deployment of the image 3.0, as another user of the account could."""
    script(outcome)(shop)
    revision = shop.apply(shop.web, tag="3.0")
    shop.client("ecs").update_service(cluster=CLUSTER, service=WEB, taskDefinition=revision)


ROLLBACK = ((), ("--rollback",))
SCENARIOS = (
    Scenario("success"),
    Scenario("circuit breaker rolls back: a container exits", script("breaker"), variants=ROLLBACK),
    Scenario("image tag does not exist", script("breaker", cause="image"), tag="9.9"),
    Scenario("circuit breaker, no rollback", script("breaker-without-rollback"), variants=ROLLBACK),
    Scenario("never stable until the timeout", script("never-stable"), variants=ROLLBACK),
    Scenario("superseded by the previous revision", script("superseded")),
    Scenario("superseded by another new revision", script("never-stable"), deploy_other),
    Scenario(
        "Terraform has registered a revision with a new variable, which is not deployed",
        lambda shop: shop.apply(shop.web, LOG_LEVEL="debug"),
        variants=((), ("--task", "shop-web-qa")),
    ),
    Scenario("another deployment is in progress", lambda shop: deploy_other(shop, "pause")),
    Scenario(
        "migration fails",
        lambda shop: shop.emulator.set_exit_code(REGION, MIGRATION, 1),
        service="api",
    ),
    Scenario("UpdateService is denied", fail_update("denied")),
    Scenario("one response of UpdateService is lost", fail_update("lost", attempts=1)),
    Scenario("the responses to all attempts of the SDK are lost", fail_update("lost")),
)


class Comparison:
    """Runs the commands in new accounts of an emulator."""

    def __init__(self, emulator: Emulator, ecs: Path, directory: Path) -> None:
        self._emulator, self._ecs, self._directory = emulator, str(ecs.absolute()), directory
        self._environment = {
            "PATH": os.defpath,
            "HOME": str(directory),
            "AWS_ENDPOINT_URL": emulator.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            **{name.upper(): value for name, value in emulator.credentials.items()},
        }

    def version(self) -> str:
        return self._output([self._ecs, "--version"])[1].strip()

    def navra(self, scenario: Scenario) -> str:
        """Return the cell of `navra deploy`."""
        shop = self._shop(scenario)
        path = self._directory / "stacks" / shop.description.stack / FILE_NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shop.description.to_json())
        target = f"{scenario.service}={scenario.tag}"
        command = [str(COMMAND), "deploy", shop.description.stack, target]
        command += ["--outdir", str(self._directory), "--timeout", "1", "--poll-seconds", "0.2"]
        return f"{self._run(command, shop, scenario.meanwhile)}; {_state(shop, scenario)}"

    def ecs_deploy(self, scenario: Scenario, options: Sequence[str]) -> str:
        """Return the cell of `ecs deploy`; for a migration, `ecs run` comes first."""
        shop = self._shop(scenario)
        name = shop.description.service(scenario.service).service
        result = f"with `{' '.join(options)}`: " if options else ""
        if scenario.service == "api":
            network = shop.live(name)["networkConfiguration"]["awsvpcConfiguration"]
            command = [self._ecs, "run", CLUSTER, MIGRATION, "--launchtype", "FARGATE"]
            command += ["--subnet", *network["subnets"]]
            command += ["--securitygroup", *network["securityGroups"]]
            result += f"`ecs run`: {self._run(command, shop)}; then `ecs deploy`: "
        command = [self._ecs, "deploy", CLUSTER, name, "--tag", scenario.tag]
        command += ["--timeout", "5", "--sleep-time", "0", *options]
        return f"{result}{self._run(command, shop, scenario.meanwhile)}; {_state(shop, scenario)}"

    def _shop(self, scenario: Scenario) -> DeployedShop:
        self._emulator.reset()
        self._emulator.clear_faults()
        shop = DeployedShop(self._emulator).build()
        scenario.before(shop)
        self._emulator.clear_recorded_calls()
        return shop

    def _run(
        self, command: Sequence[str], shop: DeployedShop, meanwhile: Change | None = None
    ) -> str:
        """Run a command, and return its exit status and the decisive line of its output."""
        status, out, err = self._output(command, meanwhile and (lambda: _after(shop, meanwhile)))
        found = SUCCESS.search(out) if status == 0 else None
        line = found[0] if found else (err.strip() or "no message").splitlines()[-1]
        return f'**{status}**, "{VARIES.sub("", line).removeprefix("navra: ")}"'

    def _output(
        self, command: Sequence[str], step: Callable[[], bool] | None = None
    ) -> tuple[int, str, str]:
        """Run a command to its end, and call a function repeatedly until it returns True."""
        with Popen(command, env=self._environment, stdout=PIPE, stderr=PIPE, text=True) as process:
            try:
                while step and process.poll() is None and not step():
                    time.sleep(0.05)
                out, err = process.communicate(timeout=TIMEOUT_SECONDS)
            finally:
                process.kill()
        return process.returncode, out, err


def _after(shop: DeployedShop, change: Change) -> bool:
    """Change the account if the command has called UpdateService; return True if it has."""
    if called := bool(shop.calls("ecs:UpdateService")):
        change(shop)
    return called


def _state(shop: DeployedShop, scenario: Scenario) -> str:
    """Return what the account contains, and what it contains after the steps of a deployment."""
    service = shop.description.service(scenario.service)
    first, *_, last = (_snapshot(shop, service) for _ in range(SETTLING_STEPS))
    return first if first == last else f"{first}; later {last}"


def _snapshot(shop: DeployedShop, service: ServiceDescription) -> str:
    ecs, current = shop.client("ecs"), _describe(shop, shop.running(service.service))
    arns = ecs.list_tasks(cluster=CLUSTER, serviceName=service.service)["taskArns"]
    tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
    started = {one["taskDefinitionArn"] for one in tasks if one["lastStatus"] == "RUNNING"}
    running = [
        _describe(shop, ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"])
        for arn in sorted(started)
    ]
    text = f"runs {' and '.join(running) or 'no task'}"
    text = text if running == [current] else f"the service has {current}, but {text}"
    inactive = ecs.list_task_definitions(familyPrefix=service.family, status="INACTIVE")
    numbers = (arn.rpartition(":")[2] for arn in inactive["taskDefinitionArns"])
    return text + "".join(f", deregistered :{number}" for number in numbers)


def _describe(shop: DeployedShop, revision: dict[str, Any]) -> str:
    """Return the number of a revision, its image tag, and its variables."""
    (container,) = revision["containerDefinitions"]
    image = container["image"]
    tags = [name for name, digest in shop.digests.items() if image.endswith(digest)]
    tag = (tags or [image])[0].rpartition(":")[2]
    variables = "".join(f" with {one['name']}" for one in container["environment"])
    return f":{revision['revision']} ({tag}){variables}"


def main() -> None:
    """Play the outcomes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--ecs-deploy", type=Path, required=True, help="The command `ecs`.")
    parser.add_argument("--only", default="", help="A text in the names of the outcomes to play.")
    arguments = parser.parse_args()
    with Emulator(ACCOUNT) as emulator, tempfile.TemporaryDirectory() as directory:
        comparison = Comparison(emulator, arguments.ecs_deploy, Path(directory))
        print(f"| outcome | `navra deploy` {__version__} | `ecs deploy` ({comparison.version()}) |")
        print("|---|---|---|")
        for scenario in SCENARIOS:
            if arguments.only in scenario.name:
                cells = [comparison.ecs_deploy(scenario, one) for one in scenario.variants]
                ours = comparison.navra(scenario)
                print(f"| {scenario.name} | {ours} | {'<br>'.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
