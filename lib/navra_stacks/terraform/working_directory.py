"""A working directory in which Terraform runs with a copy of a document."""

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
from types import MappingProxyType
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.files import report_file_errors, write_file
from navra_stacks.settings.model.credentials import redact_credentials
from navra_stacks.terraform.diagnostics import errors_by_address, format_diagnostic
from navra_stacks.terraform.installation import (
    MIRROR_VARIABLE,
    NotInstalledError,
    Provider,
    Terraform,
    non_interactive_environment,
)
from navra_stacks.terraform.local_state import without_state_check
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.provider_crash import NOT_RESPONDING, ProviderCrash, find_crash
from navra_stacks.terraform.schema_filter import strip_unknown_arguments
from navra_stacks.terraform.state_file import StateFile

__all__ = [
    "AdaptedDocument",
    "TerraformError",
    "WorkingDirectory",
    "pinned_version",
]

Event = Mapping[str, Any]

VARIABLES = "-var-file=navra.tfvars.json"
PARALLEL = "-parallelism=30"  # an apply mostly waits

STOP_TIMEOUT_SECONDS = 10.0
"""Seconds that an interrupted Terraform has to stop before it is killed."""

# Blocks of `terraform` that would store the state outside the directory.
_REMOTE_STATE = frozenset({"backend", "cloud"})

# Cached, since a schema is 60 MB of JSON and several documents often use the same provider.
_schemas: dict[Provider, Mapping[str, Any]] = {}
_schemas_lock = threading.Lock()


class TerraformError(NavraError):
    """A Terraform command failed. `output` is its error output, without credentials.

    `crash` is the crash of a provider that caused the failure, if any. `by_address` contains the
    errors of single resources.
    """

    def __init__(
        self,
        arguments: tuple[str, ...],
        output: str,
        crash: ProviderCrash | None = None,
        by_address: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.output = redact_credentials(output.strip())
        self.crash = crash
        self.by_address = {
            address: redact_credentials(message) for address, message in by_address.items()
        }
        super().__init__(f"terraform {' '.join(arguments)} failed:\n{self.output}")


@dataclass(frozen=True, slots=True)
class AdaptedDocument:
    """A copy of a document that the installed AWS provider accepts."""

    document: Mapping[str, Any]

    omissions: tuple[str, ...]
    """The paths of everything that was removed: resources, arguments and blocks that the provider
    is too old to support, and values that referred to a removed resource.
    """


class WorkingDirectory:
    """Runs Terraform commands in a directory with a local state file.

    Args:
        terraform: The Terraform to run.
        provider: The AWS provider to use instead of the version that a document pins.
        directory: The path of the directory, which is created if it does not exist.
        environ: The environment variables for Terraform and the provider, without ``TF_*``.
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
        with report_file_errors(directory):
            directory.mkdir(parents=True, exist_ok=True)
        configuration = directory / "terraform.rc"
        write_file(configuration, provider.cli_configuration())
        self._configuration = {"TF_CLI_CONFIG_FILE": str(configuration)}
        self.state_file = StateFile(directory / "terraform.tfstate")
        self._running: subprocess.Popen[str] | None = None
        self.set_environment(environ)

    def set_environment(self, environ: Mapping[str, str]) -> None:
        """Replace the environment variables of all later Terraform commands.

        ``TF_*`` variables in `environ` are ignored; see `non_interactive_environment`.
        """
        self._environ = non_interactive_environment(environ) | self._configuration

    def adapt_to_provider(self, document: Mapping[str, Any]) -> AdaptedDocument:
        """Return a copy of `document` that requires the installed provider.

        If the provider is older than the version that `document` requires, unsupported arguments
        and types are removed. The backend is always removed, because the state is in the working
        directory.
        """
        copy: dict[str, Any] = json.loads(json.dumps(document))
        omissions: tuple[str, ...] = ()
        if self.provider.is_older_than(pinned_version(document)):
            copy, omissions = strip_unknown_arguments(document, self.schema)
        terraform = {k: v for k, v in copy.get("terraform", {}).items() if k not in _REMOTE_STATE}
        providers = terraform.get("required_providers", {}) | self._requirement()
        copy["terraform"] = terraform | {"required_providers": providers}
        return AdaptedDocument(without_state_check(copy), omissions)

    def write(self, document: Mapping[str, Any]) -> None:
        """Write `document` as the Terraform configuration, in place of the previous document."""
        write_file(self.directory / "cdk.tf.json", json.dumps(document, indent=1))

    def init(self) -> None:
        """Install the provider.

        Raises:
            TerraformError: `terraform init` failed.
            NotInstalledError: no mirror has the provider, and the registry cannot be reached.
        """
        try:
            self.run("init", "-no-color", "-input=false")
        except TerraformError as error:
            if self.provider.mirror is None and "could not connect" in error.output:
                raise NotInstalledError(
                    "Terraform's mirrors have no AWS provider, and the registry is unreachable; "
                    "create a mirror with `terraform providers mirror` and pass it with "
                    f"--provider-mirror or ${MIRROR_VARIABLE}"
                ) from error
            raise

    def installed_version(self) -> str:
        """Return the version of the AWS provider that :meth:`init` installed."""
        selected = json.loads(self.run("version", "-json")).get("provider_selections") or {}
        return str(selected.get(self.provider.source, self.provider.version))

    def validate(self) -> tuple[str, ...]:
        """Run `terraform validate` and return a text for each of its errors and warnings."""
        result = json.loads(self.run("validate", "-json", accepted=(0, 1)))
        return tuple(map(format_diagnostic, result["diagnostics"]))

    def plan(
        self,
        *,
        variables: Mapping[str, Any] | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Plan:
        """Create and return a plan; :meth:`apply` applies it.

        The values in `variables` replace all values that were set before.
        """
        self.set_variables(variables or {})
        self.stream("plan", "-out=plan", VARIABLES, on_event=on_event)
        return self.last_plan()

    def plan_is_empty(self, *options: str, on_event: Callable[[Event], None] | None = None) -> bool:
        """Create a plan with the current variables; return True if it has no changes.

        :meth:`last_plan` returns the plan, and :meth:`apply` applies it.
        """
        arguments = ("-out=plan", "-detailed-exitcode", VARIABLES, *options)
        return self.stream("plan", *arguments, accepted=(0, 2), on_event=on_event) == 0

    def last_plan(self) -> Plan:
        """Return the plan that :meth:`plan` or :meth:`plan_is_empty` created last."""
        return Plan(json.loads(self.run("show", "-json", "plan")))

    def set_variables(self, variables: Mapping[str, Any]) -> None:
        """Set the values of the document's variables for all later commands."""
        write_file(self.directory / "navra.tfvars.json", json.dumps(dict(variables)))

    def apply(self, *, on_event: Callable[[Event], None] | None = None) -> None:
        """Apply the plan that :meth:`plan` or :meth:`plan_is_empty` created last."""
        self.stream("apply", PARALLEL, "plan", on_event=on_event)

    def plan_and_apply(
        self, *options: str, on_event: Callable[[Event], None] | None = None
    ) -> None:
        """Plan and apply in one Terraform command, with the current variables."""
        self.stream("apply", "-auto-approve", PARALLEL, VARIABLES, *options, on_event=on_event)

    def destroy(self, *options: str, on_event: Callable[[Event], None] | None = None) -> None:
        """Destroy everything in the state."""
        self.plan_and_apply("-destroy", *options, on_event=on_event)

    def state(self) -> Mapping[str, Any]:
        """Return the state in the JSON format of ``terraform show -json``."""
        return dict(json.loads(self.run("show", "-json")))

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The schema of the AWS provider, from ``terraform providers schema -json``.

        The first access for a provider replaces the document in the directory, and runs
        :meth:`init`.
        """
        with _schemas_lock:
            if self.provider not in _schemas:
                self.write({"terraform": {"required_providers": self._requirement()}})
                self.init()
                schemas = json.loads(self.run("providers", "schema", "-json"))
                _schemas[self.provider] = schemas["provider_schemas"][self.provider.source]
            return _schemas[self.provider]

    def run(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> str:
        """Run a Terraform command and return its standard output.

        Raises:
            TerraformError: the exit status is not in `accepted`.
        """
        with self._process(arguments) as process:
            output, errors = process.communicate()
        if process.returncode not in accepted:
            raise _failure(arguments, [], errors or output)
        return output

    def stream(
        self,
        command: str,
        *arguments: str,
        accepted: tuple[int, ...] = (0,),
        on_event: Callable[[Event], None] | None = None,
    ) -> int:
        """Run a Terraform command that reports its progress as JSON events; return the exit status.

        The events are those of Terraform's machine-readable UI, for example ``{"type":
        "apply_complete", ...}``.

        Args:
            command: The command, for example ``apply``.
            *arguments: The arguments of the command.
            accepted: The exit statuses that are not failures.
            on_event: A function that is called with each event as soon as Terraform reports it.

        Raises:
            TerraformError: the exit status is not in `accepted`.
        """
        errors: list[Event] = []
        texts: list[str] = []
        stderr: list[str] = []
        command_line = (command, "-json", "-input=false", *arguments)
        with self._process(command_line) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            reader = threading.Thread(target=stderr.extend, args=(process.stderr,), daemon=True)
            reader.start()
            for line in process.stdout:
                event = _event(line)
                if event.get("@level") == "error":
                    errors.append(event)
                elif event.get("type") == "output":
                    texts.append(line)
                if on_event is not None:
                    on_event(event)
            process.wait()
            reader.join()
        if process.returncode not in accepted:
            raise _failure(command_line, errors, "".join([*texts, *stderr]))
        return process.returncode

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal to the running Terraform command, if any.

        With SIGINT, Terraform completes the operations that are in progress. With SIGKILL,
        Terraform and its providers are killed.
        """
        if (process := self._running) is not None and process.poll() is None:
            if number == signal.SIGKILL:
                _kill(process)
            else:
                process.send_signal(number)

    @contextmanager
    def _process(self, arguments: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
        """Run a command in a context; an exception interrupts and finally kills the command.

        The command runs in a new session. Ctrl-C therefore reaches only this process, which
        interrupts Terraform exactly once.
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
            # A provider that outlives Terraform would keep the pipes open, and block their reader.
            threading.Thread(target=_kill_group_at_exit, args=(process,), daemon=True).start()
            yield process
        except BaseException:
            self.stop()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=STOP_TIMEOUT_SECONDS)
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
    """Return the AWS provider version or constraint that a document requires; if none, ``>= 5``."""
    required = document.get("terraform", {}).get("required_providers", {}).get("aws", {})
    return str(required.get("version", ">= 5"))


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and the other processes in its group, because providers are among them."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _kill_group_at_exit(process: subprocess.Popen[str]) -> None:
    process.wait()
    _kill(process)


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {"type": "output", "@level": "info", "@message": line.rstrip()}
    return event if isinstance(event, dict) else {"type": "output", "@message": line.rstrip()}


def _failure(command: tuple[str, ...], errors: list[Event], text: str) -> TerraformError:
    """Return the error for a failed command.

    Args:
        command: The command line.
        errors: The events with errors.
        text: The output besides the events.
    """
    diagnostics = [event["diagnostic"] for event in errors if event.get("diagnostic")]
    if (crash := find_crash(diagnostics, redact_credentials(text))) is None:
        output = "\n".join(map(_error_message, errors)) or text
        return TerraformError(command, output, by_address=errors_by_address(diagnostics))
    # The crash replaces the error of each operation that it has interrupted.
    others = [
        _error_message(event)
        for event in errors
        if event.get("diagnostic", {}).get("summary") != NOT_RESPONDING
    ]
    return TerraformError(command, "\n".join([str(crash), *others]), crash)


def _error_message(event: Event) -> str:
    diagnostic = event.get("diagnostic")
    return format_diagnostic(diagnostic) if diagnostic else str(event.get("@message", ""))
