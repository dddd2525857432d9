"""Terraform and an AWS provider that this machine holds already: nothing is downloaded."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NotAtHandError", "Provider", "Terraform", "find_provider", "find_terraform"]

MIRROR_VARIABLE = "NAVRA_PROVIDER_MIRROR"
"""Names a directory that is laid out as Terraform's `filesystem_mirror`."""

OLDEST_TERRAFORM = (1, 11)

# The scan of the disk, nearest directories first.
DEEPEST = 6
MOST_DIRECTORIES = 100_000
PASSED_OVER = frozenset(
    "proc sys dev run boot node_modules site-packages __pycache__ .git .terraform".split()
)


class NotAtHandError(Exception):
    """What is missing, and how to provide it."""


@dataclass(frozen=True, slots=True)
class Terraform:
    """A terraform, or a tofu, that is new enough."""

    command: str
    version: str
    platform: str


@dataclass(frozen=True, slots=True)
class Provider:
    """An AWS provider in a local mirror."""

    mirror: Path
    source: str
    version: str

    def configuration(self) -> str:
        """Terraform's own configuration, by which it takes providers from the mirror alone."""
        mirror = json.dumps(str(self.mirror))
        return f"provider_installation {{\n  filesystem_mirror {{\n    path = {mirror}\n  }}\n}}\n"


def find_terraform(environ: Mapping[str, str] = os.environ) -> Terraform:
    """The terraform or tofu of the PATH.

    Raises:
        NotAtHandError: there is none, or it is too old.
    """
    for name in ("terraform", "tofu"):
        if (command := shutil.which(name, path=environ.get("PATH"))) is None:
            continue
        told = subprocess.run(
            [command, "version", "-json"],
            env=quiet(environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        answer = json.loads(told.stdout)
        found = Terraform(command, answer["terraform_version"], answer["platform"])
        if _numbers(found.version) < OLDEST_TERRAFORM:
            raise NotAtHandError(f"{command} is {found.version}, older than 1.11")
        return found
    raise NotAtHandError("neither terraform nor tofu is on the PATH")


def find_provider(platform: str, environ: Mapping[str, str] = os.environ) -> Provider:
    """The newest AWS provider of the first mirror that has one for this platform.

    Raises:
        NotAtHandError: no mirror has one.
    """
    named = environ.get(MIRROR_VARIABLE)
    roots = [Path(named)] if named else _usual_mirrors(environ)
    for root in roots:
        for host in _hosts(root):
            if found := _newest(host, platform):
                return found
    if named:
        raise NotAtHandError(f"{MIRROR_VARIABLE}={named} holds no AWS provider for {platform}")
    for host in _scan(Path(os.sep)):
        if found := _newest(host, platform):
            return found
    raise NotAtHandError(
        f"no AWS provider for {platform} lies on this machine; {MIRROR_VARIABLE} names a mirror, "
        "which `terraform providers mirror` makes"
    )


def quiet(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without what would change Terraform's answers, or have it ask somebody."""
    kept = {name: value for name, value in environ.items() if not name.startswith("TF_")}
    return kept | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def _usual_mirrors(environ: Mapping[str, str]) -> list[Path]:
    """Where Terraform itself looks (CLI configuration, "Implied Local Mirror Directories")."""
    home = Path(environ.get("HOME", "~")).expanduser()
    shared = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    data = [environ.get("XDG_DATA_HOME") or str(home / ".local/share"), *shared.split(os.pathsep)]
    return [
        *([Path(cache)] if (cache := environ.get("TF_PLUGIN_CACHE_DIR")) else []),
        home / ".terraform.d/plugins",
        home / "Library/Application Support/io.terraform/plugins",
        *(Path(directory) / "terraform/plugins" for directory in data),
    ]


def _hosts(mirror: Path) -> Iterator[Path]:
    yield from sorted(path.parents[1] for path in mirror.glob("*.*/hashicorp/aws"))


def _newest(host: Path, platform: str) -> Provider | None:
    """The newest provider under ``<mirror>/<host>``, unpacked or as an archive."""
    directory = host / "hashicorp" / "aws"
    archive = re.compile(rf"terraform-provider-aws_(\d+\.\d+\.\d+)_{platform}\.zip")
    versions = [path.parent.name for path in directory.glob(f"*.*.*/{platform}")]
    versions += [m[1] for path in directory.glob("*.zip") if (m := archive.fullmatch(path.name))]
    versions = [version for version in versions if re.fullmatch(r"\d+\.\d+\.\d+", version)]
    if not versions:
        return None
    newest = max(versions, key=_numbers)
    return Provider(host.parent, f"{host.name}/hashicorp/aws", newest)


def _scan(root: Path) -> Iterator[Path]:
    """The directories below `root` that are a registry's host in a mirror, the nearest first."""
    waiting = deque([(str(root), 0)])
    for _ in range(MOST_DIRECTORIES):
        if not waiting:
            return
        directory, depth = waiting.popleft()
        try:
            inner = [one for one in os.scandir(directory) if one.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        for one in sorted(inner, key=lambda entry: entry.name):
            if "." in one.name[1:] and Path(one.path, "hashicorp", "aws").is_dir():
                yield Path(one.path)
            elif depth < DEEPEST and one.name not in PASSED_OVER:
                waiting.append((one.path, depth + 1))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
