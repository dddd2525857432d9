"""A task on Fargate has a size that exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import is_fargate
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_MEMORY: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}
"""MiB of memory for each number of CPU units."""


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for task in document.all("aws_ecs_task_definition"):
        cpu, memory = task.number("cpu"), task.number("memory")
        if not is_fargate(task) or cpu is None or memory is None:
            continue
        if cpu not in _MEMORY:
            yield Violation(
                task.address,
                f"{cpu:g} is not a number of CPU units; use {', '.join(map(str, _MEMORY))}",
                "cpu",
            )
        elif memory not in _MEMORY[int(cpu)]:
            sizes = _MEMORY[int(cpu)]
            yield Violation(
                task.address,
                f"{memory:g} MiB is not available with {cpu:g} CPU units; use {sizes[0]} to "
                f"{sizes[-1]}",
                "memory",
            )


RULE = Rule(
    id="ecs-fargate-size",
    title="A task on Fargate has a size that exists.",
    failure="AWS rejects the task definition, and the apply fails.",
    sources=("AWS: Fargate task definition parameters, task size",),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Use a memory that Fargate offers for the CPU (settings: `Service.cpu` and "
        "`Service.memory`)."
    ),
    violations=_violations,
)
