"""Root file systems of the images, made of Debian packages."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.support.container_engine.packages import dependencies, download, unpack
from tests.support.local_images.faults import OTHER_ARCHITECTURE

__all__ = ["ROOTS", "make_roots"]

SOURCES = Path(__file__).parent

_COMMANDS = (
    "sh cat chmod chown cp date echo env false grep hostname httpd id kill ls mkdir mv nc ps rm sed"
    " sleep sort su tail tar test touch true wget".split()
)
"""The applets of busybox that an image has, with the names that scripts use."""

_DROPPED = (
    "usr/share/bash-completion usr/share/common-licenses usr/share/doc usr/share/gcc usr/share/gdb"
    " usr/share/i18n usr/share/info usr/share/lintian usr/share/locale usr/share/man"
    " usr/share/perl5 usr/share/vim usr/share/zoneinfo"
    " usr/lib/python3.11/ensurepip usr/lib/python3.11/idlelib usr/lib/python3.11/lib2to3"
    " usr/lib/python3.11/pydoc_data usr/lib/python3.11/turtledemo"
    " usr/lib/postgresql/15/lib/bitcode usr/lib/postgresql/15/lib/pgxs".split()
)

_DROPPED_PATTERNS = ("lib/*/gconv", "usr/lib/*/gconv", "usr/lib/python3/dist-packages/*/tests")
"""The storage driver copies the whole file system for each container."""

_OVERFLOW_ID = 65534
"""The ID of the user and of the group of Debian without any rights, which nginx names."""

_ELF_MACHINE = slice(18, 20)
_ELF_MACHINES = {"amd64": b"\x3e\x00", "arm64": b"\xb7\x00"}
"""The field e_machine of an executable file, and its values."""


@dataclass(frozen=True)
class Root:
    """A root file system: its packages, its empty directories and what is added to it."""

    packages: tuple[str, ...]
    users: Mapping[str, int]
    directories: tuple[str, ...] = ()
    add: Callable[[Path], None] = lambda root: None


def make_roots(directory: Path, names: tuple[str, ...]) -> Mapping[str, Path]:
    """Download the packages of some root file systems together, and unpack each.

    Args:
        directory: An empty directory.
        names: Names of ``ROOTS``.

    Raises:
        EngineMissingError: the packages cannot be downloaded with apt-get.
    """

    def resolve(name: str) -> tuple[str, ...]:
        (directory / name).mkdir()
        return dependencies(directory, ("busybox-static", *ROOTS[name].packages))

    def make(name: str) -> None:
        unpack(downloaded, resolved[name], directory / name)
        _strip(directory / name)
        _complete(directory / name, ROOTS[name])

    downloaded = directory / "packages"
    with ThreadPoolExecutor() as pool:
        resolved = dict(zip(names, pool.map(resolve, names), strict=True))
        download(downloaded, sorted({package for found in resolved.values() for package in found}))
        list(pool.map(make, names))
    shutil.rmtree(downloaded)
    return {name: directory / name for name in names}


def _strip(root: Path) -> None:
    for name in _DROPPED:
        shutil.rmtree(root / name, ignore_errors=True)
    for pattern in _DROPPED_PATTERNS:
        for path in root.glob(pattern):
            shutil.rmtree(path)


def _complete(root: Path, settings: Root) -> None:
    """Add what every image has: users, the usual directories and busybox's commands."""
    common = ("etc", "run", "tmp", "proc", "sys", "dev", "var/log", "usr/local/bin")
    for name in (*common, *settings.directories):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    shutil.rmtree(root / "var/run", ignore_errors=True)
    # A directory of its own, since a link out of it could not be the target of a mount.
    (root / "var/run").mkdir()
    for command in _COMMANDS:
        path = root / "bin" / command
        if not path.is_symlink() and not path.exists():
            path.symlink_to("busybox")
    users = {"root": 0, pwd.getpwuid(_OVERFLOW_ID).pw_name: _OVERFLOW_ID} | dict(settings.users)
    passwd = "".join(f"{name}:x:{id_}:{id_}::/:/bin/sh\n" for name, id_ in users.items())
    groups = users | {grp.getgrgid(_OVERFLOW_ID).gr_name: _OVERFLOW_ID}
    group = "".join(f"{name}:x:{id_}:\n" for name, id_ in groups.items())
    (root / "etc/passwd").write_text(passwd, encoding="utf-8")
    (root / "etc/group").write_text(group, encoding="utf-8")
    settings.add(root)


def _copy(source: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SOURCES / source, target)


def _add_nginx(root: Path) -> None:
    shutil.rmtree(root / "etc/nginx/sites-enabled")
    shutil.rmtree(root / "etc/nginx/modules-enabled")
    _copy("nginx/nginx.conf", root / "etc/nginx/nginx.conf")
    _copy("nginx/default.conf", root / "etc/nginx/conf.d/default.conf")
    _copy("nginx/docker-entrypoint.sh", root / "docker-entrypoint.sh")
    for page in ("index.html", "app.js"):
        _copy(f"nginx/{page}", root / "usr/share/nginx/html" / page)
    for source in (SOURCES / "faults").glob("*.conf"):
        _copy(f"faults/{source.name}", root / "etc/nginx/faults" / source.name)
    (root / "var/log/nginx/access.log").symlink_to("/dev/stdout")
    (root / "var/log/nginx/error.log").symlink_to("/dev/stderr")


def _add_programs(root: Path) -> None:
    """Add the faulty programs, and compile what they import."""
    shutil.copytree(
        SOURCES / "faults",
        root / "srv",
        ignore=shutil.ignore_patterns("*.conf", "__pycache__"),
        dirs_exist_ok=True,
    )
    private = root / "srv/private"
    private.write_text("of root only", encoding="utf-8")
    private.chmod(0o600)
    _write_other_architecture(root, root / "srv/other-architecture")
    _compile(root, "import server, http.server, signal, subprocess, threading, traceback")


def _write_other_architecture(root: Path, target: Path) -> None:
    """Write a copy of busybox whose header names the machine of another architecture."""
    program = bytearray((root / "bin/busybox").read_bytes())
    program[_ELF_MACHINE] = _ELF_MACHINES[OTHER_ARCHITECTURE]
    target.write_bytes(program)
    target.chmod(0o755)


def _add_foreign(root: Path) -> None:
    _write_other_architecture(root, root / "bin/busybox")


def _add_api(root: Path) -> None:
    shutil.copytree(
        SOURCES / "api",
        root / "srv",
        ignore=shutil.ignore_patterns("__pycache__"),
        dirs_exist_ok=True,
    )
    certificates = sorted((root / "usr/share/ca-certificates").rglob("*.crt"))
    bundle = root / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_bytes(b"".join(path.read_bytes() for path in certificates))
    modules = (
        "app, alembic.command, alembic.config, sqlalchemy.dialects.postgresql, uvicorn.main,"
        " uvicorn.lifespan.on, uvicorn.loops.asyncio, uvicorn.protocols.http.h11_impl,"
        " uvicorn.protocols.websockets.websockets_impl, encodings.idna, multipart.multipart,"
        " anyio._backends._asyncio"
    )
    _compile(root, f"import {modules}")


def _compile(root: Path, statement: str) -> None:
    """Compile the modules that a statement imports, since containers cannot store them."""
    subprocess.run(
        ["chroot", root, "/usr/bin/python3.11", "-c", statement],
        check=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "/srv"},
        timeout=120,
    )


def _add_postgres(root: Path) -> None:
    _copy("postgres/docker-entrypoint.sh", root / "usr/local/bin/docker-entrypoint.sh")
    # The official image's server listens on all addresses.
    with (root / "usr/share/postgresql/15/postgresql.conf.sample").open("a") as sample:
        sample.write("listen_addresses = '*'\n")


def _add_redis(root: Path) -> None:
    _copy("redis/docker-entrypoint.sh", root / "usr/local/bin/docker-entrypoint.sh")


ROOTS = {
    "nginx": Root(("nginx",), {"nginx": 101}, ("var/cache/nginx", "var/log/nginx"), _add_nginx),
    "python": Root(("python3",), {"app": 1000}, ("srv",), _add_programs),
    # Every program is of another architecture, the shell included.
    "foreign": Root((), {"app": 1000}, ("srv",), _add_foreign),
    "api": Root(
        tuple(
            "alembic ca-certificates python3-fastapi python3-multipart python3-psycopg2"
            " python3-redis python3-sqlalchemy python3-uvicorn python3-websockets".split()
        ),
        {"app": 1000},
        ("srv",),
        _add_api,
    ),
    "postgres": Root(
        ("postgresql-15",),
        {"postgres": 999},
        ("usr/share/zoneinfo", "var/lib/postgresql", "var/run/postgresql"),
        _add_postgres,
    ),
    "redis": Root(("redis-server",), {"redis": 999}, ("data",), _add_redis),
}
"""By name; users, directories and files are those of the official images, as far as needed."""
