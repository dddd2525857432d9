"""The definition of a container within a task definition."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from navra_stacks.constructs.data.secrets import SecretHandle
from navra_stacks.errors import NavraError
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.model.credentials import is_credential
from navra_stacks.settings.model.field_types import VARIABLE_PATTERN
from navra_stacks.settings.model.interpolation import escape_template

__all__ = ["ContainerDefinition", "described_container"]


class ContainerDefinition:
    """A container of a task definition, to which a stack can add what the settings cannot express.

    Values are inserted as they are, so that a token or a Terraform expression refers to a resource.
    """

    def __init__(self, content: dict[str, Any], changed: Callable[[], None]) -> None:
        """Wrap the content of a container definition.

        Args:
            content: The definition, with the names of the ECS API.
            changed: A function that is called after each change of `content`.
        """
        self.content = content
        self._changed = changed

    @property
    def name(self) -> str:
        """The name of the container."""
        return str(self.content["name"])

    def add_environment(self, name: str, value: str | float, *, not_secret: bool = False) -> None:
        """Set an environment variable, for example to an attribute of a resource.

        Args:
            name: The name of the variable.
            value: The value. A number is written as text.
            not_secret: Whether `value` is accepted although it looks like a credential.

        Raises:
            NavraError: the container has an environment variable or a secret of that name, the
                name is invalid, or the value is not a text or looks like a credential.
        """
        if re.fullmatch(VARIABLE_PATTERN, name) is None:
            raise NavraError(
                f"container {self.name}: {name!r} is not a valid name of an environment variable; "
                "use letters, digits and underscores, not starting with a digit"
            )
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise NavraError(
                f"container {self.name}: the value of the variable {name} is of the type "
                f"{type(value).__name__}; pass a text, for example 'true' or json.dumps(...)"
            )
        value = str(value)  # also of a token that stands for a number
        if not not_secret and is_credential(value, name=name):
            raise NavraError(
                f"container {self.name}: the value of the variable {name} looks like a credential "
                "(the value is not shown), and would be stored in code, plan and state; store it "
                "in Secrets Manager and list the variable in the `secrets` of the container, or, "
                "if the value is not a secret, pass not_secret=True"
            )
        taken = [*self.content.get("environment", ()), *self.content.get("secrets", ())]
        self._refuse_duplicate(taken, "name", name, "variable")
        self._append("environment", {"name": name, "value": value}, by="name")

    def add_port(
        self,
        port: int,
        *,
        name: str | None = None,
        protocol: Literal["tcp", "udp"] = "tcp",
        app_protocol: Literal["http", "http2", "grpc"] | None = None,
    ) -> None:
        """Add a port mapping, or give the mapping of the settings a name.

        Args:
            port: The port that the container listens on, 1-65535.
            name: The name of the mapping, which Service Connect refers to.
            protocol: The protocol of the port.
            app_protocol: The protocol that Service Connect assumes.

        Raises:
            NavraError: the port has a mapping with a name, or is not a number from 1 to 65535.
        """
        if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
            raise NavraError(f"container {self.name}: {port!r} is not a valid port (1-65535)")
        mapping: dict[str, Any] = {"containerPort": port, "hostPort": port, "protocol": protocol}
        others = []
        for other in self.content.get("portMappings", ()):
            if (other["containerPort"], other["protocol"]) != (port, protocol):
                others.append(other)
            elif name is None or "name" in other:
                self._refuse_duplicate([other], "containerPort", port, "port")
        optional = {"name": name, "appProtocol": app_protocol}
        mapping |= {key: value for key, value in optional.items() if value is not None}
        self.content["portMappings"] = [*others, mapping]
        self._changed()

    def add_mount(self, volume: str, path: str, *, read_only: bool = False) -> None:
        """Mount a volume of the task definition, see `TaskDefinition.add_volume`.

        Args:
            volume: The name of the volume.
            path: The path in the container.
            read_only: Whether the container can only read the volume.

        Raises:
            NavraError: another volume is mounted at that path.
        """
        tmpfs = self.content.get("linuxParameters", {}).get("tmpfs", ())
        mounts = [*self.content.get("mountPoints", ()), *tmpfs]
        self._refuse_duplicate(mounts, "containerPath", path, "mount")
        mount = {"containerPath": path, "readOnly": read_only, "sourceVolume": volume}
        self._append("mountPoints", mount, by=None)

    def add_override(self, path: str, value: object) -> None:
        """Set a field of the container definition, also one that the library does not know.

        Args:
            path: The name of the field in the ECS API, for example ``dockerLabels``. A dot
                separates the name of a field in an object: ``linuxParameters.maxSwap``.
            value: The value. None removes the field.

        Raises:
            NavraError: the path is invalid, or leads through a field that is not an object, or the
                value has no form in JSON.
        """
        *parents, last = path.split(".")
        if "" in (*parents, last) or path == "name":
            raise NavraError(
                f"container {self.name}: {path!r} is not a field that can be overridden"
            )
        _check_json(value, f"container {self.name}: the value of {path}")
        content = self.content
        for number, parent in enumerate(parents, start=1):
            if value is None and parent not in content:
                return
            content = content.setdefault(parent, {})
            if not isinstance(content, dict):
                field = ".".join(parents[:number])
                raise NavraError(
                    f"container {self.name}: {field} is not an object, so {path} cannot be set; "
                    f"replace {field} as a whole"
                )
        if value is None:
            content.pop(last, None)
        else:
            content[last] = value
        self._changed()

    def _append(self, field: str, entry: dict[str, Any], *, by: str | None) -> None:
        entries = [*self.content.get(field, ()), entry]
        self.content[field] = sorted(entries, key=lambda one: one[by]) if by else entries
        self._changed()

    def _refuse_duplicate(
        self, entries: Sequence[Mapping[str, Any]], key: str, value: object, noun: str
    ) -> None:
        if any(entry[key] == value for entry in entries):
            raise NavraError(
                f"container {self.name} already has the {noun} {value}; remove it from the "
                "settings, or replace it with `add_override`"
            )


def _check_json(value: object, subject: str) -> None:
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise NavraError(f"{subject} has no form in JSON: {error}") from None


def described_container(
    service: Service,
    container: Container,
    image: str,
    logs: Mapping[str, str],
    secrets: Mapping[str, SecretHandle],
) -> dict[str, Any]:
    """Return the container definition that the settings of a container describe.

    Args:
        service: The service of the container.
        container: The container.
        image: The image with its tag.
        logs: The ``awslogs`` options with the log group and its Region.
        secrets: The secrets, by the name of the environment variable.
    """
    name = service.container_name(container)
    optional: dict[str, Any] = {
        "command": list(map(escape_template, container.command)),
        "environment": [
            {"name": key, "value": escape_template(value)}
            for key, value in sorted(container.environment.items())
        ],
        "dependsOn": [
            {"containerName": init.container.name, "condition": "SUCCESS"}
            for init in service.volume_inits
            if service.container_name(init.owner) == name
        ],
        "mountPoints": [
            {
                "containerPath": init.volume.path,
                "readOnly": False,
                "sourceVolume": service.volume_name(init.owner, init.volume),
            }
            for init in service.volume_inits
            if name in (service.container_name(init.owner), init.container.name)
        ],
        "portMappings": (
            []
            if container.port is None
            else [{"containerPort": container.port, "hostPort": container.port, "protocol": "tcp"}]
        ),
        "readonlyRootFilesystem": container.read_only_root,
        # Without it, only root can listen on a port below 1024 on Fargate
        # (https://github.com/aws/containers-roadmap/issues/1721).
        "systemControls": (
            [{"namespace": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
            if container.user is not None and container.port is not None and container.port < 1024
            else []
        ),
        "secrets": [
            {"name": key, "valueFrom": secrets[key].arn} for key in sorted(container.secrets)
        ],
        "user": container.user,
        "firelensConfiguration": (
            {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}}
            if _routes_logs(service, name)
            else None
        ),
    }
    return {
        "name": name,
        "image": image,
        "essential": container.essential,
        "stopTimeout": container.stop_timeout_seconds,
        "linuxParameters": {
            "initProcessEnabled": container.init_process,
            **({"tmpfs": tmpfs} if (tmpfs := _tmpfs(container)) else {}),
        },
        "logConfiguration": _logging(service, name, logs),
        **{key: value for key, value in optional.items() if value},
    }


def _tmpfs(container: Container) -> list[dict[str, Any]]:
    """Return the directories in memory, which belong to the container's user.

    An empty volume of Fargate would belong to root
    (https://github.com/aws/containers-roadmap/issues/938).
    """
    if container.user_ids is None:
        options = ["mode=1777"]
    else:
        options = [f"uid={container.user_ids[0]}", f"gid={container.user_ids[1]}"]
        options.append("mode=0700")
    return [
        {"containerPath": tmpfs.path, "size": tmpfs.size_mib, "mountOptions": options}
        for tmpfs in container.tmpfs
    ]


def _routes_logs(service: Service, name: str) -> bool:
    return service.log_router is not None and name == service.log_router.name


def _logging(service: Service, name: str, logs: Mapping[str, str]) -> dict[str, Any]:
    if service.log_router is not None and not _routes_logs(service, name):
        options = {
            key: escape_template(value) for key, value in sorted(service.log_router.options.items())
        }
        return {"logDriver": "awsfirelens", "options": options}
    return {
        "logDriver": "awslogs",
        "options": {
            **logs,
            "awslogs-stream-prefix": name,
        },
    }
