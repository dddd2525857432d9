"""Find an AWS provider on this machine's disk, without downloading one."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from navra_stacks.terraform.installation import NotInstalledError, Provider, find_provider

__all__ = ["provider_on_disk"]

# Limits of the disk search, which is breadth-first.
MAX_DEPTH = 6
MAX_DIRECTORIES = 100_000
EXCLUDED = frozenset(
    "proc sys dev run boot node_modules site-packages __pycache__ .git .terraform".split()
)


def provider_on_disk(platform: str, environ: Mapping[str, str] = os.environ) -> Provider:
    """Return the provider in a default mirror, else the one in the first mirror on the disk.

    Raises:
        NotInstalledError: the disk has no AWS provider.
    """
    found = find_provider(platform, "", environ=environ)
    if found.mirror is not None:
        return found
    for mirror in _mirrors(Path(os.sep)):
        try:
            return find_provider(platform, "", mirror=mirror, environ=environ)
        except NotInstalledError:
            continue
    raise NotInstalledError(
        f"this machine has no AWS provider for {platform}; create a mirror with "
        "`terraform providers mirror` and set NAVRA_PROVIDER_MIRROR to its path"
    )


def _mirrors(root: Path) -> Iterator[Path]:
    """Yield the directories below `root` that are a mirror, breadth-first."""
    queue = deque([(str(root), 0)])
    for _ in range(MAX_DIRECTORIES):
        if not queue:
            return
        directory, depth = queue.popleft()
        try:
            inner = [
                entry for entry in os.scandir(directory) if entry.is_dir(follow_symlinks=False)
            ]
        except OSError:
            continue
        for entry in sorted(inner, key=lambda entry: entry.name):
            if "." in entry.name[1:] and Path(entry.path, "hashicorp", "aws").is_dir():
                yield Path(directory)
            elif depth < MAX_DEPTH and entry.name not in EXCLUDED:
                queue.append((entry.path, depth + 1))
