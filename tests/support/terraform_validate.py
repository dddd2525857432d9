"""Run the real `terraform validate` on documents, with one `init` for all of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navra_stacks.terraform.diagnostics import format_diagnostic
from navra_stacks.terraform.installation import (
    Provider,
    Terraform,
    non_interactive_environment,
)
from navra_stacks.terraform.schema_filter import strip_from_hcl, strip_unknown_arguments
from navra_stacks.terraform.working_directory import WorkingDirectory, pinned_version

__all__ = ["ValidationResult", "Validator"]


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """Terraform's validation of a document, and the parts that it did not validate."""

    ok: bool

    diagnostics: tuple[str, ...]
    """Terraform's errors and warnings."""

    omissions: tuple[str, ...]
    """The paths of arguments and blocks that the installed provider does not support."""


class Validator:
    """Runs `terraform validate` in one initialised directory, without AWS or a registry."""

    def __init__(self, terraform: Terraform, provider: Provider, directory: Path) -> None:
        self.terraform = terraform
        self.provider = provider
        # As synthesis lays it out: a document with local state checks this.
        self._directory = directory / "stacks/module"
        self._directory.mkdir(parents=True)
        (directory / "manifest.json").touch()
        configuration = directory / "terraform.rc"
        configuration.write_text(provider.cli_configuration(), encoding="utf-8")
        self._environ = non_interactive_environment(os.environ) | {
            "TF_CLI_CONFIG_FILE": str(configuration)
        }
        self._write("cdk.tf.json", json.dumps({"terraform": self._requirement()}))
        # Terraform links to an unpacked provider, so this copies nothing.
        self._run("init", "-backend=false", "-no-color")

    def validate(self, document: Mapping[str, Any]) -> ValidationResult:
        """Validate a copy of `document` that requires the installed provider."""
        copy, omissions = dict(document), ()
        if self.provider.is_older_than(pinned_version(document)):
            copy, omissions = strip_unknown_arguments(document, self._schema)
        terraform = dict(copy.get("terraform", {})) | self._requirement()
        return self._result("cdk.tf.json", json.dumps(copy | {"terraform": terraform}), omissions)

    def validate_hcl(self, text: str, document: Mapping[str, Any]) -> ValidationResult:
        """Validate the HCL of `document` in the same way."""
        omissions: tuple[str, ...] = ()
        if self.provider.is_older_than(pinned_version(document)):
            _, omissions = strip_unknown_arguments(document, self._schema)
            text = strip_from_hcl(text, omissions)
        pin = re.compile(r'version( *)= "[^"]+"(\s+)source( *)= "[^"]+"')
        installed = rf'version = "{self.provider.version}"\2source = "{self.provider.source}"'
        copy, pins = pin.subn(installed, text)
        if pins != 1:
            raise ValueError(f"the HCL requires {pins} providers, not one")
        return self._result("cdk.tf", copy, omissions)

    def validate_modules(self, documents: Mapping[str, Mapping[str, Any]]) -> ValidationResult:
        """Validate many documents at once, each as a module, in little more time than one.

        Each variable of a document becomes a variable of the root module, so that its value is
        unknown, as in a separate document. Backends are not validated, since a module has none;
        nor are provider blocks, each of which would start a process. An omission begins with the
        document's name.
        """
        calls: dict[str, Any] = {}
        variables: dict[str, Any] = {}
        omissions: list[str] = []
        for name, document in documents.items():
            copy, omitted = dict(document), ()
            if self.provider.is_older_than(pinned_version(document)):
                copy, omitted = strip_unknown_arguments(document, self._schema)
            omissions += [f"{name}: {path}" for path in omitted]
            terraform = {k: v for k, v in copy.get("terraform", {}).items() if k != "backend"}
            module = self._directory / "modules" / name
            module.mkdir(parents=True, exist_ok=True)
            copy = {k: v for k, v in copy.items() if k != "provider"}
            text = json.dumps(copy | {"terraform": terraform | self._requirement()})
            (module / "cdk.tf.json").write_text(text, encoding="utf-8")
            calls[name] = {"source": f"./modules/{name}"}
            for variable, declaration in copy.get("variable", {}).items():
                variables[f"{name}-{variable}"] = {"type": declaration["type"]}
                calls[name][variable] = f"${{var.{name}-{variable}}}"
        root = {"terraform": self._requirement(), "module": calls, "variable": variables}
        self._write("cdk.tf.json", json.dumps(root))
        self._run("init", "-backend=false", "-no-color")
        return self._result("cdk.tf.json", json.dumps(root), tuple(omissions))

    @property
    def _schema(self) -> Mapping[str, Any]:
        return WorkingDirectory(self.terraform, self.provider, self._directory).schema

    def _requirement(self) -> dict[str, Any]:
        aws = {"source": self.provider.source, "version": self.provider.version}
        return {"required_providers": {"aws": aws}}

    def _result(self, name: str, text: str, omissions: tuple[str, ...]) -> ValidationResult:
        self._write(name, text)
        result = json.loads(self._run("validate", "-json", invalid_status=1))
        diagnostics = tuple(map(format_diagnostic, result["diagnostics"]))
        return ValidationResult(ok=result["valid"], diagnostics=diagnostics, omissions=omissions)

    def _write(self, name: str, text: str) -> None:
        for other in self._directory.glob("cdk.tf*"):
            other.unlink()
        (self._directory / name).write_text(text, encoding="utf-8")

    def _run(self, *arguments: str, invalid_status: int = 0) -> str:
        done = subprocess.run(
            [*self.terraform.command, *arguments],
            cwd=self._directory,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, invalid_status):
            line = " ".join(("terraform", *arguments))
            raise RuntimeError(f"{line} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout
