"""Debian packages with their dependencies, downloaded and unpacked without installing them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.container_engine.engine import EngineMissingError

__all__ = ["dependencies", "download", "unpack"]

_NOT_NEEDED = frozenset(
    "adduser debconf dpkg gcc-12-base init-system-helpers iproute2 libbpf1 libcap2-bin libc-l10n"
    " libelf1 libfile-find-rule-perl libjs-jquery libjs-sphinxdoc libjs-underscore libjson-perl"
    " libllvm14 libnumber-compare-perl libpam-modules libpam-modules-bin libperl5.36 libsemanage2"
    " libsemanage-common libsepol2 libtext-glob-perl libxtables12 libz3-4 locales lsb-base netbase"
    " openssl passwd perl perl-base perl-modules-5.36 postgresql-client-common postgresql-common"
    " sensible-utils ssl-cert sysvinit-utils tar ucf usrmerge".split()
)
"""What only the scripts of the packages need, which are not run, and the compiler of queries."""

_AS_ROOT = ("-o", "APT::Sandbox::User=root")


def dependencies(directory: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return the packages with all that they depend on, as apt resolves it on an empty machine.

    Args:
        directory: A directory for temporary files.
        names: Names of Debian packages.

    Raises:
        EngineMissingError: apt-get is missing or does not know a package.
    """
    installed, cache = directory / "installed", directory / "cache"
    installed.touch()
    cache.mkdir(exist_ok=True)
    settings = (f"Dir::State::status={installed}", f"Dir::Cache={cache}", "Debug::NoLocking=1")
    options = [part for setting in settings for part in ("-o", setting)]
    simulated = _run(
        "install", "--simulate", "--no-install-recommends", *options, *_AS_ROOT, *names
    )
    found = [line.split()[1] for line in simulated.splitlines() if line.startswith("Inst ")]
    return tuple(name for name in found if name not in _NOT_NEEDED)


def download(directory: Path, names: Sequence[str]) -> None:
    """Download packages, without those that they depend on.

    Raises:
        EngineMissingError: apt-get is missing or cannot download a package.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _run("download", "-qq", *_AS_ROOT, *names, directory=directory)


def unpack(directory: Path, names: Sequence[str], root: Path) -> None:
    """Unpack downloaded packages into a root file system."""
    for name in names:
        (package,) = directory.glob(f"{name}_*.deb")
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)


def _run(*arguments: str, directory: Path | None = None) -> str:
    try:
        return subprocess.run(
            ["apt-get", *arguments],
            cwd=directory,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        message = str(getattr(error, "stderr", None) or error).strip()
        raise EngineMissingError(f"apt-get {arguments[0]} failed: {message}") from error
