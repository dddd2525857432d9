"""The order of the steps of production's first apply, and its migration that fails."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from environments.prod import PROD
from navra_stacks.preflight.capacity import fargate_need
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.expressions import references
from navra_stacks.terraform.provider_override import emulator_environment
from tests.support.code_blocks import CodeBlock, code_blocks
from tests.support.repository import ROOT
from tests.support.synthesized import Built

PAGE = "docs/production.md"
BLOCKS = [block for block in code_blocks(PAGE) if block.language == "sh"]
FAMILY = "aep-backend-prod-migrate"


def position(text: str) -> int:
    """Return the position of the only block with this text."""
    (found,) = (index for index, block in enumerate(BLOCKS) if text in block.text)
    return found


def needed_by(document: Built, targets: list[str]) -> set[str]:
    """Return the addresses that Terraform creates for the targets."""
    resources = {
        f"{type_}.{name}": body
        for type_, named in document.content["resource"].items()
        for name, body in named.items()
    }
    found: set[str] = set()
    waiting = list(targets)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found.add(address)
        body = resources[address]
        names = [*references(body), *body.get("depends_on", ())]
        waiting += {".".join(name.split(".")[:2]) for name in names} & resources.keys()
    return found


def test_the_migration_succeeds_before_the_host_is_public(prod: Built) -> None:
    migration, everything = position("describe-tasks"), position("aep-prod apply\n")
    before = [
        target
        for block in BLOCKS[:migration]
        for target in re.findall(r"-target=(\S+)", block.text)
    ]
    assert migration < everything
    assert BLOCKS[migration].lines[-1] == 'test "$exit_code" = 0'
    types = {address.partition(".")[0] for address in needed_by(prod, before)}
    public = {"aws_lb", "aws_lb_listener", "aws_ecs_service", "aws_route53_record"}
    assert types & public == set()
    assert types >= {"aws_db_instance", "aws_elasticache_replication_group", "aws_nat_gateway"}


def test_the_account_is_checked_before_and_after_the_steps_by_hand() -> None:
    first, second, last = (
        index for index, block in enumerate(BLOCKS) if "navra preflight prod" in block.text
    )
    assert first < position("put-secret-value") < position("docker buildx build") < second
    assert second < position("describe-tasks") < last
    assert BLOCKS[first].words == ("status=1",)
    assert BLOCKS[second].words == BLOCKS[last].words == ()


def test_the_requested_quota_is_what_production_needs() -> None:
    (requested,) = re.findall(
        r"L-3032A538 --desired-value (\d+)", BLOCKS[position("quota-increase")].text
    )
    assert int(requested) == math.ceil(fargate_need(PROD).on_demand)


def test_a_role_that_cannot_be_assumed_yet_is_a_reason_to_apply_again() -> None:
    step = (ROOT / PAGE).read_text(encoding="utf-8").partition("**Everything else**")[2]
    assert "cannot assume the infrastructure role" in step
    assert "Apply again." in step


# The migration


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def run_command(emulator: Emulator, prod: Built) -> str:
    """Create what the output with the command of the migration refers to; return its value."""
    emulator.reset()
    ec2, ecs = emulator.client("ec2", PROD.region), emulator.client("ecs", PROD.region)
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="x", Description="x", VpcId=vpc)["GroupId"]
    ecs.create_cluster(clusterName=PROD.names.cluster)
    ecs.register_task_definition(
        family=FAMILY,
        networkMode="awsvpc",
        cpu="512",
        memory="1024",
        containerDefinitions=[{"name": "backend", "image": "x"}],
    )
    values: dict[str, Any] = {
        "aws_ecs_cluster": PROD.names.cluster,
        "aws_ecs_task_definition": FAMILY,
        "aws_subnet": subnet,
        "aws_security_group": group,
    }
    command = str(prod.content["output"]["backend_migrate_command"]["value"])
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: str(values[found[1]]), command)


def run_block(block: CodeBlock, command: str, emulator: Emulator) -> int:
    """Run a block in a shell whose `terraform` prints `command`; return the exit status."""
    environ = emulator_environment(emulator.endpoint)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f'terraform() {{ echo "$COMMAND"; }}\n{block.text}'],
        env={
            **environ,
            "COMMAND": command,
            "PATH": f"{Path(sys.executable).parent}:{environ['PATH']}",
        },
        capture_output=True,
        check=False,
    ).returncode


@pytest.mark.parametrize(("exit_code", "succeeds"), [(0, True), (1, False), (None, False)])
def test_the_step_succeeds_only_if_the_migration_did(
    exit_code: int | None, succeeds: bool, emulator: Emulator, run_command: str
) -> None:
    emulator.set_exit_code(PROD.region, FAMILY, exit_code, stops_at_once=True)
    status = run_block(BLOCKS[position("describe-tasks")], run_command, emulator)
    assert (status == 0) == succeeds
