"""The images of real servers and of faulty programs, made when a test needs them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.container_engine.engine import Engine
from tests.support.local_images.faults import PROGRAMS

__all__ = ["IMAGES", "Image", "LocalImages", "archive_roots"]

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Image:
    """An image: the root file system that it contains, and its configuration."""

    root: str

    changes: tuple[str, ...]
    """Instructions of a Dockerfile, without those that would run something."""

    architecture: str = ""
    """The architecture in its description, if it is not that of this machine."""


SERVERS = {
    "nginx-spa": Image(
        "nginx",
        (
            'ENTRYPOINT ["/docker-entrypoint.sh"]',
            'CMD ["nginx", "-g", "daemon off;"]',
            "EXPOSE 80",
            "STOPSIGNAL SIGQUIT",
        ),
    ),
    "fastapi": Image(
        "api",
        (
            'CMD ["python3", "-m", "uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8787"]',
            "WORKDIR /srv",
            "ENV PYTHONPATH=/srv",
            "ENV PYTHONUNBUFFERED=1",
            "EXPOSE 8787",
        ),
    ),
    "postgres": Image(
        "postgres",
        (
            'ENTRYPOINT ["docker-entrypoint.sh"]',
            'CMD ["postgres"]',
            f"ENV PATH={_PATH}:/usr/lib/postgresql/15/bin",
            "ENV PGDATA=/var/lib/postgresql/data",
            "EXPOSE 5432",
            "STOPSIGNAL SIGINT",
        ),
    ),
    "redis": Image(
        "redis",
        (
            'ENTRYPOINT ["docker-entrypoint.sh"]',
            'CMD ["redis-server"]',
            "WORKDIR /data",
            "EXPOSE 6379",
        ),
    ),
}
"""With the interface of the official images, as far as it is used."""

IMAGES: Mapping[str, Image] = SERVERS | {
    name: Image(program.root, program.changes, program.architecture)
    for name, program in PROGRAMS.items()
}


class LocalImages:
    """Imports images into the storage of an engine, each when it is used first."""

    def __init__(self, engine: Engine, archives: Path) -> None:
        """Use the archives that ``archive_roots`` wrote."""
        self._engine = engine
        self._archives = archives
        self._references: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """Return the reference of an image, for example ``localhost/nginx-spa:1``."""
        if name not in self._references:
            image = IMAGES[name]
            path = "" if any("ENV PATH=" in one for one in image.changes) else f"ENV PATH={_PATH}"
            changes = [*filter(None, [path]), *image.changes]
            options = [f"--change={change}" for change in changes]
            if image.architecture:
                options.append(f"--arch={image.architecture}")
            archive = self._archives / f"{image.root}.tar"
            self._references[name] = self._engine.image(name, archive, *options)
        return self._references[name]


def archive_roots(roots: Mapping[str, Path], directory: Path) -> None:
    """Write an archive of each root file system."""
    for name, root in roots.items():
        subprocess.run(["tar", "-C", root, "-cf", directory / f"{name}.tar", "."], check=True)
