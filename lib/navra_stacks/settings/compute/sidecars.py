"""Predefined sidecars: an OpenTelemetry collector and a FireLens log router."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.image import RegistryImage, Repository, Tag
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.field_types import Name
from navra_stacks.settings.model.frozen_mapping import FrozenMapping

__all__ = ["FireLens", "OpenTelemetryCollector"]


class OpenTelemetryCollector(Settings):
    """The AWS Distro for OpenTelemetry Collector as a sidecar, for traces and metrics.

    The application sends OTLP to ``localhost:4317``. The task role gets the permissions that the
    collector's default configuration for ECS needs: to send traces to X-Ray, and to write metrics
    to one log group.
    """

    tag: Tag
    """The tag of the image, for example ``v0.43.3``."""

    repository: Repository = "public.ecr.aws/aws-observability/aws-otel-collector"
    """The registry and the repository of the image, without the tag."""

    config: str = "/etc/ecs/ecs-default-config.yaml"
    """Path of the collector's configuration file in the image."""

    name: Name = "otel-collector"
    """The container's name."""

    @property
    def container(self) -> Container:
        """The collector's container. The task keeps running if this container stops."""
        return Container(
            name=self.name,
            image=RegistryImage(repository=self.repository, tag=self.tag),
            command=(f"--config={self.config}",),
            essential=False,
        )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[OpenTelemetryCollectorChanges]") -> Self: ...


class FireLens(Settings):
    """A Fluent Bit sidecar that routes the logs of the service's other containers.

    The log of the sidecar is written to the service's log group. If the destination of the other
    logs needs IAM permissions, add them to the service's `permissions`.
    """

    tag: Tag
    """The tag of the image, for example ``2.32.5``."""

    credential_repairs: ClassVar[Mapping[str, str]] = {
        "options": "remove the option, and use a destination to which `permissions` of the service "
        "give access",
    }

    options: FrozenMapping[str, str]
    """The output plugin and its options, with their names in Fluent Bit, for example ``Name``
    and ``region``."""

    repository: Repository = "public.ecr.aws/aws-observability/aws-for-fluent-bit"
    """The registry and the repository of the image, without the tag."""

    not_secret: tuple[str, ...] = ()
    """Names of `options` whose values look like credentials but are not secret."""

    name: Name = "log-router"
    """The container's name."""

    @property
    def container(self) -> Container:
        """The Fluent Bit container.

        The container is essential, because without it the logs of the other containers are lost.
        """
        return Container(
            name=self.name, image=RegistryImage(repository=self.repository, tag=self.tag)
        )

    @rule
    def _check_output_plugin(self) -> Iterator[SettingsProblem]:
        if "Name" not in self.options:
            yield SettingsProblem(
                "options",
                "has no 'Name', so there is no output plugin",
                "set 'Name' to an output plugin, for example 'cloudwatch_logs' or "
                "'kinesis_firehose'",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[FireLensChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class FireLensChanges(TypedDict, total=False):
        tag: Tag
        options: FrozenMapping[str, str]
        repository: Repository
        not_secret: tuple[str, ...]
        name: Name

    class OpenTelemetryCollectorChanges(TypedDict, total=False):
        tag: Tag
        repository: Repository
        config: str
        name: Name
