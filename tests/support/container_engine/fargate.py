"""The options of podman for a container definition, so that it runs as on Fargate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["podman_options"]


def podman_options(
    definition: Mapping[str, Any], *, memory_mib: int, volumes: Mapping[str, Path]
) -> list[str]:
    """Return podman's options for a container.

    Fargate's containers have Docker's default capabilities, and an empty volume belongs to root
    with the mode 0755 whatever the image contains at its path.

    Args:
        definition: A container definition in the ECS API.
        memory_mib: The memory of the task.
        volumes: A directory for each volume of the task.
    """
    options = [f"--memory={memory_mib}m"]
    if definition.get("user"):
        options.append(f"--user={definition['user']}")
    if definition.get("readonlyRootFilesystem"):
        # Podman would make /tmp, /run and /var/tmp writable, which Fargate does not.
        options += ["--read-only", "--read-only-tmpfs=false"]
    options += [f"--env={one['name']}={one['value']}" for one in definition.get("environment", ())]
    for control in definition.get("systemControls", ()):
        options.append(f"--sysctl={control['namespace']}={control['value']}")
    parameters = definition.get("linuxParameters", {})
    options += ["--init"] if parameters.get("initProcessEnabled") else []
    for mount in parameters.get("tmpfs", ()):
        options += ["--mount", ",".join(_tmpfs(mount))]
    for mount in definition.get("mountPoints", ()):
        # A bind mount, because a named volume copies the content and the owner from the image.
        options += ["--volume", f"{volumes[mount['sourceVolume']]}:{mount['containerPath']}"]
    for mapping in definition.get("portMappings", ()):
        options.append(f"--publish=127.0.0.1::{mapping['containerPort']}")
    options.append(f"--stop-timeout={definition.get('stopTimeout', 30)}")
    return options


def _tmpfs(mount: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts of a tmpfs mount in podman's words.

    Podman does not accept ``uid`` and ``gid``: with ``chown``, the mount belongs to the user of the
    container, which the definition names as well.
    """
    options = dict(option.partition("=")[::2] for option in mount.get("mountOptions", ()))
    yield "type=tmpfs"
    yield "notmpcopyup"  # otherwise the directory has the content of the image
    yield f"destination={mount['containerPath']}"
    yield f"tmpfs-size={mount['size']}m"
    if "mode" in options:
        yield f"tmpfs-mode={options['mode']}"
    if "uid" in options:
        yield "chown=true"
