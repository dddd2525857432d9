"""What differs from Fargate and the load balancer in a run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from navra_stacks.local.application import LocalService
from navra_stacks.local.data.plan import DataPlan
from navra_stacks.local.engine import Engine
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer

__all__ = ["differences"]


def differences(
    engine: Engine,
    services: Sequence[LocalService],
    balancers: Sequence[LocalLoadBalancer],
    plan: DataPlan,
    *,
    has_credentials: bool,
) -> Iterator[str]:
    """Yield what differs in a run, one sentence each. docs/local.md has what always differs."""
    if not has_credentials:
        yield (
            "calls to AWS fail, because the tasks have no credentials; pass --profile, or "
            "--endpoint-url for an emulator"
        )
    for service in services:
        task = service.task
        if len(task.containers) > 1 and task.memory is not None:
            yield (
                f"{service.name}: each container has a limit of its own; that of the task, "
                f"{task.memory} MiB for all of them together, is not enforced"
            )
        for volume in task.volumes:
            if volume.shared is not None:
                yield (
                    f"{service.name}: the EFS volume {volume.name} is an empty directory, which "
                    "all tasks of the run can write to, and which is deleted at the end"
                )
        processors = os.cpu_count() or 1
        if (task.cpu or 0) > processors * 1024:
            yield f"{service.name}: the task has {processors} vCPU, as this machine has no more"
        for container in task.containers:
            for mount in container.tmpfs:
                for omission in engine.dialect.omissions(mount, container.user):
                    yield f"{service.name}: {omission}"
            for name in container.unknown_environment:
                if name not in plan.environment(task.family, container.name):
                    yield (
                        f"{service.name}: the environment variable {name} is known after an apply "
                        f"only, and is not set; add {name}=VALUE to the file of --secrets"
                    )
            for omission in container.omissions:
                yield f"{service.name}: {omission} of the container {container.name} has no effect"
            if container.is_privileged:
                yield f"{service.name}: {container.name} is not privileged here, as on Fargate"
    for balancer in balancers:
        yield from balancer.omissions
    for server in plan.servers:
        yield from server.notes
