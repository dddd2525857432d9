"""Run the tasks of an applied document in a local container engine, against the emulated AWS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from navra_stacks.deploy.description import DeploymentDescription
from navra_stacks.local.application import Application
from navra_stacks.local.data.composed import ValueComposer
from navra_stacks.local.engine import Engine
from navra_stacks.local.options import LocalOptions
from navra_stacks.local.runner import LocalRun
from navra_stacks.local.secrets.secrets_file import SecretsFile
from navra_stacks.local.verdict import LocalResult
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["AppliedTasks"]


@dataclass(frozen=True, slots=True)
class AppliedTasks:
    """The engine and the options with which the tasks of a rehearsal run."""

    engine: Engine

    options: LocalOptions
    """The options; the endpoint is that of the emulator."""

    description: DeploymentDescription | None = None
    """The description of the environment; None for the document of another tool."""

    def run(
        self,
        document: Mapping[str, Any],
        stack: str,
        applied: Mapping[str, Mapping[str, Any]],
        emulator: Emulator,
        region: str,
        report: Callable[[str], None],
    ) -> LocalResult:
        """Run all services, send a request through each route, and stop the services.

        Secrets have the values in the emulator, unless the options have one. Those that the
        document composes from a database or cache get the URL of a local server.

        Args:
            document: The applied document.
            stack: The name of the document.
            applied: The attributes of the applied resources, and the values of variables.
            emulator: The emulated AWS.
            region: The Region of the document.
            report: A function that is called with each line of the progress and of the logs.

        Raises:
            NavraError: the document has no service, or the engine cannot run it.
        """
        parsed = TerraformDocument(document)
        application = Application(parsed, stack, self.description, applied)
        given = self.options.secrets
        secrets = SecretsFile(
            {**_emulated_secrets(parsed, emulator, region), **given.values}, given.source
        )
        options = replace(self.options, secrets=secrets, endpoint_url=emulator.endpoint)
        services = application.select(())
        with LocalRun(application, services, self.engine, options, report) as run:
            run.start()
            run.check()
            run.stop()
            return run.result


def _emulated_secrets(
    document: TerraformDocument, emulator: Emulator, region: str
) -> dict[str, str]:
    """Return the values of the secrets that the document does not compose, by their names."""
    client = emulator.client("secretsmanager", region)
    composer = ValueComposer(document)
    composed = {
        block.get("name")
        for block in document.all("aws_secretsmanager_secret")
        if (value := composer.secret(block.address)) is not None and value.stores
    }
    found = {}
    for page in client.get_paginator("list_secrets").paginate():
        for secret in page["SecretList"]:
            if secret["Name"] in composed or not secret.get("SecretVersionsToStages"):
                continue
            text = client.get_secret_value(SecretId=secret["ARN"]).get("SecretString")
            if text is not None:
                found[secret["Name"]] = text
    return found
