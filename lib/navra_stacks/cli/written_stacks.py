"""Write the Terraform JSON of environments, and print a summary."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import navra_jsii
from navra_stacks.cli.inventory_summary import summarize_inventory
from navra_stacks.cli.output import print_json, print_line
from navra_stacks.cli.pending_settings import describe_pending
from navra_stacks.cli.policy_check import check_with_waivers
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments

if TYPE_CHECKING:
    from navra_stacks.check.report import Report
    from navra_stacks.settings.environment import Environment
    from navra_stacks.stacks.synthesis import Synthesized

__all__ = ["write_stacks"]

FINDINGS = 1
"""The exit status if a policy has findings. The documents are written."""

MAX_ADDRESSES = 5
"""Maximum number of printed addresses of removed resources."""


def write_stacks(
    names: Sequence[str] = (),
    out: Path | None = None,
    source: str = DEFAULT_SOURCE,
    *,
    stack_class: str | None = None,
    replace: bool = False,
    as_json: bool = False,
) -> None:
    """Write the Terraform JSON of each environment, and print a summary.

    The documents of an environment with a `policy_file` are checked. With findings, the process
    ends with the status 1.

    Args:
        names: The names of environments or of their stacks. Empty: all environments.
        out: The output directory. None: ``$CDKTF_OUTDIR``, or ``cdktf.out``.
        source: The environments as ``MODULE:NAME``, see `load_environments`.
        stack_class: The class of the stacks as ``MODULE:CLASS``. None: `Environment.stack_class`.
        replace: Whether to replace documents that another stack class wrote.
        as_json: Whether to print the summary as JSON.

    Raises:
        NavraError: a name, the source, the stack class, or the settings of an environment are
            invalid, or another stack class wrote a document.
    """
    start = time.perf_counter()
    # node starts while the environments are loaded. Other commands need neither node nor cdktf.
    navra_jsii.activate()
    selected = select_environments(load_environments(source), names, stack_class)
    from navra_stacks.stacks.synthesis import synthesize

    written = synthesize(selected, out, replace=replace)
    policy = _policy_report(written)
    if as_json:
        print_json([_as_json(stack) for stack in written])
    else:
        for line in _summary(selected, written, policy):
            print_line(line)
        count, seconds = len(selected), time.perf_counter() - start
        print_line(f"{count} environment{'s' if count != 1 else ''} in {seconds:.1f} s")
    if policy is not None and policy.findings:
        sys.exit(FINDINGS)


def _summary(
    environments: Sequence[Environment], written: Sequence[Synthesized], policy: Report | None
) -> Iterator[str]:
    width = max(len(stack.stack) for stack in written)
    for stack in written:
        yield (
            f"{stack.stack:{width}}  {stack.resources} resources, "
            f"{stack.data_sources} data sources  {stack.path}"
        )
    for environment in environments:
        name = environment.names.stack
        for setting in environment.unknown_settings:
            yield f"{name}: {setting} has no value yet; until it is set, Terraform prompts for it"
        for setting, assumption in environment.assumed_settings.items():
            yield f"{name}: {setting} has no value yet; until it is set, {assumption}"
        for service in environment.services:
            if service.one_off_tasks and service.deployed_by == "terraform":
                yield (
                    f"{name}: services.{service.name}.one_off_tasks do not run before an apply "
                    "moves the service; with deployed_by='pipeline', `navra deploy` runs them first"
                )
    for stack in written:
        yield from _inventory_lines(stack)
        yield from describe_pending(stack.stack, stack.pending)
        if stack.removed:
            yield _removed(stack)
    if policy is not None:
        from navra_stacks.check.formats import text_lines

        yield from text_lines(policy, with_waived=False)


def _policy_report(written: Sequence[Synthesized]) -> Report | None:
    """Check the documents of the environments with a policy file; None if there is none.

    The stacks of a state bucket and of a hosted zone are not checked: the former has a local state
    until it exists.
    """
    stacks = [
        stack for stack in written if stack.is_main and stack.environment.policy_file is not None
    ]
    if not stacks or any(stack.path.suffix != ".json" for stack in stacks):  # HCL
        return None
    from navra_stacks.check.report import report

    return report(
        [
            check_with_waivers(
                str(stack.path), stack.path.read_bytes(), stack.environment.policy_file, None
            )
            for stack in stacks
        ]
    )


def _inventory_lines(stack: Synthesized) -> Iterator[str]:
    if stack.is_main:
        yield from summarize_inventory(stack.environment)


def _removed(stack: Synthesized) -> str:
    count = len(stack.removed)
    more = f" and {count - MAX_ADDRESSES} more" if count > MAX_ADDRESSES else ""
    return (
        f"{stack.stack}: {count} resource{'s' if count != 1 else ''} of the previous document "
        f"{'are' if count != 1 else 'is'} not in this one, and the next apply destroys "
        f"{'them' if count != 1 else 'it'}: {', '.join(stack.removed[:MAX_ADDRESSES])}{more}"
    )


def _as_json(stack: Synthesized) -> dict[str, Any]:
    environment = stack.environment
    inventory = environment.inventory if stack.is_main else None
    resources = {} if inventory is None else inventory.resources
    return {
        "stack": stack.stack,
        "path": str(stack.path),
        "resources": stack.resources,
        "data_sources": stack.data_sources,
        "unknown_settings": list(environment.unknown_settings),
        "assumed_settings": dict(environment.assumed_settings) if stack.is_main else {},
        "imported": len(resources),
        "live_values": {
            address: resource.live_arguments
            for address, resource in sorted(resources.items())
            if resource.keeps
        },
        "pending_settings": [setting._asdict() for setting in stack.pending.settings],
        "unknown_before": list(stack.pending.unknown),
        "removed": list(stack.removed),
    }
