"""Runs of `navra local` with the images of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from environments import ENVIRONMENTS
from tests.support.built_once import build_once
from tests.support.container_engine.engine import Engine
from tests.support.container_engine.navra_local import NavraLocal
from tests.support.local_images.images import LocalImages

SECRETS = {
    "ANTHROPIC_API_KEY": "anthropic-value-1",
    "AUDIT_ENCRYPTION_KEY": "audit-value-2",
    "OPENAI_API_KEY": "openai-value-3",
}
"""Values that no output may contain."""


class Start:
    """Starts the command for an environment of this repository, and remembers what runs."""

    def __init__(self, engine: Engine, options: Sequence[str]) -> None:
        self._engine = engine
        self._options = options
        self._commands: list[NavraLocal] = []

    def __call__(self, *arguments: str) -> NavraLocal:
        command = NavraLocal(self._engine, *arguments, *self._options)
        self._commands.append(command)
        return command

    def end(self) -> None:
        """End all commands that run."""
        while self._commands:
            self._commands.pop().end()


@pytest.fixture(scope="session")
def outdir(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The output directory with the stacks of this repository, as for `documents`."""

    def write(out: Path) -> None:
        from navra_stacks import synthesize

        synthesize(ENVIRONMENTS, out)

    return build_once("environments", write, tmp_path_factory, request)


@pytest.fixture(scope="session")
def secrets_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secrets") / "secrets.env"
    path.write_text("".join(f"{name}={value}\n" for name, value in SECRETS.items()))
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def start(
    engine: Engine, local_images: LocalImages, secrets_file: Path, outdir: Path
) -> Iterator[Start]:
    """Start the command with real servers."""
    options = (
        f"--outdir={outdir}",
        f"--image=frontend={local_images['nginx-spa']}",
        f"--image=backend={local_images['fastapi']}",
        f"--data=DATABASE_URL={local_images['postgres']}",
        f"--data=REDIS_URL={local_images['redis']}",
        f"--secrets={secrets_file}",
    )
    found = Start(engine, options)
    yield found
    found.end()
