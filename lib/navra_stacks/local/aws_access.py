"""The access of tasks to AWS: credentials, an emulated AWS, and the metadata endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from urllib.parse import urlsplit

from navra_stacks.account.task_credentials import credentials_of_endpoint, credentials_of_profile
from navra_stacks.local.host_services import MetadataEndpoint, Relay, gateway
from navra_stacks.local.pause_image import load_pause_image
from navra_stacks.local.run_context import RunContext
from navra_stacks.local.task_model import TaskModel

__all__ = ["AwsAccess", "without_access"]

_EXECUTION = "AWS_ECS_FARGATE"
"""The value of AWS_EXECUTION_ENV on Fargate.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-metadata.html
"""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AwsAccess:
    """The environment variables with which tasks call AWS."""

    def __init__(
        self,
        credentials: Mapping[str, str],
        metadata: MetadataEndpoint,
        metadata_url: str,
        address: str,
        run: str,
        resources: ExitStack,
    ) -> None:
        self.address = address
        """The address of this machine in the network of the tasks; loopback if it is forwarded."""
        self._credentials = credentials
        self._metadata = metadata
        self._metadata_url = metadata_url
        self._run = run
        self._resources = resources

    @classmethod
    def open(
        cls,
        context: RunContext,
    ) -> AwsAccess | None:
        """Open the endpoints that tasks use; None without a profile and without an emulator.

        Raises:
            NavraError: the profile has no valid credentials, or the URL is invalid.
        """
        engine, labels, region = context.engine, context.labels, context.application.region
        profile, endpoint_url = context.options.profile, context.options.endpoint_url
        if profile is None and endpoint_url is None:
            return None
        # The engine creates the address of this machine with the first container of the network.
        engine.run(
            "run",
            "--detach",
            f"--name={labels.name('host', 'gateway', 'network')}",
            f"--network={context.network}",
            *labels.options,
            load_pause_image(engine),
        )
        resources = ExitStack()
        address = gateway(engine, context.network)
        host = engine.dialect.host_name
        given_url = endpoint_url
        credentials: dict[str, str] = {}
        if endpoint_url is not None:
            parts = urlsplit(endpoint_url)
            if parts.hostname in _LOOPBACK and address != "127.0.0.1":
                relay = Relay(address, parts.port or (443 if parts.scheme == "https" else 80))
                resources.callback(relay.close)
                endpoint_url = f"{parts.scheme}://127.0.0.1:{relay.port}{parts.path}"
            credentials |= credentials_of_endpoint(endpoint_url, region, host=host)
        if profile is not None:
            credentials |= credentials_of_profile(profile, region, endpoint_url=given_url)
        metadata = MetadataEndpoint(address, context.application.name, region)
        resources.callback(metadata.close)
        url = f"http://{host}:{metadata.port}"
        return cls(credentials, metadata, url, address, labels.run, resources)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that no output may contain."""
        names = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        return tuple(self._credentials[name] for name in names if name in self._credentials)

    def variables(self, task: TaskModel, container: str) -> dict[str, str]:
        """Return the environment variables of a container of a task."""
        url = f"{self._metadata_url}{self._metadata.add(task, container, self._run)}"
        variables = {**self._credentials, "ECS_CONTAINER_METADATA_URI_V4": url}
        return variables | {"AWS_EXECUTION_ENV": _EXECUTION}

    def close(self) -> None:
        """Close the endpoints."""
        self._resources.close()


def without_access(region: str) -> dict[str, str]:
    """Return the environment variables of tasks that have no credentials.

    SDKs then report that at once, instead of after several attempts to reach the metadata service
    of EC2.
    """
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": _EXECUTION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
