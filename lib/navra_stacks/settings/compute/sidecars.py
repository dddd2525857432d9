"""Containers that many services have beside their own: telemetry and log routing."""

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.compute.container import Container
from navra_stacks.settings.compute.image import RegistryImage, Repository, Tag
from navra_stacks.settings.model.base import Settings, rule
from navra_stacks.settings.model.credentials import is_credential
from navra_stacks.settings.model.field_types import Name
from navra_stacks.settings.model.frozen_mapping import FrozenMapping

__all__ = ["FireLens", "OpenTelemetryCollector"]


class OpenTelemetryCollector(Settings):
    """The AWS Distro for OpenTelemetry Collector beside a service, for traces and metrics.

    The application sends OTLP to ``localhost:4317``. The task role gets what the collector's own
    configuration for ECS needs: X-Ray, and metrics through one log group.
    """

    tag: Tag
    """The version of the image: ``v0.43.3``."""

    repository: Repository = "public.ecr.aws/aws-observability/aws-otel-collector"
    """Where the image comes from."""

    config: str = "/etc/ecs/ecs-default-config.yaml"
    """A configuration inside the image."""

    name: Name = "otel-collector"
    """The container's name."""

    @property
    def container(self) -> Container:
        """The container. The service goes on without it."""
        return Container(
            name=self.name,
            image=RegistryImage(repository=self.repository, tag=self.tag),
            command=(f"--config={self.config}",),
            essential=False,
        )


class FireLens(Settings):
    """A Fluent Bit container that takes the logs of the service's other containers and routes them.

    Its own log still goes to the service's log group. Where the destination wants permissions, the
    service states them under `permissions`.
    """

    tag: Tag
    """The version of the image: ``2.32.5``."""

    options: FrozenMapping[str, str]
    """The output plugin and its options, as Fluent Bit names them: ``Name``, ``region`` ..."""

    repository: Repository = "public.ecr.aws/aws-observability/aws-for-fluent-bit"
    """Where the image comes from."""

    name: Name = "log-router"
    """The container's name."""

    @property
    def container(self) -> Container:
        """The container. Without it the others' logs would be lost, so the task stops with it."""
        return Container(
            name=self.name, image=RegistryImage(repository=self.repository, tag=self.tag)
        )

    @rule
    def _names_a_plugin(self) -> Iterator[SettingsProblem]:
        if "Name" not in self.options:
            yield SettingsProblem(
                "options",
                "name no output plugin",
                "give 'Name', for example 'cloudwatch_logs' or 'kinesis_firehose'",
            )

    @rule
    def _no_credentials(self) -> Iterator[SettingsProblem]:
        for name, value in sorted(self.options.items()):
            if is_credential(value, name=name):
                yield SettingsProblem(
                    f"options.{name}",
                    "looks like a credential (its value is not shown)",
                    "give the task role a permission instead",
                )
