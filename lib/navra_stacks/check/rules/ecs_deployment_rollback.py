"""A failed deployment is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import is_shifting
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        if service.block("deployment_controller").get("type") not in (None, "ECS"):
            continue
        guards = [service.block("alarms")]
        if not is_shifting(service):
            guards.append(service.block("deployment_circuit_breaker"))
        if all(
            guard.flag("enable", False) is False or guard.flag("rollback", False) is False
            for guard in guards
        ):
            what = "alarms" if is_shifting(service) else "neither the circuit breaker nor alarms"
            yield Violation(
                service.address,
                f"{'no ' if is_shifting(service) else ''}{what} roll back a failed deployment",
                "alarms" if is_shifting(service) else "deployment_circuit_breaker",
            )


RULE = Rule(
    id="ecs-deployment-rollback",
    title="A failed deployment is rolled back.",
    failure="A broken revision is started again and again, and stays deployed.",
    sources=("AWS: Amazon ECS deployment circuit breaker",),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Enable `deployment_circuit_breaker` with `rollback`; under blue/green, set `alarms` "
        "with `rollback` (setting: `Deployment`)."
    ),
    violations=_violations,
)
