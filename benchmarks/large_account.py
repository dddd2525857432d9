"""Measure `navra discover` on a large emulated account: requests, seconds and memory.

The account has the handmade environment of the tests and, in addition, 2,000 IAM roles, 500 log
groups and 300 families of task definitions. A second run in the same process, without them, is the
baseline: times on a shared machine are only comparable as a ratio.

Usage: python benchmarks/large_account.py [--roles N] [--log-groups N] [--families N]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.adoption.discovery import discover
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.stacks.synthesis import synthesize
from navra_stacks.terraform.document import TerraformDocument
from tests.support.adoption_run import credentials
from tests.support.handmade_account.environment import (
    ACCOUNT,
    REGION,
    TRUST,
    Console,
    HandmadeEnvironment,
)


def main() -> None:
    """Measure both accounts and print the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--roles", type=int, default=2000)
    parser.add_argument("--log-groups", type=int, default=500)
    parser.add_argument("--families", type=int, default=300)
    sizes = vars(parser.parse_args())
    document = _document()
    with Emulator(ACCOUNT) as emulator:
        console = Console(emulator)
        HandmadeEnvironment(console).build()
        results = {"baseline": _measured(document, emulator)}
        _fill(console, **sizes)
        results["large"] = _measured(document, emulator)
    results["sizes"] = sizes
    results["ratio"] = round(results["large"]["seconds"] / results["baseline"]["seconds"], 2)
    print(json.dumps(results, indent=2))


def _document() -> TerraformDocument:
    from environments.staging import STAGING

    with _scratch() as directory:
        (written,) = synthesize([STAGING.replace(inventory=None)], directory)
        return TerraformDocument.read(written.path)


@contextmanager
def _scratch() -> Iterator[Path]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="navra-benchmark-") as directory:
        yield Path(directory)


def _fill(console: Console, *, roles: int, log_groups: int, families: int) -> None:
    for number in range(roles):
        console("iam").create_role(RoleName=f"team-{number}-role", AssumeRolePolicyDocument=TRUST)
    for number in range(log_groups):
        console("logs").create_log_group(logGroupName=f"/ecs/team-{number}")
    for number in range(families):
        console("ecs").register_task_definition(
            family=f"team-{number}",
            containerDefinitions=[{"name": "app", "image": "app:1", "memory": 512}],
        )


def _measured(document: TerraformDocument, emulator: Emulator) -> dict[str, Any]:
    steps: list[str] = []
    with credentials():
        account = AwsAccount(REGION, account_id=ACCOUNT, endpoint_url=emulator.endpoint)
        start = time.perf_counter()
        found = discover(
            document,
            account,
            stack="aep-staging",
            workspace=None,
            endpoint=emulator.endpoint,
            progress=steps.append,
        )
        seconds = time.perf_counter() - start
    return {
        "found": len(found.found.ids),
        "requests": sum(account.calls.values()),
        "requests_by_operation": dict(account.calls.most_common(8)),
        "seconds": round(seconds, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "progress": len(steps),
    }


if __name__ == "__main__":
    main()
