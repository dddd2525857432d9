"""Predefined sidecars: an OpenTelemetry collector and a FireLens log router."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.image import RegistryImage, Repository, Tag
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.credentials import is_credential
from navra_stacks.settings.model.field_types import Name
from navra_stacks.settings.model.frozen_mapping import FrozenMapping

__all__ = ["FireLens", "OpenTelemetryCollector"]


class OpenTelemetryCollector(Settings):
    """The AWS Distro for OpenTelemetry Collector as a sidecar, for traces and metrics.

    The application sends OTLP to ``localhost:4317``. The task role gets the permissions that the
    collector's default configuration for ECS needs: X-Ray, and metrics through one log group.
    """

    tag: Tag
    """The tag of the image: ``v0.43.3``."""

    repository: Repository = "public.ecr.aws/aws-observability/aws-otel-collector"
    """The image's repository."""

    config: str = "/etc/ecs/ecs-default-config.yaml"
    """Path of a configuration file in the image."""

    name: Name = "otel-collector"
    """The container's name."""

    @property
    def container(self) -> Container:
        """The container. It is not essential: the task keeps running if the collector stops."""
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

    Its own log is still written to the service's log group. If the destination needs IAM
    permissions, add them to the service's `permissions`.
    """

    tag: Tag
    """The tag of the image: ``2.32.5``."""

    options: FrozenMapping[str, str]
    """The output plugin and its options, by Fluent Bit's names: ``Name``, ``region`` ..."""

    repository: Repository = "public.ecr.aws/aws-observability/aws-for-fluent-bit"
    """The image's repository."""

    name: Name = "log-router"
    """The container's name."""

    @property
    def container(self) -> Container:
        """The container. It is essential: without it the logs of the other containers are lost."""
        return Container(
            name=self.name, image=RegistryImage(repository=self.repository, tag=self.tag)
        )

    @rule
    def _check_output_plugin(self) -> Iterator[SettingsProblem]:
        if "Name" not in self.options:
            yield SettingsProblem(
                "options",
                "contain no output plugin",
                "set 'Name', for example to 'cloudwatch_logs' or 'kinesis_firehose'",
            )

    @rule
    def _check_credentials(self) -> Iterator[SettingsProblem]:
        for name, value in sorted(self.options.items()):
            if is_credential(value, name=name):
                yield SettingsProblem(
                    f"options.{name}",
                    "looks like a credential (its value is not shown)",
                    "use `permissions` of the task role instead",
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[FireLensChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class FireLensChanges(TypedDict, total=False):
        tag: Tag
        options: FrozenMapping[str, str]
        repository: Repository
        name: Name

    class OpenTelemetryCollectorChanges(TypedDict, total=False):
        tag: Tag
        repository: Repository
        config: str
        name: Name
