"""A throw-away database or cache in the engine."""

from __future__ import annotations

import time
from collections.abc import Callable

from navra_stacks.errors import NavraError
from navra_stacks.local.container_options import secret_options
from navra_stacks.local.data.servers import DataServer
from navra_stacks.local.engine import Engine
from navra_stacks.local.labels import Labels

__all__ = ["start_data_server", "wait_until_ready"]

_READY_SECONDS = 90
_POLL_SECONDS = 0.2
_LOG_LINES = 5


def start_data_server(engine: Engine, labels: Labels, server: DataServer, network: str) -> str:
    """Start the container of a server, and return its name in the engine.

    Raises:
        EngineError: the engine cannot start it.
    """
    name = labels.name("data", "server", server.name)
    engine.run(
        "run",
        "--detach",
        f"--name={name}",
        f"--network={network}",
        f"--network-alias={server.alias}",
        *labels.options,
        f"--entrypoint={server.entrypoint}",
        *(f"--env={key}={value}" for key, value in server.environment.items()),
        *secret_options(server.secrets),
        server.image,
        *server.command,
        environment=server.secrets,
    )
    return name


def wait_until_ready(
    engine: Engine, container: str, server: DataServer, report: Callable[[str], None]
) -> None:
    """Wait until a server accepts connections.

    Raises:
        NavraError: it has ended, or does not accept connections in time.
    """
    start = time.monotonic()
    while engine.run("exec", container, *server.readiness, check=False).returncode != 0:
        state = engine.state(container)
        ended = state is None or state.status not in ("created", "running")
        if ended or time.monotonic() - start > _READY_SECONDS:
            lines = engine.logs(container)[-_LOG_LINES:]
            reason = "ended" if ended else f"is not ready after {_READY_SECONDS} s"
            raise NavraError(
                "\n".join(
                    [
                        f"{server.name}: the server of the image {server.image} {reason}; use an "
                        "image with the interface of the official images, or a running server",
                        *lines,
                    ]
                )
            )
        time.sleep(_POLL_SECONDS)
    report(f"{server.name}: {server.image} is ready after {time.monotonic() - start:.1f} s")
