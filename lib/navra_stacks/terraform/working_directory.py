"""A directory in which the real Terraform runs over a copy of a document."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.settings.model.credentials import redact_credentials
from navra_stacks.terraform.installation import (
    MIRROR_VARIABLE,
    NotAtHandError,
    Provider,
    Terraform,
    quiet,
)
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.schema_filter import trimmed
from navra_stacks.terraform.state_file import StateFile

__all__ = ["Fitted", "TerraformError", "Workspace", "pinned_version", "sentence"]

Event = Mapping[str, Any]

VARIABLES = "-var-file=navra.tfvars.json"
PARALLEL = "-parallelism=30"  # most of an apply is sleep

PATIENCE_SECONDS = 10.0
"""How long a Terraform that was told to stop may take."""

# Where a state would lie elsewhere than in the directory.
_ELSEWHERE = frozenset({"backend", "cloud"})

# The schema is 60 MB of JSON, and a document is often one of several.
_schemas: dict[Provider, Mapping[str, Any]] = {}
_schemas_lock = threading.Lock()


class TerraformError(NavraError):
    """Terraform failed; carries what it said."""

    def __init__(self, arguments: tuple[str, ...], said: str) -> None:
        self.said = redact_credentials(said.strip())
        super().__init__(f"terraform {' '.join(arguments)} failed:\n{self.said}")


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
        self._configuration = {"TF_CLI_CONFIG_FILE": str(configuration)}
        self.state_file = StateFile(directory / "terraform.tfstate")
        self._running: subprocess.Popen[str] | None = None
        self.confine(environ)

    def confine(self, environ: Mapping[str, str]) -> None:
        """From now on, let Terraform know these variables alone."""
        self._environ = quiet(environ) | self._configuration

    def fitted(self, document: Mapping[str, Any]) -> Fitted:
        """A copy of `document` that asks for the provider at hand and uses what it knows alone.

        It has no backend: its state lies in this directory.
        """
        copy: dict[str, Any] = json.loads(json.dumps(document))
        omissions: tuple[str, ...] = ()
        if self.provider.is_older_than(pinned_version(document)):
            copy, omissions = trimmed(document, self.schema)
        terraform = {k: v for k, v in copy.get("terraform", {}).items() if k not in _ELSEWHERE}
        providers = terraform.get("required_providers", {}) | self._requirement()
        copy["terraform"] = terraform | {"required_providers": providers}
        return Fitted(copy, omissions)

    def write(self, document: Mapping[str, Any]) -> None:
        """Put `document` where Terraform reads it, in place of the one before."""
        (self.directory / "cdk.tf.json").write_text(json.dumps(document, indent=1), "utf-8")

    def init(self) -> None:
        """Install the provider.

        Raises:
            TerraformError: that failed.
            NotAtHandError: no mirror has a provider, and no registry can be reached.
        """
        try:
            self.run("init", "-no-color", "-input=false")
        except TerraformError as error:
            if self.provider.mirror is None and "could not connect" in error.said:
                raise NotAtHandError(
                    "no AWS provider lies in Terraform's mirrors, and no registry can be reached; "
                    f"name a mirror by ${MIRROR_VARIABLE} or --provider-mirror; "
                    "`terraform providers mirror` makes one"
                ) from error
            raise

    def installed_version(self) -> str:
        """The version of the AWS provider that :meth:`init` chose, where a constraint was asked."""
        chosen = json.loads(self.run("version", "-json")).get("provider_selections") or {}
        return str(chosen.get(self.provider.source, self.provider.version))

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
        self.given(variables or {})
        self.stream("plan", "-out=plan", VARIABLES, on_event=on_event)
        return self.planned()

    def changes_nothing(self, *, on_event: Callable[[Event], None] | None = None) -> bool:
        """Plan with the variables last given, and answer whether nothing is to be done.

        :meth:`planned` tells what is, and :meth:`apply` does it.
        """
        arguments = ("-out=plan", "-detailed-exitcode", VARIABLES)
        return self.stream("plan", *arguments, accepted=(0, 2), on_event=on_event) == 0

    def planned(self) -> Plan:
        """The last plan."""
        return Plan(json.loads(self.run("show", "-json", "plan")))

    def given(self, variables: Mapping[str, Any]) -> None:
        """Let the commands that follow know these values."""
        text = json.dumps(dict(variables))
        (self.directory / "navra.tfvars.json").write_text(text, encoding="utf-8")

    def apply(self, *, on_event: Callable[[Event], None] | None = None) -> None:
        """Do what the last :meth:`plan` told."""
        self.stream("apply", PARALLEL, "plan", on_event=on_event)

    def apply_at_once(self, *options: str, on_event: Callable[[Event], None] | None = None) -> None:
        """Plan and apply in one, with the variables last given."""
        self.stream("apply", "-auto-approve", PARALLEL, VARIABLES, *options, on_event=on_event)

    def destroy(self, *options: str, on_event: Callable[[Event], None] | None = None) -> None:
        """Delete everything in the state."""
        self.apply_at_once("-destroy", *options, on_event=on_event)

    def state(self) -> Mapping[str, Any]:
        """What Terraform knows of: ``terraform show -json``."""
        return dict(json.loads(self.run("show", "-json")))

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """What the provider knows: one provider's, of ``terraform providers schema -json``."""
        with _schemas_lock:
            if self.provider not in _schemas:
                self.write({"terraform": {"required_providers": self._requirement()}})
                self.init()
                told = json.loads(self.run("providers", "schema", "-json"))
                _schemas[self.provider] = told["provider_schemas"][self.provider.source]
            return _schemas[self.provider]

    def run(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> str:
        """Run one command to its end and answer what it printed.

        Raises:
            TerraformError: its exit status is not one of `accepted`.
        """
        with self._started(arguments) as process:
            printed, complaints = process.communicate()
        if process.returncode not in accepted:
            raise TerraformError(arguments, complaints or printed)
        return printed

    def stream(
        self,
        command: str,
        *arguments: str,
        accepted: tuple[int, ...] = (0,),
        on_event: Callable[[Event], None] | None = None,
    ) -> int:
        """Run a command that tells its progress, pass on each event, and answer its exit status.

        Events are those of Terraform's machine-readable UI: ``{"type": "apply_complete", ...}``.

        Raises:
            TerraformError: its exit status is not one of `accepted`.
        """
        told: list[str] = []
        complaints: list[str] = []
        asked = (command, "-json", "-input=false", *arguments)
        with self._started(asked) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            reader = threading.Thread(target=complaints.extend, args=(process.stderr,), daemon=True)
            reader.start()
            for line in process.stdout:
                event = _event(line)
                if event.get("@level") == "error":
                    told.append(_told(event))
                if on_event is not None:
                    on_event(event)
            process.wait()
            reader.join()
        if process.returncode not in accepted:
            raise TerraformError(asked, "\n".join(told) or "".join(complaints))
        return process.returncode

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal to the Terraform that runs, and to its providers; SIGINT lets it finish."""
        if (process := self._running) is not None and process.poll() is None:
            if number == signal.SIGKILL:
                _kill(process)
            else:
                process.send_signal(number)

    @contextmanager
    def _started(self, arguments: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
        """A command that runs; left by an exception, it is asked to stop, and killed if it won't.

        Ctrl-C is for us, who pass it on once: it has a session of its own.
        """
        process = subprocess.Popen(
            [*self.terraform.command, *arguments],
            cwd=self.directory,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            self._running = process
            # What it leaves behind would hold its pipes open, and us waiting for their end.
            threading.Thread(target=_outlived_by_nobody, args=(process,), daemon=True).start()
            yield process
        except BaseException:
            self.stop()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=PATIENCE_SECONDS)
            raise
        finally:
            _kill(process)
            process.wait()
            self._running = None
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()

    def _requirement(self) -> dict[str, Any]:
        return {"aws": {"source": self.provider.source, "version": self.provider.version}}


def pinned_version(document: Mapping[str, Any]) -> str:
    """The AWS provider that a document asks for, as a version or a constraint; ``>= 5`` if none."""
    asked = document.get("terraform", {}).get("required_providers", {}).get("aws", {})
    return str(asked.get("version", ">= 5") if isinstance(asked, dict) else asked)


def sentence(diagnostic: Mapping[str, Any]) -> str:
    """An error or a warning of Terraform's, in one line."""
    context = (diagnostic.get("snippet") or {}).get("context")
    place = f" in {context}" if context else ""
    said = ": ".join(filter(None, (diagnostic["summary"], diagnostic.get("detail"))))
    return f"{diagnostic['severity']}{place}: {said}"


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill it, and whatever it started and left behind: a provider is of its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _outlived_by_nobody(process: subprocess.Popen[str]) -> None:
    process.wait()
    _kill(process)


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {"type": "output", "@level": "info", "@message": line.rstrip()}
    return event if isinstance(event, dict) else {"type": "output", "@message": line.rstrip()}


def _told(event: Event) -> str:
    diagnostic = event.get("diagnostic")
    return sentence(diagnostic) if diagnostic else str(event.get("@message", ""))
