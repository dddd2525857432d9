"""The AWS provider that lies somewhere on this machine's disk: nothing is downloaded."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from navra_stacks.terraform.installation import NotAtHandError, Provider, find_provider

__all__ = ["provider_on_disk"]

# The scan of the disk, nearest directories first.
DEEPEST = 6
MOST_DIRECTORIES = 100_000
PASSED_OVER = frozenset(
    "proc sys dev run boot node_modules site-packages __pycache__ .git .terraform".split()
)


def provider_on_disk(platform: str, environ: Mapping[str, str] = os.environ) -> Provider:
    """The provider that the library finds in a mirror, else the one of the nearest mirror of all.

    Raises:
        NotAtHandError: none lies on the disk.
    """
    found = find_provider(platform, "", environ=environ)
    if found.mirror is not None:
        return found
    for mirror in _scan(Path(os.sep)):
        try:
            return find_provider(platform, "", mirror=mirror, environ=environ)
        except NotAtHandError:
            continue
    raise NotAtHandError(
        f"no AWS provider for {platform} lies on this machine; NAVRA_PROVIDER_MIRROR names a "
        "mirror, which `terraform providers mirror` makes"
    )


def _scan(root: Path) -> Iterator[Path]:
    """The directories below `root` that are a mirror, the nearest first."""
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
                yield Path(directory)
            elif depth < DEEPEST and one.name not in PASSED_OVER:
                waiting.append((one.path, depth + 1))
