"""The options of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from navra_stacks.local.secrets.secrets_file import SecretsFile

__all__ = ["LocalOptions"]


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """What a user selects for a run."""

    images: Mapping[str, str] = field(default_factory=dict)
    """The images by SERVICE or SERVICE.CONTAINER."""

    secrets: SecretsFile = field(default_factory=SecretsFile)

    data_images: Mapping[str, str] = field(default_factory=dict)
    """The images of data servers by the name of a secret."""

    port: int = 0
    """The port of the first listener on loopback; 0 for free ports."""

    use_platform: bool = False
    """Run images of the described architecture, which the engine emulates."""

    is_kept: bool = False
    """Leave the containers after the end."""

    keep_alive_seconds: float = 10
    """The time for which idle connections are observed in a check."""

    profile: str | None = None
    """The AWS profile whose credentials the tasks get."""

    endpoint_url: str | None = None
    """The URL of an emulated AWS that the tasks use."""
