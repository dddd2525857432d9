"""What real Terraform says of a document: `terraform validate`, with one `init` for all of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.terraform.installation import Provider, Terraform, quiet
from navra_stacks.terraform.schema_filter import trimmed, trimmed_hcl
from navra_stacks.terraform.working_directory import pinned_version, sentence

__all__ = ["Validator", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Terraform says of a document, and of what part it did not get to see."""

    ok: bool

    diagnostics: tuple[str, ...]
    """Its errors and warnings."""

    omissions: tuple[str, ...]
    """What the provider at hand is too old to know, by path."""


class Validator:
    """Runs `terraform validate` in one initialised directory; asks neither AWS nor a registry."""

    def __init__(self, terraform: Terraform, provider: Provider, directory: Path) -> None:
        self.terraform = terraform
        self.provider = provider
        self._directory = directory / "module"
        self._directory.mkdir()
        configuration = directory / "terraform.rc"
        configuration.write_text(provider.configuration(), encoding="utf-8")
        self._environ = quiet(os.environ) | {"TF_CLI_CONFIG_FILE": str(configuration)}
        self._write("cdk.tf.json", json.dumps({"terraform": self._requirement()}))
        # Terraform links to an unpacked provider, so this copies nothing.
        self._run("init", "-backend=false", "-no-color")

    def validate(self, document: Mapping[str, Any]) -> Verdict:
        """Terraform's verdict on a copy of `document` that asks for the provider at hand."""
        copy, omissions = dict(document), ()
        if self.provider.is_older_than(pinned_version(document)):
            copy, omissions = trimmed(document, self._schema)
        terraform = dict(copy.get("terraform", {})) | self._requirement()
        return self._verdict("cdk.tf.json", json.dumps(copy | {"terraform": terraform}), omissions)

    def validate_hcl(self, text: str, document: Mapping[str, Any]) -> Verdict:
        """The same for the HCL of `document`."""
        omissions: tuple[str, ...] = ()
        if self.provider.is_older_than(pinned_version(document)):
            _, omissions = trimmed(document, self._schema)
            text = trimmed_hcl(text, omissions)
        pin = re.compile(r'version( *)= "[^"]+"(\s+)source( *)= "[^"]+"')
        ours = rf'version = "{self.provider.version}"\2source = "{self.provider.source}"'
        copy, pins = pin.subn(ours, text)
        if pins != 1:
            raise ValueError(f"{pins} providers are asked for, not one")
        return self._verdict("cdk.tf", copy, omissions)

    def validate_modules(self, documents: Mapping[str, Mapping[str, Any]]) -> Verdict:
        """The same for many documents at once, each as a module, which costs hardly more than one.

        What each asks for in a variable is asked for again, and so unknown, as in a document by
        itself. A module has no backend, so backends are not looked at here; nor are providers,
        each of which would be a process of its own. An omission begins with the document's name.
        """
        calls: dict[str, Any] = {}
        asked: dict[str, Any] = {}
        omissions: list[str] = []
        for name, document in documents.items():
            copy, left_out = dict(document), ()
            if self.provider.is_older_than(pinned_version(document)):
                copy, left_out = trimmed(document, self._schema)
            omissions += [f"{name}: {one}" for one in left_out]
            terraform = {k: v for k, v in copy.get("terraform", {}).items() if k != "backend"}
            module = self._directory / "modules" / name
            module.mkdir(parents=True, exist_ok=True)
            copy = {k: v for k, v in copy.items() if k != "provider"}
            text = json.dumps(copy | {"terraform": terraform | self._requirement()})
            (module / "cdk.tf.json").write_text(text, encoding="utf-8")
            calls[name] = {"source": f"./modules/{name}"}
            for variable, about in copy.get("variable", {}).items():
                asked[f"{name}-{variable}"] = {"type": about["type"]}
                calls[name][variable] = f"${{var.{name}-{variable}}}"
        root = {"terraform": self._requirement(), "module": calls, "variable": asked}
        self._write("cdk.tf.json", json.dumps(root))
        self._run("init", "-backend=false", "-no-color")
        return self._verdict("cdk.tf.json", json.dumps(root), tuple(omissions))

    @cached_property
    def _schema(self) -> Mapping[str, Any]:
        self._write("cdk.tf.json", json.dumps({"terraform": self._requirement()}))
        schemas = json.loads(self._run("providers", "schema", "-json"))["provider_schemas"]
        return dict(schemas[self.provider.source])

    def _requirement(self) -> dict[str, Any]:
        aws = {"source": self.provider.source, "version": self.provider.version}
        return {"required_providers": {"aws": aws}}

    def _verdict(self, name: str, text: str, omissions: tuple[str, ...]) -> Verdict:
        self._write(name, text)
        answer = json.loads(self._run("validate", "-json", refusal=1))
        told = tuple(map(sentence, answer["diagnostics"]))
        return Verdict(ok=answer["valid"], diagnostics=told, omissions=omissions)

    def _write(self, name: str, text: str) -> None:
        for other in self._directory.glob("cdk.tf*"):
            other.unlink()
        (self._directory / name).write_text(text, encoding="utf-8")

    def _run(self, *arguments: str, refusal: int = 0) -> str:
        done = subprocess.run(
            [*self.terraform.command, *arguments],
            cwd=self._directory,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, refusal):
            line = " ".join(("terraform", *arguments))
            raise RuntimeError(f"{line} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout
