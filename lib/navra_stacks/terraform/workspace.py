"""A directory in which the real Terraform runs over a copy of a document."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.terraform.at_hand import Provider, Terraform, quiet
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.trimmed import trimmed

__all__ = ["Fitted", "TerraformError", "Workspace"]

Event = Mapping[str, Any]


class TerraformError(NavraError):
    """Terraform failed; carries what it said."""

    def __init__(self, arguments: tuple[str, ...], said: str) -> None:
        self.said = said
        super().__init__(f"terraform {' '.join(arguments)} failed:\n{said.strip()}")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A copy of a document that the provider at hand understands."""

    document: Mapping[str, Any]

    omissions: tuple[str, ...]
    """What an older provider does not know and was left out, by path."""


class Workspace:
    """Runs Terraform's commands in one directory, whose state is a file in it.

    Args:
        terraform: Which Terraform.
        provider: Which AWS provider; it replaces the one that a document pins.
        directory: Where; made if need be.
        environ: Variables for Terraform, and for the provider: all that it may know of the machine.
    """

    def __init__(
        self,
        terraform: Terraform,
        provider: Provider,
        directory: Path,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.terraform = terraform
        self.provider = provider
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        configuration = directory / "terraform.rc"
        configuration.write_text(provider.configuration(), encoding="utf-8")
        self._environ = quiet(environ) | {"TF_CLI_CONFIG_FILE": str(configuration)}
        self._running: subprocess.Popen[str] | None = None

    def fitted(self, document: Mapping[str, Any]) -> Fitted:
        """A copy of `document` that asks for the provider at hand and uses what it knows alone.

        It has no backend: its state lies in this directory.
        """
        pinned = str(document["terraform"]["required_providers"]["aws"]["version"])
        copy: dict[str, Any] = json.loads(json.dumps(document))
        omissions: tuple[str, ...] = ()
        if self.provider.is_older_than(pinned):
            copy, omissions = trimmed(document, self.schema)
        terraform = {k: v for k, v in copy.get("terraform", {}).items() if k != "backend"}
        providers = terraform.get("required_providers", {}) | self._requirement()
        copy["terraform"] = terraform | {"required_providers": providers}
        return Fitted(copy, omissions)

    def write(self, document: Mapping[str, Any]) -> None:
        """Put `document` where Terraform reads it, in place of the one before."""
        (self.directory / "cdk.tf.json").write_text(json.dumps(document, indent=1), "utf-8")

    def init(self) -> None:
        """Install the provider."""
        self.run("init", "-no-color", "-input=false")

    def validate(self) -> tuple[str, ...]:
        """The errors and warnings of `terraform validate`."""
        answer = json.loads(self.run("validate", "-json", accepted=(0, 1)))
        return tuple(map(sentence, answer["diagnostics"]))

    def plan(
        self,
        *,
        variables: Mapping[str, Any] | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Plan:
        """What Terraform would do; :meth:`apply` does just that."""
        given = self.directory / "navra.tfvars.json"
        given.write_text(json.dumps(dict(variables or {})), encoding="utf-8")
        self.stream("plan", "-out=plan", f"-var-file={given.name}", on_event=on_event)
        return Plan(json.loads(self.run("show", "-json", "plan")))

    def apply(self, *, on_event: Callable[[Event], None] | None = None) -> None:
        """Do what the last :meth:`plan` told."""
        self.stream("apply", "plan", on_event=on_event)

    def destroy(self, *, on_event: Callable[[Event], None] | None = None) -> None:
        """Delete everything in the state."""
        self.stream(
            "apply", "-destroy", "-auto-approve", "-var-file=navra.tfvars.json", on_event=on_event
        )

    def state(self) -> Mapping[str, Any]:
        """What Terraform knows of: ``terraform show -json``."""
        return dict(json.loads(self.run("show", "-json")))

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """What the provider knows: one provider's, of ``terraform providers schema -json``."""
        self.write({"terraform": {"required_providers": self._requirement()}})
        self.init()
        schemas = json.loads(self.run("providers", "schema", "-json"))["provider_schemas"]
        return dict(schemas[self.provider.source])

    def run(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> str:
        """Run one command to its end and answer what it printed.

        Raises:
            TerraformError: its exit status is not one of `accepted`.
        """
        done = subprocess.run(
            [*self.terraform.command, *arguments],
            cwd=self.directory,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in accepted:
            raise TerraformError(arguments, done.stderr or done.stdout)
        return done.stdout

    def stream(
        self,
        command: str,
        *arguments: str,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        """Run a command that tells its progress, and pass on each event while it runs.

        Events are those of Terraform's machine-readable UI: ``{"type": "apply_complete", ...}``.

        Raises:
            TerraformError: it failed.
        """
        told: list[str] = []
        started = (command, "-json", "-input=false", *arguments)
        process = subprocess.Popen(
            [*self.terraform.command, *started],
            cwd=self.directory,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for us, who pass it on once
        )
        self._running = process
        assert process.stdout is not None
        assert process.stderr is not None
        complaints: list[str] = []
        reader = threading.Thread(target=complaints.extend, args=(process.stderr,), daemon=True)
        reader.start()
        try:
            for line in process.stdout:
                event = _event(line)
                if event.get("@level") == "error" or event.get("type") == "diagnostic":
                    told.append(_told(event))
                if on_event is not None:
                    on_event(event)
        except BaseException:
            self.stop()
            raise
        finally:
            process.wait()
            reader.join()
            process.stdout.close()
            process.stderr.close()
            self._running = None
        if process.returncode != 0:
            raise TerraformError(started, "\n".join(told) or "".join(complaints))

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal to the Terraform that runs, and to its providers; SIGINT lets it finish."""
        if (process := self._running) is not None and process.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)

    def _requirement(self) -> dict[str, Any]:
        return {"aws": {"source": self.provider.source, "version": self.provider.version}}


def sentence(diagnostic: Mapping[str, Any]) -> str:
    """An error or a warning of Terraform's, in one line."""
    context = (diagnostic.get("snippet") or {}).get("context")
    place = f" in {context}" if context else ""
    return f"{diagnostic['severity']}{place}: {diagnostic['summary']}: {diagnostic.get('detail')}"


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {"type": "output", "@level": "info", "@message": line.rstrip()}
    return event if isinstance(event, dict) else {"type": "output", "@message": line.rstrip()}


def _told(event: Event) -> str:
    diagnostic = event.get("diagnostic")
    return sentence(diagnostic) if diagnostic else str(event.get("@message", ""))
